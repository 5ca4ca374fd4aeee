"""Declares the resources of a stack file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from aicore_provider.dynamic.program import ends_in_words
from aicore_provider.resources.executable_deployment import ConfiguredDeployment, ExecutableDeployment
from aicore_provider.resources.model_deployment import ModelDeployment
from aicore_provider.resources.orchestration_deployment import ModelFilter, OrchestrationDeployment
from aicore_provider.resources.resource_group import AIResourceGroup
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.model import StackConfig
from aicore_provider.stack.placement import Placement, placements
from aicore_provider.stack.sections.deployments import DeploymentConfig, ModelConfig, OrchestrationConfig
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig


@ends_in_words
def declare(config: StackConfig) -> dict[str, ConfiguredDeployment]:
    """Declare everything that a stack file lists, and return the deployments by logical name.

    That is the key of the entry, and `<key>/<resource group>` for an entry with `resourceGroups`. What is in a resource
    group of `aicore:resourceGroups` is made after it and deleted before it. Texts that are encrypted in the stack file
    are secrets of the resources; the other texts are not.
    """
    groups = {id_: _group(id_, each) for id_, each in config.resource_groups.items()}
    return {each.name: _deployment(each, config.deployments[each.entry], groups) for each in config.placements()}


@ends_in_words
def deploy(name: str, entry: DeploymentConfig, resource_group: str) -> ConfiguredDeployment:
    """Declare the deployment of one entry of `aicore:deployments`, under its key; the resource group is the default.

    `declare` declares all entries, and alone knows resource groups of the stack file.

    Raises:
        pulumi.RunError: the entry has `resourceGroups`, and so several deployments.
    """
    if entry.resource_groups is not None:
        raise pulumi.RunError(f"Entry {name} is for several resource groups; use declare(config) in place of deploy.")
    (placed,) = placements({name: entry}, resource_group, ())
    return _deployment(placed, entry, {})


def _group(id_: str, group: ResourceGroupConfig) -> AIResourceGroup:
    labels = group.all_labels
    return AIResourceGroup(
        id_,
        resource_group_id=id_,
        labels=None if labels is None else {key: _input(value) for key, value in labels.items()},
        take_over=group.take_over or None,
        opts=pulumi.ResourceOptions(protect=group.protect or None),
    )


def _deployment(
    placed: Placement, entry: DeploymentConfig, groups: Mapping[str, AIResourceGroup]
) -> ConfiguredDeployment:
    common: dict[str, Any] = {
        "resource_group": _in_group(placed.resource_group, groups),
        "ttl": _input(entry.ttl),
        "configuration_name": _input(entry.configuration_name),
        "version_id": _input(entry.version_id),
        "take_over": _input(placed.take_over),
        "rollback": entry.rollback,
        "verify": entry.verify or None,
        "opts": pulumi.ResourceOptions(
            protect=entry.protect or None,
            aliases=[pulumi.Alias(name=name) for name in placed.formerly] or None,
            delete_before_replace=entry.replace == "deleteFirst" or None,
        ),
    }
    if isinstance(entry, ModelConfig):
        return ModelDeployment(
            placed.name,
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
            placed.name, model_filter_list=models, model_filter_list_type=_input(entry.model_filter_list_type), **common
        )
    return ExecutableDeployment(
        placed.name,
        scenario_id=_input(entry.scenario),
        executable_id=_input(entry.executable),
        parameters={key: _input(value) for key, value in entry.parameters.items()},
        artifacts={key: _input(value) for key, value in entry.artifacts.items()},
        **common,
    )


def _in_group(resource_group: str, groups: Mapping[str, AIResourceGroup]) -> Any:
    """Return a resource group as an input, which comes from its resource where the stack declares it.

    Unlike the resource's `id`, this output is known in the preview of a new group. So what stands in a group that is
    taken over is shown as it stays.
    """
    if (group := groups.get(resource_group)) is None:
        return _input(resource_group)
    id_ = group.resource_group_id
    return pulumi.Output.secret(id_) if isinstance(resource_group, SecretText) else id_


def _input(value: Any) -> Any:
    """Return a value as an input of a resource; a `SecretText` as a secret of Pulumi."""
    return pulumi.Output.secret(value.reveal()) if isinstance(value, SecretText) else value
