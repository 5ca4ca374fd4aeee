"""Decides how each object of a tenant stands in a stack file, or why it does not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from pydantic.alias_generators import to_camel

from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, IN_MAIN_TENANT, TENANT_WIDE
from aicore_provider.api.types import (
    Application,
    Artifact,
    Configuration,
    Deployment,
    ExecutionSchedule,
    GenericSecret,
    ObjectStoreSecret,
    ResourceGroup,
)
from aicore_provider.cli.export.survey import GroupContent, TenantContent
from aicore_provider.kinds.deployment_take_over import first_step
from aicore_provider.kinds.object_store_secret import told
from aicore_provider.kinds.values import iso
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.stack.entry import content_of, entry_name, entry_of, fit_name, is_valid
from aicore_provider.stack.fields import SET_ME

Entry = dict[str, Any]


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
        is_there: whether the resource group that is cloned to exists already, so that the file does not make it.
        default_version: takes a configuration and its resource group, and returns the version of a model for which the
            configuration names none.
    """

    match: str = "*"
    exclude: str = ""
    clone_to: str = ""
    is_there: bool = False
    default_version: Callable[[Configuration, str], str] = lambda _configuration, _group: "latest"

    def has(self, name: str) -> bool:
        """Whether an entry of this name is wanted."""
        return fnmatchcase(name, self.match) and not fnmatchcase(name, self.exclude)


@dataclass
class _Draft:
    """A document in the making. Each name is given once in its section."""

    choice: Choice
    sections: dict[str, dict[str, Entry]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    excluded: int = 0
    taken: dict[str, set[str]] = field(default_factory=dict)

    def name(self, section: str, wanted: str, group: str) -> str:
        """Return a name that is free: as it is wanted, with the resource group, or with a number."""
        taken = self.taken.setdefault(section, set())
        plain = fit_name(wanted) or "unnamed"
        longer = f"{plain}-{group}" if group else plain
        candidates = (plain, longer, *(f"{longer}-{number}" for number in range(2, len(taken) + 3)))
        found: str = next(each for each in candidates if each not in taken)
        taken.add(found)
        return found

    def leave_out(self, what: str, why: str) -> None:
        """Note an object that stands in no entry."""
        self.left_out.append(LeftOut(what, why))

    def write(self, section: str, name: str, entry: Entry, unfit: LeftOut | None = None) -> bool:
        """Write an entry, and return whether the document has it: it is wanted, and a stack file can say it.

        `unfit` is what to note where a stack file cannot.
        """
        is_home = section == "resourceGroups" and self.choice.clone_to
        if not (is_home or self.choice.has(name)):
            self.excluded += 1
            return False
        if not is_valid(self._without_references(entry), section, name):
            where = f" in resource group {entry['resourceGroup']}" if "resourceGroup" in entry else ""
            self.left_out.append(unfit or LeftOut(f"{section} {name}{where}", "a stack file cannot say what it is"))
            return False
        self.sections.setdefault(section, {})[name] = entry
        return True

    def _without_references(self, entry: Entry) -> Entry:
        """The entry as it can be checked by itself: without names of other entries, and without placeholders."""
        checked = dict(entry)
        if "artifacts" in checked:
            there = self.sections.get("artifacts", {})
            checked["artifacts"] = {
                key: "some-artifact" if each in there else each for key, each in entry["artifacts"].items()
            }
        if checked.pop("repository", None):
            checked["repositoryUrl"] = "https://example.com"
        if checked.pop("data", None):
            checked["takeOver"] = True
        return checked


def document(tenant: TenantContent, choice: Choice) -> Document:
    """Return how a tenant stands in a stack file."""
    draft = _Draft(choice)
    for each in tenant.unread:
        draft.leave_out("the tenant", f"cannot be read: {each}")
    for content in tenant.groups:
        for each in content.unread:
            draft.leave_out(f"resource group {content.group.id}", f"cannot be read: {each}")
        if content.group.status == "PROVISIONED":
            _write_group(content, draft)
    if not choice.clone_to:
        _write_tenant(tenant, draft)
    return Document(draft.sections, tuple(draft.left_out), draft.excluded)


def _write_group(content: GroupContent, draft: _Draft) -> None:
    group, choice = content.group.id, draft.choice
    if (entry := _resource_group(content.group, choice)) is not None:
        draft.write("resourceGroups", choice.clone_to or group, entry)
    artifacts: dict[str, str] = {}
    for artifact in content.artifacts:
        if made := made_by_execution(artifact, group):
            draft.left_out.append(made)
            continue
        name = draft.name("artifacts", artifact.name, group)
        if draft.write("artifacts", name, _in(group, _artifact(artifact, name), artifact.id, choice)):
            artifacts[artifact.id] = name
    for secret in content.generic_secrets:
        name = draft.name("genericSecrets", secret.id, group)
        draft.write("genericSecrets", name, _in(group, _secret(secret, name) | _unread(choice), True, choice))
    for store in content.object_store_secrets:
        name = draft.name("objectStoreSecrets", store.id, group)
        draft.write("objectStoreSecrets", name, _in(group, _store(store, name) | _unread(choice), True, choice))
    configurations = {each.id: each for each in content.configurations}
    for deployment in content.deployments:
        _write_deployment(deployment, configurations.get(deployment.configuration_id), group, artifacts, draft)
    for schedule in content.schedules:
        _write_schedule(schedule, configurations.get(schedule.configuration_id), group, artifacts, draft)
    for execution in content.executions:
        run = "a run stands in no stack file; a program declares it with `AIExecution`"
        draft.leave_out(f"execution {execution.id} in resource group {group}", run)
    used = {each.configuration_id for each in content.deployments}
    used |= {each.configuration_id for each in content.schedules}
    used |= {each.configuration_id for each in content.executions}
    if unused := len(configurations.keys() - used):
        told = f"{unused} configuration{'s' if unused != 1 else ''} in resource group {group}"
        draft.leave_out(told, "unused; costs nothing, and the API has no DELETE for configurations")


def _write_tenant(tenant: TenantContent, draft: _Draft) -> None:
    scopes = ((IN_MAIN_TENANT, tenant.main_tenant_secrets), (TENANT_WIDE, tenant.tenant_wide_secrets))
    for scope, secrets in scopes:
        for secret in secrets:
            name = draft.name("genericSecrets", secret.id, "")
            draft.write("genericSecrets", name, _secret(secret, name) | {"scope": scope, "takeOver": True})
    for registry in tenant.docker_registry_secrets:
        draft.write("dockerRegistrySecrets", registry.id, {"takeOver": True})
    by_url = {
        repository.url: repository.id
        for repository in tenant.repositories
        if draft.write("repositories", repository.id, {"url": repository.url, "takeOver": True})
    }
    for application in tenant.applications:
        draft.write("applications", application.id, _application(application, by_url))


def _write_deployment(
    deployment: Deployment,
    configuration: Configuration | None,
    group: str,
    artifacts: Mapping[str, str],
    draft: _Draft,
) -> None:
    what = _told(deployment, group)
    if unfit := not_to_be_kept(deployment, group):
        draft.left_out.append(unfit)
    elif configuration is None:
        draft.leave_out(what, f"its configuration {deployment.configuration_id} is not listed")
    elif lacking := _lacking(configuration, group, artifacts, draft.choice):
        draft.leave_out(what, lacking)
    else:
        name = draft.name("deployments", entry_name(configuration), group)
        version = draft.choice.default_version(configuration, group)
        entry = entry_of(name, deployment, configuration, default_version=version)
        del entry["takeOver"]
        unfit = LeftOut(what, "a stack file cannot say what it runs; a program declares it with `AIDeployment`")
        draft.write("deployments", name, _in(group, _named(entry, artifacts), deployment.id, draft.choice), unfit)


def not_to_be_kept(deployment: Deployment, group: str) -> LeftOut | None:
    """Return why no stack could manage a deployment as it is; None where one could."""
    if deployment.is_being_deleted:
        return LeftOut(_told(deployment, group), "it is being deleted")
    if not isinstance(first_step(deployment), (Done, Wait)):
        return LeftOut(_told(deployment, group), f"`pulumi up` could not keep it as it is: {deployment.status}")
    return None


def made_by_execution(artifact: Artifact, group: str) -> LeftOut | None:
    """Return why no stack declares an artifact: an execution has made it; None for one that somebody registered."""
    if not artifact.execution_id:
        return None
    what = f"artifact {artifact.id} ({artifact.name}) in resource group {group}"
    return LeftOut(what, f"execution {artifact.execution_id} has made it")


def _told(deployment: Deployment, group: str) -> str:
    return f"deployment {deployment.id} ({deployment.status}) in resource group {group}"


def _write_schedule(
    schedule: ExecutionSchedule,
    configuration: Configuration | None,
    group: str,
    artifacts: Mapping[str, str],
    draft: _Draft,
) -> None:
    what = f"execution schedule {schedule.id} ({schedule.name}) in resource group {group}"
    if configuration is None:
        draft.leave_out(what, f"its configuration {schedule.configuration_id} is not listed")
    elif lacking := _lacking(configuration, group, artifacts, draft.choice):
        draft.leave_out(what, lacking)
    else:
        name = draft.name("schedules", schedule.name, group)
        entry = _named(content_of(configuration), artifacts) | _schedule(schedule, name)
        draft.write("schedules", name, _in(group, entry, schedule.id, draft.choice))


def _lacking(configuration: Configuration, group: str, artifacts: Mapping[str, str], choice: Choice) -> str:
    """Why what uses a configuration cannot be cloned: an artifact is in one resource group alone; "" where it can."""
    others = [id_ for id_ in configuration.input_artifact_bindings.values() if id_ not in artifacts]
    if not (choice.clone_to and others):
        return ""
    return f"it uses artifact {others[0]} of resource group {group}, which is not in this file"


# --- entries ----------------------------------------------------------------------------------------------------------


def _resource_group(group: ResourceGroup, choice: Choice) -> Entry | None:
    """The entry of a resource group; None for one that the stack does not make or manage."""
    labels = {"labels": dict(group.labels)} if group.labels else {}
    if choice.clone_to:
        return None if choice.is_there else labels
    return None if group.id == DEFAULT_RESOURCE_GROUP else labels | {"takeOver": True}


def _schedule(schedule: ExecutionSchedule, name: str) -> Entry:
    about = {
        "cron": schedule.cron,
        "start": iso(schedule.start),
        "end": iso(schedule.end),
        "status": schedule.status,
    }
    return _renamed(schedule.name, name) | {key: each for key, each in about.items() if each}


def _artifact(artifact: Artifact, name: str) -> Entry:
    about = {
        "kind": artifact.kind,
        "url": artifact.url,
        "scenario": artifact.scenario_id,
        "description": artifact.description.strip() and artifact.description,
        "labels": dict(artifact.labels),
    }
    return _renamed(artifact.name, name) | {key: each for key, each in about.items() if each}


def _secret(secret: GenericSecret, name: str) -> Entry:
    return _renamed(secret.id, name) | ({"labels": dict(secret.labels)} if secret.labels else {})


def _store(store: ObjectStoreSecret, name: str) -> Entry:
    about = {to_camel(key): each for key, each in told(store).items() if each not in ("", None)}
    return _renamed(store.id, name) | about


def _application(application: Application, repositories: Mapping[str, str]) -> Entry:
    """The entry of an application; `repositories` are the entries of these, by their addresses."""
    known = repositories.get(application.repository_url)
    source = {"repository": known} if known else {"repositoryUrl": application.repository_url}
    return source | {"revision": application.revision, "path": application.path, "takeOver": True}


def _renamed(own: str, name: str) -> Entry:
    """The name of an object at the service, where the entry has another one."""
    return {"name": own} if own != name else {}


def _unread(choice: Choice) -> Entry:
    """Where the values of a secret must be put to make it again: the service tells neither values nor keys."""
    return {"data": {"KEY": SET_ME}} if choice.clone_to else {}


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
