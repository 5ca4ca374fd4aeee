"""Declares the resources of a stack file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pulumi

from aicore_provider.api.naming import object_store_of
from aicore_provider.dynamic.program import ends_in_words
from aicore_provider.resources.application import AIApplication
from aicore_provider.resources.artifact import AIArtifact
from aicore_provider.resources.configuration import AIConfiguration
from aicore_provider.resources.docker_registry_secret import AIDockerRegistrySecret
from aicore_provider.resources.executable_deployment import ConfiguredDeployment, ExecutableDeployment
from aicore_provider.resources.execution_schedule import AIExecutionSchedule
from aicore_provider.resources.generic_secret import AIGenericSecret
from aicore_provider.resources.git_repository import AIGitRepository
from aicore_provider.resources.model_deployment import ModelDeployment
from aicore_provider.resources.object_store_secret import AIObjectStoreSecret
from aicore_provider.resources.orchestration_deployment import ModelFilter, OrchestrationDeployment
from aicore_provider.resources.resource_group import AIResourceGroup
from aicore_provider.secret_text import SecretText, revealed
from aicore_provider.stack.model import StackConfig
from aicore_provider.stack.placement import Placement, placements
from aicore_provider.stack.sections.deployments import DeploymentConfig, ModelConfig, OrchestrationConfig
from aicore_provider.stack.sections.executions import ArtifactConfig, ScheduleConfig
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig
from aicore_provider.stack.sections.secrets import (
    DockerRegistrySecretConfig,
    GenericSecretConfig,
    ObjectStoreSecretConfig,
)
from aicore_provider.stack.sections.templates import ApplicationConfig, RepositoryConfig

Groups = Mapping[str, AIResourceGroup]
"""Resource groups that the stack declares, by their ids."""
Artifacts = Mapping[tuple[str, str], AIArtifact]
"""Artifacts that the stack declares, by the key of the entry and the resource group."""


@dataclass(frozen=True)
class Declared:
    """What a stack file declares and others may want to use, by logical name.

    That is the key of the entry, and `<key>/<resource group>` for an entry with `resourceGroups`.
    """

    deployments: Mapping[str, ConfiguredDeployment]
    artifacts: Mapping[str, AIArtifact]
    schedules: Mapping[str, AIExecutionSchedule]


@ends_in_words
def declare(config: StackConfig) -> Declared:
    """Declare everything that a stack file lists.

    What is in a resource group of `aicore:resourceGroups` is made after it and deleted before it; the same holds for an
    artifact and its object store, an application and its repository, and whatever uses an artifact. Texts that are
    encrypted in the stack file are secrets of the resources; the other texts are not, but for what the resource keeps
    secret by itself.
    """
    groups = {id_: _group(id_, each) for id_, each in config.resource_groups.items()}
    for each in config.placements_of(config.generic_secrets):
        _generic_secret(each, config.generic_secrets[each.entry], groups)
    stores = {
        (each.resource_group, entry.name or each.entry): _object_store(each, entry, groups)
        for each in config.placements_of(config.object_store_secrets)
        if (entry := config.object_store_secrets[each.entry])
    }
    for name, registry in config.docker_registry_secrets.items():
        _docker_registry(name, registry)
    repositories = {name: _repository(name, each) for name, each in config.repositories.items()}
    for name, application in config.applications.items():
        _application(name, application, repositories)
    placed = config.placements_of(config.artifacts)
    artifacts = {each.name: _artifact(each, config.artifacts[each.entry], groups, stores) for each in placed}
    by_entry = {(each.entry, each.resource_group): artifacts[each.name] for each in placed}
    return Declared(
        deployments={
            each.name: _deployment(each, config.deployments[each.entry], groups, by_entry)
            for each in config.placements()
        },
        artifacts=artifacts,
        schedules={
            each.name: _schedule(each, config.schedules[each.entry], groups, by_entry)
            for each in config.placements_of(config.schedules)
        },
    )


@ends_in_words
def deploy(name: str, entry: DeploymentConfig, resource_group: str) -> ConfiguredDeployment:
    """Declare the deployment of one entry of `aicore:deployments`, under its key; the resource group is the default.

    `declare` declares all entries, and alone knows resource groups and artifacts of the stack file.

    Raises:
        pulumi.RunError: the entry has `resourceGroups`, and so several deployments.
    """
    if entry.resource_groups is not None:
        raise pulumi.RunError(f"Entry {name} is for several resource groups; use declare(config) in place of deploy.")
    (placed,) = placements({name: entry}, resource_group, ())
    return _deployment(placed, entry, {}, {})


def _group(id_: str, group: ResourceGroupConfig) -> AIResourceGroup:
    return AIResourceGroup(
        id_,
        resource_group_id=id_,
        labels=_inputs(group.all_labels),
        take_over=group.take_over or None,
        opts=pulumi.ResourceOptions(protect=group.protect or None),
    )


def _generic_secret(placed: Placement, entry: GenericSecretConfig, groups: Groups) -> AIGenericSecret:
    return AIGenericSecret(
        placed.name,
        name=_input(entry.name or placed.entry),
        data=cast("Any", _inputs(entry.data)),
        labels=_inputs(entry.labels),
        resource_group=None if entry.is_of_tenant else _in_group(placed.resource_group, groups),
        scope=_input(entry.scope),
        take_over=entry.take_over or None,
        opts=_options(entry.protect, placed.formerly),
    )


def _object_store(placed: Placement, entry: ObjectStoreSecretConfig, groups: Groups) -> AIObjectStoreSecret:
    return AIObjectStoreSecret(
        placed.name,
        name=_input(entry.name or placed.entry),
        type=_input(entry.type),
        data=cast("Any", _inputs(entry.data)),
        bucket=_input(entry.bucket),
        path_prefix=_input(entry.path_prefix),
        endpoint=_input(entry.endpoint),
        region=_input(entry.region),
        use_https=entry.use_https,
        verify_ssl=entry.verify_ssl,
        resource_group=_in_group(placed.resource_group, groups),
        take_over=entry.take_over or None,
        opts=_options(entry.protect, placed.formerly),
    )


def _docker_registry(name: str, entry: DockerRegistrySecretConfig) -> AIDockerRegistrySecret:
    return AIDockerRegistrySecret(
        name,
        name=_input(entry.name or name),
        registry=_input(entry.registry),
        username=_input(entry.username),
        password=_input(entry.password),
        take_over=entry.take_over or None,
        opts=_options(entry.protect, entry.formerly),
    )


def _repository(name: str, entry: RepositoryConfig) -> AIGitRepository:
    return AIGitRepository(
        name,
        name=_input(entry.name or name),
        url=_input(entry.url),
        username=_input(entry.username),
        password=_input(entry.password),
        take_over=entry.take_over or None,
        opts=_options(entry.protect, entry.formerly),
    )


def _application(name: str, entry: ApplicationConfig, repositories: Mapping[str, AIGitRepository]) -> AIApplication:
    repository = repositories.get(entry.repository) if entry.repository else None
    return AIApplication(
        name,
        name=_input(entry.name or name),
        repository_url=repository.url if repository else _input(entry.repository_url),
        revision=_input(entry.revision),
        path=_input(entry.path),
        take_over=entry.take_over or None,
        opts=_options(entry.protect, entry.formerly),
    )


def _artifact(
    placed: Placement, entry: ArtifactConfig, groups: Groups, stores: Mapping[tuple[str, str], AIObjectStoreSecret]
) -> AIArtifact:
    named = object_store_of(revealed(entry.url))
    store = stores.get((placed.resource_group, named)) if named else None
    return AIArtifact(
        placed.name,
        name=_input(entry.name or placed.entry),
        kind=_input(entry.kind),
        url=_input(entry.url),
        scenario_id=_input(entry.scenario),
        description=_input(entry.description),
        labels=_inputs(entry.labels),
        resource_group=_in_group(placed.resource_group, groups),
        take_over=_input(placed.take_over),
        opts=_options(entry.protect, placed.formerly, depends_on=store),
    )


def _schedule(placed: Placement, entry: ScheduleConfig, groups: Groups, artifacts: Artifacts) -> AIExecutionSchedule:
    """Declare a schedule and its configuration, which is replaced by each change of what is executed."""
    configuration = AIConfiguration(
        placed.name,
        scenario_id=_input(entry.scenario),
        executable_id=_input(entry.executable),
        parameter_bindings=_inputs(entry.parameters),
        input_artifact_bindings=_bindings(entry.artifacts, placed.resource_group, artifacts),
        resource_group=_in_group(placed.resource_group, groups),
        take_over=_input(placed.take_over),
        opts=_options(False, placed.formerly),
    )
    return AIExecutionSchedule(
        placed.name,
        name=_input(entry.name or placed.entry),
        configuration_id=configuration.id,
        cron=_input(entry.cron),
        start=_input(entry.start),
        end=_input(entry.end),
        status=_input(entry.status),
        resource_group=configuration.resource_group,
        take_over=_input(placed.take_over),
        opts=_options(entry.protect, placed.formerly),
    )


def _options(
    protect: bool, formerly: Sequence[str] | str | None, depends_on: pulumi.Resource | None = None
) -> pulumi.ResourceOptions:
    names = [formerly] if isinstance(formerly, str) else formerly or ()
    return pulumi.ResourceOptions(
        protect=protect or None, aliases=[pulumi.Alias(name=name) for name in names] or None, depends_on=depends_on
    )


def _deployment(
    placed: Placement, entry: DeploymentConfig, groups: Groups, artifacts: Artifacts
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
        parameters=_inputs(entry.parameters),
        artifacts=_bindings(entry.artifacts, placed.resource_group, artifacts),
        **common,
    )


def _bindings(references: Mapping[str, str], resource_group: str, artifacts: Artifacts) -> dict[str, Any]:
    """Return the ids of artifacts by input; what names an entry of the stack file comes from its resource."""
    found = {key: (reference, artifacts.get((reference, resource_group))) for key, reference in references.items()}
    return {key: artifact.id if artifact else _input(reference) for key, (reference, artifact) in found.items()}


def _in_group(resource_group: str, groups: Groups) -> Any:
    """Return a resource group as an input, which comes from its resource where the stack declares it.

    Unlike the resource's `id`, this output is known in the preview of a new group. So what stands in a group that is
    taken over is shown as it stays.
    """
    if (group := groups.get(resource_group)) is None:
        return _input(resource_group)
    id_ = group.resource_group_id
    return pulumi.Output.secret(id_) if isinstance(resource_group, SecretText) else id_


def _inputs(values: Mapping[str, str] | None) -> dict[str, Any] | None:
    return None if values is None else {key: _input(value) for key, value in values.items()}


def _input(value: Any) -> Any:
    """Return a value as an input of a resource; a `SecretText` as a secret of Pulumi."""
    return pulumi.Output.secret(value.reveal()) if isinstance(value, SecretText) else value
