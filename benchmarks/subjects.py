"""Who is measured: each brings a tenant to a number of deployments, switches them, and takes them away again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from aicore_provider.kinds.parallelism import ENOUGH, VARIABLE
from benchmarks.costs import Cost, Operation, Setting
from benchmarks.estate import entries, groups
from benchmarks.tenant import Request, Tenant, count, tenant
from benchmarks.watched import Watched, run
from sandbox import pulumi_cli
from sandbox.engine_stack import EngineStack

_COMMANDS: Mapping[Operation, Sequence[str]] = {
    "create": ("up", "--yes", "--skip-preview"),
    "preview": ("preview", "--expect-no-changes"),
    "up": ("up", "--yes", "--skip-preview", "--expect-no-changes"),
    "switch": ("up", "--yes", "--skip-preview"),
    "add": ("up", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
_WAITING: tuple[Operation, ...] = ("create", "switch", "add")
"""Operations that wait for RUNNING, so that the engine's events are read."""
_CHANGING: tuple[Operation, ...] = ("switch", "add")
"""Operations before which the stack file changes."""
_DEPLOYMENT = "/v2/lm/deployments"
_LIMIT_S = 3600.0


class Subject(Protocol):
    """One who is measured, with a tenant of its own."""

    def __call__(self, operation: Operation) -> Cost | None:
        """Carry out an operation. None: it has no such operation.

        Raises:
            CommandFailed: it fails.
        """


Begin = Callable[[Setting], Any]
"""Begins a subject in a setting: a context manager of a `Subject`."""


@dataclass(frozen=True)
class Estate:
    """What a stack declares.

    Attributes:
        keys: of the stack file, with which an operation on so many deployments begins.
        groups: resource groups that are there before, for so many deployments.
        group_quota: how many resource groups the tenant may have, for so many deployments; None for SAP's number.
    """

    keys: Callable[[int, Operation], Mapping[str, Any]]
    groups: Callable[[int], Sequence[str]]
    group_quota: Callable[[int], int | None] = lambda _: None


MANY = Estate(
    keys=lambda number, operation: {"deployments": entries(number, switched=operation == "switch")}, groups=groups
)
"""Many deployments in resource groups that somebody else has made."""


def stack_of(program: str | None = None, variables: Mapping[str, str] | None = None, estate: Estate = MANY) -> Begin:
    """Return what begins a Pulumi stack on a new tenant.

    Args:
        program: instead of the repository's own.
        variables: further ones of the environment of its commands.
        estate: what it declares.
    """

    @contextmanager
    def begin(setting: Setting) -> Iterator[Subject]:
        with ExitStack() as opened:
            folder = Path(opened.enter_context(TemporaryDirectory()))
            service = opened.enter_context(prepared_tenant(setting, estate))
            # The second lets the CLI write its events to a file.
            ours = {VARIABLE: str(ENOUGH), "PULUMI_DEBUG_COMMANDS": "true"}
            environment = {**service.environment, **ours, **(variables or {})}
            cli = pulumi_cli.ensure()
            stack = EngineStack(folder / "project", cli.root, environment)
            if program is not None:
                stack.program(program)
            yield _StackSubject(stack, cli.executable, service, functools.partial(estate.keys, setting.deployments))

    return begin


@contextmanager
def prepared_tenant(setting: Setting, estate: Estate = MANY) -> Iterator[Tenant]:
    """Yield a new tenant with the resource groups of a setting, which is as slow as that says."""
    with tenant() as service:
        service.make_groups(estate.groups(setting.deployments))
        quota = estate.group_quota(setting.deployments)
        service.pace(latency_s=setting.latency_s, running_s=setting.running_s, group_quota=quota)
        service.forget()
        yield service


class _StackSubject:
    def __init__(
        self,
        stack: EngineStack,
        executable: Path,
        service: Tenant,
        keys: Callable[[Operation], Mapping[str, Any]],
    ) -> None:
        self._stack = stack
        self._executable = executable
        self._service = service
        self._keys = keys
        stack.configure(**keys("create"))
        _ = stack.stack  # creates and selects the stack

    def __call__(self, operation: Operation) -> Cost:
        if operation in _CHANGING:
            self._stack.configure(**self._keys(operation))
        command = [
            str(self._executable),
            *_COMMANDS[operation],
            *("--stack", self._stack.name, "--color", "never", "--non-interactive", "--suppress-outputs"),
        ]
        log = None
        if operation in _WAITING:
            log = self._stack.folder / f"{operation}.json"
            command += ["--event-log", str(log)]
        self._service.forget()
        watched = run(command, self._stack.folder, self._stack.shell, log=log, limit_s=_LIMIT_S)
        requests = self._service.requests()
        state = self._stack.folder / "state" / ".pulumi" / "stacks" / "aicore" / f"{self._stack.name}.json"
        return Cost(
            watched.seconds,
            count(requests),
            engine_cpu_s=watched.engine.cpu_s,
            program_cpu_s=watched.program.cpu_s,
            plugin_cpu_s=watched.plugin.cpu_s,
            plugin_mb=watched.plugin.peak_mb,
            late_s=late(requests, watched, self._service.runs_after_s),
            state_mb=state.stat().st_size / 1e6,
        )


def late(requests: Sequence[Request], watched: Watched, runs_after_s: float) -> tuple[float, ...]:
    """Return for each deployment the seconds from RUNNING at the service to the end of its step in the engine.

    RUNNING comes a fixed time after the arrival of the request that makes or switches the deployment, which names a
    configuration; so does the result of the step. The event of the engine is seen up to a tenth of a second late.
    """
    runs_at = {
        each.body["configurationId"]: each.time + runs_after_s
        for each in requests
        if each.succeeded
        and each.kind in (f"POST {_DEPLOYMENT}", f"PATCH {_DEPLOYMENT}/*")
        and "configurationId" in each.body
    }
    seconds = []
    for at, event in watched.events:
        result = ((event.get("resOutputsEvent") or {}).get("metadata") or {}).get("new") or {}
        configuration = (result.get("outputs") or {}).get("configuration_id")
        if configuration in runs_at:
            seconds.append(at - runs_at.pop(configuration))
    return tuple(seconds)
