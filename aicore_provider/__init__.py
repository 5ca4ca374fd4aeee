"""SAP AI Core as code: its objects as Pulumi resources. The names in `__all__` are what programs use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicore_provider.resources.application import AIApplication
    from aicore_provider.resources.artifact import AIArtifact
    from aicore_provider.resources.configuration import AIConfiguration
    from aicore_provider.resources.deployment import AIDeployment
    from aicore_provider.resources.docker_registry_secret import AIDockerRegistrySecret
    from aicore_provider.resources.executable_deployment import ExecutableDeployment
    from aicore_provider.resources.execution import AIExecution
    from aicore_provider.resources.execution_schedule import AIExecutionSchedule
    from aicore_provider.resources.generic_secret import AIGenericSecret
    from aicore_provider.resources.git_repository import AIGitRepository
    from aicore_provider.resources.model_deployment import ModelDeployment
    from aicore_provider.resources.object_store_secret import AIObjectStoreSecret
    from aicore_provider.resources.orchestration_deployment import ModelFilter, OrchestrationDeployment
    from aicore_provider.resources.resource_group import AIResourceGroup
    from aicore_provider.stack.declare import declare, deploy
    from aicore_provider.stack.load import StackConfig

__all__ = [
    "AIApplication",
    "AIArtifact",
    "AIConfiguration",
    "AIDeployment",
    "AIDockerRegistrySecret",
    "AIExecution",
    "AIExecutionSchedule",
    "AIGenericSecret",
    "AIGitRepository",
    "AIObjectStoreSecret",
    "AIResourceGroup",
    "ExecutableDeployment",
    "ModelDeployment",
    "ModelFilter",
    "OrchestrationDeployment",
    "StackConfig",
    "declare",
    "deploy",
]

# Imported when they are used: the emulator and most commands need no Pulumi, whose import takes a quarter of a second.
_MODULES = {
    "AIApplication": "aicore_provider.resources.application",
    "AIArtifact": "aicore_provider.resources.artifact",
    "AIConfiguration": "aicore_provider.resources.configuration",
    "AIDeployment": "aicore_provider.resources.deployment",
    "AIDockerRegistrySecret": "aicore_provider.resources.docker_registry_secret",
    "AIExecution": "aicore_provider.resources.execution",
    "AIExecutionSchedule": "aicore_provider.resources.execution_schedule",
    "AIGenericSecret": "aicore_provider.resources.generic_secret",
    "AIGitRepository": "aicore_provider.resources.git_repository",
    "AIObjectStoreSecret": "aicore_provider.resources.object_store_secret",
    "AIResourceGroup": "aicore_provider.resources.resource_group",
    "ExecutableDeployment": "aicore_provider.resources.executable_deployment",
    "ModelDeployment": "aicore_provider.resources.model_deployment",
    "ModelFilter": "aicore_provider.resources.orchestration_deployment",
    "OrchestrationDeployment": "aicore_provider.resources.orchestration_deployment",
    "StackConfig": "aicore_provider.stack.load",
    "declare": "aicore_provider.stack.declare",
    "deploy": "aicore_provider.stack.declare",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
