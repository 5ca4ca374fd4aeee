"""Decides how each object of a tenant stands in a stack file, or why it does not. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from aicore_provider.api.client import IN_MAIN_TENANT, TENANT_WIDE
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP
from aicore_provider.api.types import (
    Application,
    Artifact,
    Configuration,
    Deployment,
    ExecutionSchedule,
    GenericSecret,
    ObjectStoreSecret,
    Repository,
    ResourceGroup,
)
from aicore_provider.cli.export.survey import GroupContent, TenantContent
from aicore_provider.kinds.object_store_secret import told
from aicore_provider.kinds.values import iso
from aicore_provider.lifecycle.decide import decide
from aicore_provider.lifecycle.values import Attempt, Constraints, Done, Running, Wait
from aicore_provider.stack.entry import content_of, entry_name, entry_of, is_valid

SET_ME = "SET-ME"
"""Stands where a secret value must be put; a preview refuses it."""
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")
_STORE_KEYS = {"path_prefix": "pathPrefix", "use_https": "useHttps", "verify_ssl": "verifySsl"}

Entry = dict[str, Any]
Placed = tuple[str, str, Entry]
"""Section, name and entry."""


@dataclass(frozen=True)
class LeftOut:
    """An object that stands in no entry. `what` is, for instance, `execution e1 in resource group team-a`."""

    what: str
    why: str


@dataclass(frozen=True)
class Document:
    """What a stack file holds: entries by section and name.

    `left_out` is what it cannot hold, and `excluded` how many entries the user does not want.
    """

    sections: Mapping[str, Mapping[str, Entry]]
    left_out: Sequence[LeftOut]
    excluded: int = 0


@dataclass(frozen=True)
class Choice:
    """What of a tenant is wanted.

    Attributes:
        match: a glob that the name of an entry matches.
        exclude: a glob that it does not match; "" for none.
        clone_to: the resource group in which the same is to be made again; "" to manage what there is.
        default_version: takes a configuration and its resource group, and returns the version of a model for which the
            configuration names none.
    """

    match: str = "*"
    exclude: str = ""
    clone_to: str = ""
    default_version: Callable[[Configuration, str], str] = lambda _configuration, _group: "latest"

    def has(self, name: str) -> bool:
        """Whether an entry of this name is wanted."""
        return fnmatchcase(name, self.match) and not fnmatchcase(name, self.exclude)


@dataclass
class _Names:
    """Names that are given already, by section: each is given once."""

    taken: dict[str, set[str]] = field(default_factory=dict)

    def give(self, section: str, wanted: str, group: str) -> str:
        """Return a name that is free: as it is wanted, with the resource group, or with a number."""
        taken = self.taken.setdefault(section, set())
        plain = _UNFIT.sub("-", wanted).strip("-.") or "unnamed"
        longer = f"{plain}-{group}" if group else plain
        candidates = (plain, longer, *(f"{longer}-{number}" for number in range(2, len(taken) + 3)))
        found: str = next(each for each in candidates if each not in taken)
        taken.add(found)
        return found


def document(tenant: TenantContent, choice: Choice) -> Document:
    """Return how a tenant stands in a stack file."""
    names, left_out = _Names(), [LeftOut("the tenant", f"cannot be read: {each}") for each in tenant.unread]
    placed: list[Placed] = []
    for content in tenant.groups:
        if content.unread:
            what = f"resource group {content.group.id}"
            left_out += [LeftOut(what, f"cannot be read: {each}") for each in content.unread]
        for each in _group_entries(content, names, choice):
            (left_out if isinstance(each, LeftOut) else placed).append(each)  # type: ignore[arg-type]
    if not choice.clone_to:
        placed += _tenant_entries(tenant, names)
    sections: dict[str, dict[str, Entry]] = {}
    wanted = [each for each in placed if each[0] == "resourceGroups" or choice.has(each[1])]
    for section, name, entry in wanted:
        if is_valid(_without_references(entry), section, name):
            sections.setdefault(section, {})[name] = entry
        else:
            where = f" in resource group {entry['resourceGroup']}" if "resourceGroup" in entry else ""
            left_out.append(LeftOut(f"{section} {name}{where}", "a stack file cannot say what it is"))
    return Document(sections, tuple(left_out), excluded=len(placed) - len(wanted))


def _without_references(entry: Entry) -> Entry:
    """The entry as it can be checked by itself: without what stands in other entries, and without placeholders."""
    checked = dict(entry)
    if "artifacts" in checked:
        checked["artifacts"] = dict.fromkeys(checked["artifacts"], "some-artifact")
    if checked.pop("repository", None):
        checked["repositoryUrl"] = "https://example.com"
    if checked.pop("data", None):
        checked["takeOver"] = True
    return checked


def _group_entries(content: GroupContent, names: _Names, choice: Choice) -> Iterator[Placed | LeftOut]:
    group = content.group.id
    if content.group.status != "PROVISIONED":
        return
    if (entry := _resource_group(content.group, choice)) is not None:
        yield "resourceGroups", choice.clone_to or group, entry
    configurations = {each.id: each for each in content.configurations}
    artifacts: dict[str, str] = {}
    for artifact in content.artifacts:
        if artifact.execution_id:
            made_by = f"execution {artifact.execution_id} has made it"
            yield LeftOut(f"artifact {artifact.id} ({artifact.name}) in resource group {group}", made_by)
            continue
        name = names.give("artifacts", artifact.name, group)
        if choice.has(name):
            artifacts[artifact.id] = name
        yield "artifacts", name, _in(group, _artifact(artifact, name), artifact.id, choice)
    for secret in content.generic_secrets:
        name = names.give("genericSecrets", secret.id, group)
        yield "genericSecrets", name, _in(group, _secret(secret, name, choice), True, choice)
    for store in content.object_store_secrets:
        name = names.give("objectStoreSecrets", store.id, group)
        yield "objectStoreSecrets", name, _in(group, _store(store, name, choice), True, choice)
    for deployment in content.deployments:
        yield _deployment(deployment, configurations.get(deployment.configuration_id), group, artifacts, names, choice)
    for schedule in content.schedules:
        yield _schedule(schedule, configurations.get(schedule.configuration_id), group, artifacts, names, choice)
    for execution in content.executions:
        run = "a run stands in no stack file; a program declares it with `AIExecution`"
        yield LeftOut(f"execution {execution.id} in resource group {group}", run)
    used = {each.configuration_id for each in content.deployments}
    used |= {each.configuration_id for each in content.schedules}
    used |= {each.configuration_id for each in content.executions}
    if unused := len(configurations.keys() - used):
        told = f"{unused} configuration{'s' if unused != 1 else ''} in resource group {group}"
        yield LeftOut(told, "unused; costs nothing, and the API has no DELETE for configurations")


def _tenant_entries(tenant: TenantContent, names: _Names) -> Iterator[Placed]:
    scopes = ((IN_MAIN_TENANT, tenant.main_tenant_secrets), (TENANT_WIDE, tenant.tenant_wide_secrets))
    for scope, secrets in scopes:
        for secret in secrets:
            name = names.give("genericSecrets", secret.id, "")
            yield "genericSecrets", name, _secret(secret, name) | {"scope": scope, "takeOver": True}
    for registry in tenant.docker_registry_secrets:
        yield "dockerRegistrySecrets", registry.id, {"takeOver": True}
    for repository in tenant.repositories:
        yield "repositories", repository.id, {"url": repository.url, "takeOver": True}
    for application in tenant.applications:
        yield "applications", application.id, _application(application, tenant.repositories)


# --- entries ----------------------------------------------------------------------------------------------------------


def _resource_group(group: ResourceGroup, choice: Choice) -> Entry | None:
    """The entry of a resource group; None for the one that the service itself keeps."""
    labels = {"labels": dict(group.labels)} if group.labels else {}
    if choice.clone_to:
        return None if choice.clone_to == DEFAULT_RESOURCE_GROUP else labels
    return None if group.id == DEFAULT_RESOURCE_GROUP else labels | {"takeOver": True}


def _deployment(
    deployment: Deployment,
    configuration: Configuration | None,
    group: str,
    artifacts: Mapping[str, str],
    names: _Names,
    choice: Choice,
) -> Placed | LeftOut:
    what = f"deployment {deployment.id} ({deployment.status}) in resource group {group}"
    if deployment.is_being_deleted:
        return LeftOut(what, "it is being deleted")
    if configuration is None:
        return LeftOut(what, f"its configuration {deployment.configuration_id} is not listed")
    if why := _no_take_over(deployment):
        return LeftOut(what, why)
    name = names.give("deployments", entry_name(configuration), group)
    version = choice.default_version(configuration, group)
    entry = entry_of(name, deployment, configuration, default_version=version)
    if not is_valid(entry):
        return LeftOut(what, "a stack file cannot say what it runs; a program declares it with `AIDeployment`")
    entry = _named(entry, artifacts)
    entry.pop("takeOver")
    return "deployments", name, _in(group, entry, deployment.id, choice)


def _no_take_over(deployment: Deployment) -> str:
    """Why a deployment cannot be taken over as it is; "" where it can."""
    action = decide(deployment, Running(deployment.configuration_id), Attempt(), Constraints(), now=0.0)
    return "" if isinstance(action, (Done, Wait)) else f"`pulumi up` could not keep it as it is: {deployment.status}"


def _schedule(
    schedule: ExecutionSchedule,
    configuration: Configuration | None,
    group: str,
    artifacts: Mapping[str, str],
    names: _Names,
    choice: Choice,
) -> Placed | LeftOut:
    what = f"execution schedule {schedule.id} ({schedule.name}) in resource group {group}"
    if configuration is None:
        return LeftOut(what, f"its configuration {schedule.configuration_id} is not listed")
    name = names.give("schedules", schedule.name, group)
    about = {
        "name": schedule.name if schedule.name != name else None,
        "cron": schedule.cron,
        "start": iso(schedule.start),
        "end": iso(schedule.end),
        "status": schedule.status or None,
    }
    entry = _named(content_of(configuration), artifacts) | {key: each for key, each in about.items() if each}
    return "schedules", name, _in(group, entry, schedule.id, choice)


def _artifact(artifact: Artifact, name: str) -> Entry:
    about = {
        "name": artifact.name if artifact.name != name else None,
        "kind": artifact.kind,
        "url": artifact.url,
        "scenario": artifact.scenario_id,
        "description": artifact.description,
        "labels": dict(artifact.labels),
    }
    return {key: each for key, each in about.items() if each}


def _secret(secret: GenericSecret, name: str, choice: Choice | None = None) -> Entry:
    about = {"name": secret.id if secret.id != name else None, "labels": dict(secret.labels)}
    return _unread(choice) | {key: each for key, each in about.items() if each}


def _store(store: ObjectStoreSecret, name: str, choice: Choice) -> Entry:
    about = {_STORE_KEYS.get(key, key): each for key, each in told(store).items() if each not in ("", None)}
    return ({"name": store.id} if store.id != name else {}) | about | _unread(choice)


def _application(application: Application, repositories: Iterable[Repository]) -> Entry:
    known = next((each.id for each in repositories if each.url == application.repository_url), None)
    source = {"repository": known} if known else {"repositoryUrl": application.repository_url}
    return source | {"revision": application.revision, "path": application.path, "takeOver": True}


def _unread(choice: Choice | None) -> Entry:
    """Where the values of a secret must be put to make it again: the service tells neither values nor keys."""
    return {"data": {"KEY": SET_ME}} if choice and choice.clone_to else {}


def _named(entry: Entry, artifacts: Mapping[str, str]) -> Entry:
    """The entry with the names of artifacts in place of their ids, as far as they stand in the file."""
    if bound := entry.get("artifacts"):
        return entry | {"artifacts": {key: artifacts.get(id_, id_) for key, id_ in bound.items()}}
    return dict(entry)


def _in(group: str, entry: Entry, take_over: str | bool, choice: Choice) -> Entry:
    """The entry in its resource group, or in the one that everything is cloned to."""
    where = choice.clone_to or group
    placed = entry | ({} if where == DEFAULT_RESOURCE_GROUP else {"resourceGroup": where})
    return placed if choice.clone_to else placed | {"takeOver": take_over}
