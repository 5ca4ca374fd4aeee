"""Reads everything that a tenant, or some of its resource groups, hold. Sends no request that changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.configurations import PATH as CONFIGURATIONS
from aicore_provider.api.deployments import PATH as DEPLOYMENTS
from aicore_provider.api.errors import Forbidden, NotFound
from aicore_provider.api.naming import IN_GROUP, IN_MAIN_TENANT, TENANT_WIDE
from aicore_provider.api.types import (
    Application,
    Artifact,
    Configuration,
    Deployment,
    DockerRegistrySecret,
    Execution,
    ExecutionSchedule,
    GenericSecret,
    IdentifiedObject,
    ObjectStoreSecret,
    Repository,
    ResourceGroup,
)
from aicore_provider.background import workers

_AT_ONCE = 8
"""Requests at the same time."""

Object = TypeVar("Object", bound=IdentifiedObject)


@dataclass(frozen=True)
class GroupContent:
    """What a resource group holds; `unread` says which lists the service refused, and why."""

    group: ResourceGroup
    deployments: Sequence[Deployment] = ()
    configurations: Sequence[Configuration] = ()
    generic_secrets: Sequence[GenericSecret] = ()
    object_store_secrets: Sequence[ObjectStoreSecret] = ()
    artifacts: Sequence[Artifact] = ()
    schedules: Sequence[ExecutionSchedule] = ()
    executions: Sequence[Execution] = ()
    unread: Sequence[str] = ()


@dataclass(frozen=True)
class TenantContent:
    """What a tenant holds in no resource group, and its resource groups.

    It is empty but for the groups where single groups were asked for.
    """

    groups: Sequence[GroupContent]
    main_tenant_secrets: Sequence[GenericSecret] = ()
    tenant_wide_secrets: Sequence[GenericSecret] = ()
    docker_registry_secrets: Sequence[DockerRegistrySecret] = ()
    repositories: Sequence[Repository] = ()
    applications: Sequence[Application] = ()
    unread: Sequence[str] = ()


def survey(client: AICore, names: Sequence[str], tell: Callable[[str], None]) -> TenantContent:
    """Read the resource groups of these names, or without names the whole tenant. `tell` is passed how far it is.

    Raises:
        AICoreError: a group does not exist or cannot be read; or the service does not answer.
    """
    groups = [_group(client, name) for name in names] if names else client.resource_groups.list()
    ready = [each for each in groups if each.status == "PROVISIONED"]
    with workers(_AT_ONCE, "export", client.interrupted) as pool:
        parts = {each.id: [pool.submit(_listed, it) for it in _collections(client, each.id)] for each in ready}
        tenant = [] if names else [pool.submit(_listed, it) for it in _tenant_collections(client)]
        contents = []
        for number, each in enumerate(groups, start=1):
            tell(f"resource group {number} of {len(groups)}")
            lists, unread = _gathered(part.result() for part in parts.get(each.id, ()))
            if each not in ready:
                unread = [f"it is {each.status}"]
            contents.append(replace(GroupContent(each, *lists), unread=unread))
        lists, unread = _gathered(part.result() for part in tenant)
    return replace(TenantContent(contents, *lists), unread=unread)


def _group(client: AICore, name: str) -> ResourceGroup:
    try:
        return client.resource_groups.get(name)
    except (Forbidden, NotFound) as refusal:
        raise client.resource_groups.explain(name, refusal) from None


def _collections(client: AICore, group: str) -> tuple[Collection[Any], ...]:
    """The lists of a resource group, in the order of the fields of `GroupContent`."""
    return (
        Collection(client, Deployment, DEPLOYMENTS, group, is_paged=True),
        Collection(client, Configuration, CONFIGURATIONS, group, is_paged=True),
        client.generic_secrets(IN_GROUP, group),
        client.object_store_secrets(group),
        client.artifacts(group),
        client.execution_schedules(group),
        client.executions(group),
    )


def _tenant_collections(client: AICore) -> tuple[Collection[Any], ...]:
    """The lists of the tenant, in the order of the fields of `TenantContent`."""
    return (
        client.generic_secrets(IN_MAIN_TENANT),
        client.generic_secrets(TENANT_WIDE),
        client.docker_registry_secrets,
        client.repositories,
        client.applications,
    )


def _listed(collection: Collection[Object]) -> list[Object] | str:
    """The objects of a collection, the oldest first; or why the service does not list them."""
    try:
        found = collection.list()
    except (Forbidden, NotFound) as refusal:
        # A plan without own templates has no repositories, for instance.
        return f"{collection.path}: {refusal.facts}"
    if collection.is_prefixed and found:
        prefix = collection.prefix_of(found[0].id)
        found = [each.model_copy(update={"id": each.id.removeprefix(prefix)}) for each in found]
    return sorted(found, key=lambda each: (str(getattr(each, "created_at", "")), each.id))


def _gathered(parts: Iterable[list[Any] | str]) -> tuple[list[Any], list[str]]:
    found = list(parts)
    return [[] if isinstance(each, str) else each for each in found], [each for each in found if isinstance(each, str)]
