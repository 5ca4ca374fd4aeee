"""All checks in their order, each resting on those before it. This module decides nothing but that."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError, CredentialsError
from aicore_provider.catalog.source import Catalogs
from aicore_provider.cli.doctor.finding import Check, Finding, from_error, skipped
from aicore_provider.cli.doctor.models import (
    judge_clean_up,
    judge_models,
    judge_unread,
    managed_ids,
    models_in_state,
    wanted_models,
)
from aicore_provider.cli.doctor.project import (
    Project,
    ProjectFileError,
    interpreter,
    judge_environment,
    judge_no_interpreter,
    judge_refresh,
    judge_runtime,
    look_at_python,
    read_project,
)
from aicore_provider.cli.doctor.pulumi_cli import CliFacts, judge_cli, judge_language_host, look_for_cli
from aicore_provider.cli.doctor.service import (
    connect,
    judge_credentials,
    judge_group,
    judge_scenarios,
    judge_token,
    look_at_group,
    look_at_scenarios,
)
from aicore_provider.cli.doctor.stack import (
    Backend,
    judge_backend,
    judge_other_stacks,
    judge_pending_operations,
    judge_stack,
    look_at_backend,
)
from aicore_provider.cli.other_stacks import look_at_other_stacks
from aicore_provider.cli.pulumi_cli import PulumiCli
from aicore_provider.cli.stack import Selection, Stack, export_state, find_stack, look_for_credentials
from aicore_provider.cli.stack_config import ReadConfig
from aicore_provider.cli.state import State
from aicore_provider.cli.target import WantedGroup, first_line, group_told, wanted_group
from aicore_provider.stack.project import find_project_file

_NAMES: dict[Check, str] = {
    "interpreter": "interpreter",
    "environment": "Python environment",
    "refresh": "refresh option",
    "token": "token",
    "resourceGroup": "resource group",
    "scenario": "scenario",
    "pendingOperations": "pending operations",
    "models": "models",
}


@dataclass(frozen=True)
class Situation:
    """Where somebody stands: what is known before anything is asked of the service.

    Attributes:
        environment: variables, as `os.environ`.
        cli: what there is of Pulumi.
        project_file: None outside of a project.
        backend: where the state is kept.
        selection: the stack; its CLI is None where no usable one exists.
        credentials: or why there are none that can be used.
        group: the resource group to look at, or why nobody can tell which.
    """

    environment: Mapping[str, str]
    cli: CliFacts
    project_file: Path | None
    backend: Backend
    selection: Selection
    credentials: Credentials | CredentialsError
    group: WantedGroup | AICoreError

    @property
    def line(self) -> str:
        """For people, before anything else."""
        if isinstance(self.group, WantedGroup):
            return first_line(self.credentials, group_told(self.group), self.selection)
        return first_line(self.credentials, "no usable resource group", self.selection)

    @property
    def service_url(self) -> str | None:
        """The service, where there are credentials for one."""
        return self.credentials.base_url if isinstance(self.credentials, Credentials) else None

    @property
    def facts(self) -> dict[str, Any]:
        """For scripts; None for what is not known."""
        stack = self.selection.stack
        return {
            "service": self.service_url,
            "resourceGroup": self.group.name if isinstance(self.group, WantedGroup) else None,
            "stack": stack.name if stack else None,
        }


def look_around(
    folder: Path, environment: Mapping[str, str], *, stack: str | None, resource_group: str | None
) -> Situation:
    """Gather what is known without the service.

    Args:
        folder: where the person stands, in a project or not.
        environment: variables, as `os.environ`.
        stack: the one to look at, or None.
        resource_group: the one to look at, or None.

    Raises:
        AICoreError: a stack is named outside of any project.
    """
    facts = look_for_cli(folder, environment)
    usable = facts.executable if judge_cli(facts).level == "ok" else None
    cli = PulumiCli(usable, folder, environment) if usable else None
    backend = look_at_backend(cli, environment)
    selection = find_stack(folder, environment, None if backend.failure else cli, stack)
    if selection.in_project and selection.cli is None:
        selection = replace(selection, unknown="no usable Pulumi CLI" if cli is None else "no usable backend")
    try:
        group: WantedGroup | AICoreError = wanted_group(resource_group, environment, selection)
    except AICoreError as error:
        group = error
    return Situation(
        environment=environment,
        cli=facts,
        project_file=find_project_file(folder),
        backend=backend,
        selection=selection,
        credentials=look_for_credentials(environment, selection),
        group=group,
    )


def examine(around: Situation, own_version: str) -> Iterator[Finding]:
    """Make all checks, one after another; findings come as they are made.

    Args:
        around: where the person stands.
        own_version: of this command, "" when it is not installed.
    """
    yield judge_cli(around.cli)
    yield judge_language_host(around.cli)
    yield from _examine_project(around.project_file, around.environment, own_version)
    client = yield from _examine_service(around)
    yield judge_backend(around.backend, around.service_url)
    yield judge_stack(around.selection)
    stack, cli = around.selection.stack, around.selection.cli
    state: State | str = "no usable Pulumi CLI"
    if cli and stack:
        state = export_state(cli, stack.name)
        yield judge_pending_operations(stack, state)
    else:
        yield _not_checked("pendingOperations", "no state to look at" if stack else "no stack to look at")
    if stack:
        read = wanted_models(around.selection, around.project_file.parent if around.project_file else Path.cwd())
        yield from _examine_models(client, stack, read, state)
        config = read.config if isinstance(read, ReadConfig) else None
        held = None if isinstance(state, str) else state
        yield from judge_clean_up(config, held)
        managed = managed_ids(config, held)
        if cli and managed:
            yield from judge_other_stacks(managed, look_at_other_stacks(cli, stack.name))
    else:
        yield _not_checked("models", "no stack to look at")


def _examine_project(file: Path | None, environment: Mapping[str, str], own_version: str) -> Iterator[Finding]:
    if file is None:
        yield _not_checked("interpreter", "not in a Pulumi project")
        yield _not_checked("environment", "not in a Pulumi project")
        yield _not_checked("refresh", "not in a Pulumi project")
        return
    try:
        project = read_project(file)
    except ProjectFileError as error:
        yield from_error("interpreter", error)
        yield _not_checked("environment", "the project file cannot be read")
        yield _not_checked("refresh", "the project file cannot be read")
        return
    runtime = judge_runtime(project)
    yield runtime
    if runtime.level == "problem":
        yield _not_checked("environment", "the project is not one for Python")
    else:
        yield _examine_python(project, environment, own_version)
    yield judge_refresh(project)


def _examine_python(project: Project, environment: Mapping[str, str], own_version: str) -> Finding:
    path = interpreter(project, environment)
    if path is None:
        return judge_no_interpreter(project)
    return judge_environment(look_at_python(path, project, environment), own_version)


def _examine_service(around: Situation) -> Generator[Finding, None, AICore | None]:
    """The session, None where there is no token, or the service is not the stack's."""
    found = judge_credentials(around.credentials, around.selection)
    yield found
    if isinstance(around.credentials, CredentialsError):
        yield from _not_checked_all("no usable credentials", "token", "resourceGroup", "scenario")
        return None
    if found.level == "problem":
        # Another tenant's resource groups would say nothing about this stack's.
        yield from _not_checked_all(
            "these are the credentials of another service", "token", "resourceGroup", "scenario"
        )
        return None
    connected = connect(around.credentials)
    yield judge_token(connected)
    if isinstance(connected, AICoreError):
        yield from _not_checked_all("no token", "resourceGroup", "scenario")
        return None
    if isinstance(around.group, AICoreError):
        yield from_error("resourceGroup", around.group)
        yield _not_checked("scenario", "no usable resource group")
        return connected
    group = look_at_group(connected, around.group)
    judged = judge_group(group)
    yield judged
    if judged.level == "problem":
        yield _not_checked("scenario", "no usable resource group")
    else:
        yield judge_scenarios(group, look_at_scenarios(connected, around.group))
    return connected


def _examine_models(
    client: AICore | None, stack: Stack, read: ReadConfig | Finding, state: State | str
) -> Iterator[Finding]:
    if client is None:
        yield _not_checked("models", "no service to ask")
        return
    if not isinstance(read, ReadConfig):
        yield read
        return
    known = {} if isinstance(state, str) else models_in_state(state)
    yield from judge_models(stack, read.config, Catalogs(client), known, client.today)
    if read.unread:
        yield judge_unread(read)


def _not_checked(check: Check, why: str) -> Finding:
    return skipped(check, f"{_NAMES[check]}: {why}")


def _not_checked_all(why: str, *checks: Check) -> Iterator[Finding]:
    yield from (_not_checked(check, why) for check in checks)
