"""Decides what `pulumi import --file` is to import of a tenant, as resources of the provider plugin. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, IN_MAIN_TENANT, TENANT_WIDE
from aicore_provider.cli.export.document import Choice, LeftOut
from aicore_provider.cli.export.survey import GroupContent, TenantContent
from aicore_provider.kinds.deployment_take_over import first_step
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.resource_types import NATIVE_PREFIX
from aicore_provider.stack.entry import entry_name, fit_name


@dataclass(frozen=True)
class BulkImport:
    """What is imported: kind, logical name and id for an import of each resource; and what is not."""

    resources: tuple[tuple[str, str, str], ...]
    left_out: tuple[LeftOut, ...]
    excluded: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the content of the file that `pulumi import --file` takes."""
        return {
            "resources": [
                {"type": f"{NATIVE_PREFIX}{kind}", "name": name, "id": id_} for kind, name, id_ in self.resources
            ]
        }


def bulk_import(tenant: TenantContent, choice: Choice) -> BulkImport:
    """Return what of a tenant `pulumi import` can bring under management."""
    found: list[tuple[str, str, str]] = []
    left_out = [LeftOut("the tenant", f"cannot be read: {each}") for each in tenant.unread]
    taken: set[str] = set()
    excluded = 0
    for each in _of_tenant(tenant):
        if isinstance(each, LeftOut):
            left_out.append(each)
        elif not choice.has(each[1]):
            excluded += 1
        else:
            kind, wanted, id_ = each
            found.append((kind, _free(wanted, id_, taken), id_))
    return BulkImport(tuple(found), tuple(left_out), excluded)


def _free(wanted: str, id_: str, taken: set[str]) -> str:
    """Return a name that no other resource of the file has, of whatever type: code has a variable for each."""
    plain = fit_name(wanted) or "unnamed"
    longer = f"{plain}-{fit_name(id_.rpartition('/')[0])}" if "/" in id_ else f"{plain}-2"
    numbered = (f"{longer}-{number}" for number in range(2, len(taken) + 3))
    name = next(each for each in (plain, longer, *numbered) if each not in taken)
    taken.add(name)
    return name


def _of_tenant(tenant: TenantContent) -> Iterator[tuple[str, str, str] | LeftOut]:
    for content in tenant.groups:
        yield from _of_group(content)
    for scope, secrets in ((IN_MAIN_TENANT, tenant.main_tenant_secrets), (TENANT_WIDE, tenant.tenant_wide_secrets)):
        for secret in secrets:
            yield "AIGenericSecret", f"{secret.id}-secret", f"{scope}:{secret.id}"
    for registry in tenant.docker_registry_secrets:
        yield "AIDockerRegistrySecret", f"{registry.id}-registry", registry.id
    for repository in tenant.repositories:
        yield "AIGitRepository", f"{repository.id}-repository", repository.id
    for application in tenant.applications:
        yield "AIApplication", f"{application.id}-application", application.id


def _of_group(content: GroupContent) -> Iterator[tuple[str, str, str] | LeftOut]:
    group = content.group.id
    for each in content.unread:
        yield LeftOut(f"resource group {group}", f"cannot be read: {each}")
    if group != DEFAULT_RESOURCE_GROUP and content.group.status == "PROVISIONED":
        yield "AIResourceGroup", group, group
    for artifact in content.artifacts:
        if artifact.execution_id:
            what = f"artifact {artifact.id} ({artifact.name}) in resource group {group}"
            yield LeftOut(what, f"execution {artifact.execution_id} has made it")
        else:
            yield "AIArtifact", f"{artifact.name}-artifact", f"{group}/{artifact.id}"
    for secret in content.generic_secrets:
        yield "AIGenericSecret", f"{secret.id}-secret", f"{group}/{secret.id}"
    for store in content.object_store_secrets:
        yield "AIObjectStoreSecret", f"{store.id}-store", f"{group}/{store.id}"
    for execution in content.executions:
        yield LeftOut(f"execution {execution.id} in resource group {group}", "a run; import it alone, by its id")
    yield from _of_configurations(content)


def _of_configurations(content: GroupContent) -> Iterator[tuple[str, str, str] | LeftOut]:
    """The deployments and schedules, and the configurations that these use."""
    group = content.group.id
    names = {each.id: entry_name(each) for each in content.configurations}
    used: list[str] = []
    for deployment in content.deployments:
        if isinstance(first_step(deployment), (Done, Wait)) and not deployment.is_being_deleted:
            used.append(deployment.configuration_id)
            yield "AIDeployment", names.get(used[-1], deployment.id), f"{group}/{deployment.id}"
        else:
            what = f"deployment {deployment.id} in resource group {group}"
            yield LeftOut(what, f"`pulumi up` could not keep it as it is: {deployment.status}")
    for schedule in content.schedules:
        used.append(schedule.configuration_id)
        yield "AIExecutionSchedule", f"{schedule.name}-schedule", f"{group}/{schedule.id}"
    for id_ in dict.fromkeys(used):
        if id_ in names:
            yield "AIConfiguration", f"{names[id_]}-configuration", f"{group}/{id_}"
