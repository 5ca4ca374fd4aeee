"""From an entry of a stack file to resources."""

from __future__ import annotations

from typing import Any

from aicore_provider.resources.executable_deployment import ConfiguredDeployment, ExecutableDeployment
from aicore_provider.resources.model_deployment import ModelDeployment
from aicore_provider.resources.orchestration_deployment import ModelFilter, OrchestrationDeployment
from aicore_provider.stack_config import DeploymentConfig, ModelConfig, OrchestrationConfig


def deploy(name: str, entry: DeploymentConfig, resource_group: str) -> ConfiguredDeployment:
    """Declare what an entry of `aicore:deployments` wants.

    Args:
        name: the entry's key, which becomes the logical name.
        entry: what it says.
        resource_group: for an entry that names none.
    """
    common: dict[str, Any] = {
        "resource_group": entry.resource_group or resource_group,
        "ttl": entry.ttl,
        "configuration_name": entry.configuration_name,
        "version_id": entry.version_id,
        "take_over": entry.take_over,
        "rollback": entry.rollback,
        "opts": entry.resource_options(),
    }
    if isinstance(entry, ModelConfig):
        return ModelDeployment(name, model=entry.model, version=entry.version, executable_id=entry.executable, **common)
    if isinstance(entry, OrchestrationConfig):
        models = [ModelFilter(each.model_name, each.model_versions) for each in entry.model_filter_list]
        return OrchestrationDeployment(
            name, model_filter_list=models, model_filter_list_type=entry.model_filter_list_type, **common
        )
    return ExecutableDeployment(
        name,
        scenario_id=entry.scenario,
        executable_id=entry.executable,
        parameters=entry.parameters,
        artifacts=entry.artifacts,
        **common,
    )
