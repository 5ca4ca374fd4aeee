"""Declares the resources of an entry of a stack file."""

from __future__ import annotations

from typing import Any

import pulumi

from aicore_provider.dynamic.program import ends_in_words
from aicore_provider.resources.executable_deployment import ConfiguredDeployment, ExecutableDeployment
from aicore_provider.resources.model_deployment import ModelDeployment
from aicore_provider.resources.orchestration_deployment import ModelFilter, OrchestrationDeployment
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.model import DeploymentConfig, ModelConfig, OrchestrationConfig


@ends_in_words
def deploy(name: str, entry: DeploymentConfig, resource_group: str) -> ConfiguredDeployment:
    """Declare the deployment of an entry of `aicore:deployments`, under its key; the resource group is the default.

    Texts that are encrypted in the stack file are secrets of the resources; the other texts are not.
    """
    common: dict[str, Any] = {
        "resource_group": _input(entry.resource_group or resource_group),
        "ttl": _input(entry.ttl),
        "configuration_name": _input(entry.configuration_name),
        "version_id": _input(entry.version_id),
        "take_over": _input(entry.take_over),
        "rollback": entry.rollback,
        "verify": entry.verify or None,
        "opts": pulumi.ResourceOptions(
            protect=entry.protect or None,
            aliases=[pulumi.Alias(name=entry.formerly)] if entry.formerly else None,
            delete_before_replace=entry.replace == "deleteFirst" or None,
        ),
    }
    if isinstance(entry, ModelConfig):
        return ModelDeployment(
            name,
            model=_input(entry.model),
            version=_input(entry.version),
            executable_id=_input(entry.executable),
            **common,
        )
    if isinstance(entry, OrchestrationConfig):
        models = [
            ModelFilter(_input(each.model_name), [_input(version) for version in each.model_versions])
            for each in entry.model_filter_list
        ]
        return OrchestrationDeployment(
            name, model_filter_list=models, model_filter_list_type=_input(entry.model_filter_list_type), **common
        )
    return ExecutableDeployment(
        name,
        scenario_id=_input(entry.scenario),
        executable_id=_input(entry.executable),
        parameters={key: _input(value) for key, value in entry.parameters.items()},
        artifacts={key: _input(value) for key, value in entry.artifacts.items()},
        **common,
    )


def _input(value: Any) -> Any:
    """Return a value as an input of a resource; a `SecretText` as a secret of Pulumi."""
    return pulumi.Output.secret(value.reveal()) if isinstance(value, SecretText) else value
