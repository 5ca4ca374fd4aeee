"""SAP AI Core as code: its objects as Pulumi resources. The names in `__all__` are what programs use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicore_provider.resources.configuration import AIConfiguration
    from aicore_provider.resources.deployment import AIDeployment
    from aicore_provider.resources.executable_deployment import ExecutableDeployment
    from aicore_provider.resources.model_deployment import ModelDeployment
    from aicore_provider.resources.orchestration_deployment import ModelFilter, OrchestrationDeployment
    from aicore_provider.resources.resource_group import AIResourceGroup
    from aicore_provider.stack.declare import declare, deploy
    from aicore_provider.stack.load import StackConfig

__all__ = [
    "AIConfiguration",
    "AIDeployment",
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
    "AIConfiguration": "aicore_provider.resources.configuration",
    "AIDeployment": "aicore_provider.resources.deployment",
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
