"""All checks in their order, each resting on those before it. This module decides nothing but that."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError, CredentialsError
from aicore_provider.api.http import Http
from aicore_provider.catalog.source import Catalogues
from aicore_provider.cli.doctor.finding import Check, Finding, from_error, skipped
from aicore_provider.cli.doctor.models import judge_models, models_in_state, wanted_models
from aicore_provider.cli.doctor.project import (
    Project,
    ProjectFileError,
    find_project_file,
    interpreter,
    judge_environment,
    judge_no_interpreter,
    judge_refresh,
    judge_runtime,
    look_at_python,
    read_project,
)
from aicore_provider.cli.doctor.pulumi_cli import judge_cli, judge_language_host, look_for_cli
from aicore_provider.cli.doctor.service import (
    connect,
    judge_credentials,
    judge_group,
    judge_scenarios,
    judge_token,
    look_at_group,
    look_at_scenarios,
    wanted_group,
)
from aicore_provider.cli.doctor.stack import (
    Backend,
    judge_backend,
    judge_pending_operations,
    judge_stack,
    look_at_backend,
    look_at_state,
)
from aicore_provider.cli.pulumi_cli import PulumiCli
from aicore_provider.cli.stack import Stack, look_at_stack, look_for_credentials, selected_stack
from aicore_provider.cli.state import pending_operations
from aicore_provider.clock import today
from aicore_provider.stack_config import StackConfig

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
class Service:
    """What is known of the service after its own checks.

    Attributes:
        credentials: None where there are none that can be used.
        http: None where there is no token, or the service is not the stack's.
    """

    credentials: Credentials | None = None
    http: Http | None = None


def examine(
    folder: Path, environment: Mapping[str, str], *, resource_group: str | None, own_version: str
) -> Iterator[Finding]:
    """Make all checks, one after another; findings come as they are made.

    Args:
        folder: where the person stands, in a project or not.
        environment: variables, as `os.environ`.
        resource_group: the one to look at, or None for the stack's or the environment's.
        own_version: of this command, "" when it is not installed.
    """
    cli = yield from _examine_cli(folder, environment)
    file = find_project_file(folder)
    yield from _examine_project(file, environment, own_version)
    backend = look_at_backend(cli, environment)
    # The stack comes before the service: it may say which resource group, and bring the credentials.
    found = _stack(cli, file, backend)
    stack = found if isinstance(found, Stack) else None
    service = yield from _examine_service(environment, cli, stack, resource_group)
    yield judge_backend(backend, service.credentials.base_url if service.credentials else None)
    yield judge_stack(found)
    if cli is None or stack is None:
        yield _not_checked("pendingOperations", "no stack to look at")
        yield _not_checked("models", "no stack to look at")
        return
    state = look_at_state(cli, stack)
    yield judge_pending_operations(stack, state if isinstance(state, str) else pending_operations(state))
    yield from _examine_models(service.http, stack, state)


def _stack(cli: PulumiCli | None, file: Path | None, backend: Backend) -> Stack | str:
    if file is None:
        return "not in a Pulumi project"
    if cli is None:
        return "no usable Pulumi CLI"
    if backend.failure:
        return "no usable backend"
    selected = selected_stack(cli)
    return selected.failure or look_at_stack(cli, selected.output)


def _examine_cli(folder: Path, environment: Mapping[str, str]) -> Generator[Finding, None, PulumiCli | None]:
    facts = look_for_cli(folder, environment)
    found = judge_cli(facts)
    yield found
    yield judge_language_host(facts)
    if facts.executable is None or found.level != "ok":
        return None
    return PulumiCli(facts.executable, folder, environment)


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


def _examine_service(
    environment: Mapping[str, str], cli: PulumiCli | None, stack: Stack | None, resource_group: str | None
) -> Generator[Finding, None, Service]:
    credentials = look_for_credentials(environment, cli, stack)
    found = judge_credentials(credentials, stack)
    yield found
    if isinstance(credentials, CredentialsError):
        yield from _not_checked_all("no usable credentials", "token", "resourceGroup", "scenario")
        return Service()
    if found.level == "problem":
        # Another tenant's resource groups would say nothing about this stack's.
        yield from _not_checked_all(
            "these are the credentials of another service", "token", "resourceGroup", "scenario"
        )
        return Service(credentials)
    connected = connect(credentials)
    yield judge_token(connected)
    if isinstance(connected, AICoreError):
        yield from _not_checked_all("no token", "resourceGroup", "scenario")
        return Service(credentials)
    http, _ = connected
    wanted = wanted_group(resource_group, environment, stack)
    if isinstance(wanted, CredentialsError):
        yield from_error("resourceGroup", wanted)
        yield _not_checked("scenario", "no usable resource group")
        return Service(credentials, http)
    group = look_at_group(http, wanted)
    judged = judge_group(group)
    yield judged
    if judged.level == "problem":
        yield _not_checked("scenario", "no usable resource group")
    else:
        yield judge_scenarios(group, look_at_scenarios(http, wanted))
    return Service(credentials, http)


def _examine_models(http: Http | None, stack: Stack, state: Mapping[str, Any] | str) -> Iterator[Finding]:
    if http is None:
        yield _not_checked("models", "no service to ask")
        return
    wanted = wanted_models(stack)
    if not isinstance(wanted, StackConfig):
        yield wanted
        return
    known = {} if isinstance(state, str) else models_in_state(state)
    yield from judge_models(stack, wanted, Catalogues(http), known, today())


def _not_checked(check: Check, why: str) -> Finding:
    return skipped(check, f"{_NAMES[check]}: {why}")


def _not_checked_all(why: str, *checks: Check) -> Iterator[Finding]:
    yield from (_not_checked(check, why) for check in checks)
