"""Decides what `pulumi import --file` is to import of a tenant, as resources of the provider plugin. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, IN_MAIN_TENANT, TENANT_WIDE
from aicore_provider.cli.export.document import Choice, LeftOut, made_by_execution, not_to_be_kept
from aicore_provider.cli.export.survey import GroupContent, TenantContent
from aicore_provider.resource_types import NATIVE_PREFIX
from aicore_provider.stack.entry import entry_name, fit_name


@dataclass(frozen=True)
class Imported:
    """A resource: kind, logical name, and id for an import. `uses` is the id of its configuration; "" for none."""

    kind: str
    name: str
    id: str
    uses: str = ""


@dataclass(frozen=True)
class BulkImport:
    """What is imported; what is not, and why; and how many resources the user does not want."""

    resources: tuple[Imported, ...]
    left_out: tuple[LeftOut, ...]
    excluded: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the content of the file that `pulumi import --file` takes."""
        return {
            "resources": [
                {"type": f"{NATIVE_PREFIX}{each.kind}", "name": each.name, "id": each.id} for each in self.resources
            ]
        }


def bulk_import(tenant: TenantContent, choice: Choice) -> BulkImport:
    """Return what of a tenant `pulumi import` can bring under management.

    The names in the file are those that the choice is about. What is chosen comes with its configuration.
    """
    there = list(_of_tenant(tenant))
    unread = [LeftOut("the tenant", f"cannot be read: {each}") for each in tenant.unread]
    left_out = [*unread, *(each for each in there if isinstance(each, LeftOut))]
    taken: set[str] = set()
    named = [replace(each, name=_free(each, taken)) for each in there if isinstance(each, Imported)]
    used = {each.uses for each in named if choice.has(each.name)}
    chosen = tuple(each for each in named if choice.has(each.name) or each.id in used)
    return BulkImport(chosen, tuple(left_out), len(named) - len(chosen))


def _free(each: Imported, taken: set[str]) -> str:
    """Return a name that no other resource of the file has, of whatever type: code has a variable for each."""
    plain = fit_name(each.name) or "unnamed"
    longer = f"{plain}-{fit_name(each.id.rpartition('/')[0])}" if "/" in each.id else f"{plain}-2"
    numbered = (f"{longer}-{number}" for number in range(2, len(taken) + 3))
    name = next(free for free in (plain, longer, *numbered) if free not in taken)
    taken.add(name)
    return name


def _of_tenant(tenant: TenantContent) -> Iterator[Imported | LeftOut]:
    for content in tenant.groups:
        yield from _of_group(content)
    for scope, secrets in ((IN_MAIN_TENANT, tenant.main_tenant_secrets), (TENANT_WIDE, tenant.tenant_wide_secrets)):
        for secret in secrets:
            yield Imported("AIGenericSecret", f"{secret.id}-secret", f"{scope}:{secret.id}")
    for registry in tenant.docker_registry_secrets:
        yield Imported("AIDockerRegistrySecret", f"{registry.id}-registry", registry.id)
    for repository in tenant.repositories:
        yield Imported("AIGitRepository", f"{repository.id}-repository", repository.id)
    for application in tenant.applications:
        yield Imported("AIApplication", f"{application.id}-application", application.id)


def _of_group(content: GroupContent) -> Iterator[Imported | LeftOut]:
    group = content.group.id
    for each in content.unread:
        yield LeftOut(f"resource group {group}", f"cannot be read: {each}")
    if group != DEFAULT_RESOURCE_GROUP and content.group.status == "PROVISIONED":
        yield Imported("AIResourceGroup", group, group)
    for artifact in content.artifacts:
        registered = Imported("AIArtifact", f"{artifact.name}-artifact", f"{group}/{artifact.id}")
        yield made_by_execution(artifact, group) or registered
    for secret in content.generic_secrets:
        yield Imported("AIGenericSecret", f"{secret.id}-secret", f"{group}/{secret.id}")
    for store in content.object_store_secrets:
        yield Imported("AIObjectStoreSecret", f"{store.id}-store", f"{group}/{store.id}")
    for execution in content.executions:
        yield LeftOut(f"execution {execution.id} in resource group {group}", "a run; import it alone, by its id")
    yield from _of_configurations(content)


def _of_configurations(content: GroupContent) -> Iterator[Imported | LeftOut]:
    """The deployments and schedules, and the configurations that these use."""
    group = content.group.id
    names = {each.id: entry_name(each) for each in content.configurations}
    used: list[str] = []
    for deployment in content.deployments:
        if unfit := not_to_be_kept(deployment, group):
            yield unfit
            continue
        used.append(f"{group}/{deployment.configuration_id}")
        name = names.get(deployment.configuration_id, deployment.id)
        yield Imported("AIDeployment", name, f"{group}/{deployment.id}", used[-1])
    for schedule in content.schedules:
        used.append(f"{group}/{schedule.configuration_id}")
        yield Imported("AIExecutionSchedule", f"{schedule.name}-schedule", f"{group}/{schedule.id}", used[-1])
    for configuration in content.configurations:
        if (id_ := f"{group}/{configuration.id}") in used:
            yield Imported("AIConfiguration", f"{names[configuration.id]}-configuration", id_)
