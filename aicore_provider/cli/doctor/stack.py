"""Where the state is kept, and what the selected stack says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aicore_provider.api.credentials import is_loopback
from aicore_provider.cli.doctor.finding import Finding, ok, problem, skipped, warning
from aicore_provider.cli.doctor.pulumi_cli import Answer, PulumiCli

_SERVICE_KEY = "aicore:serviceKey"
_LOGIN = "run `pulumi login`, or set PULUMI_BACKEND_URL (in CI for Pulumi Cloud: PULUMI_ACCESS_TOKEN)"


@dataclass(frozen=True)
class Backend:
    """Where the state is kept.

    Attributes:
        url: such as `https://api.pulumi.com` or `file:///...`; "" when nobody can tell.
        failure: why Pulumi cannot use it, "" when it can or was not asked.
    """

    url: str
    failure: str = ""


@dataclass(frozen=True)
class Stack:
    """The selected stack.

    Attributes:
        name: its name.
        config: plain configuration values by key, such as `aicore:resourceGroup`.
        encrypted: keys whose values are encrypted.
        failure: why its configuration cannot be read; "" when it can.
    """

    name: str
    config: Mapping[str, str] = field(default_factory=dict)
    encrypted: frozenset[str] = frozenset()
    failure: str = ""

    @property
    def has_service_key(self) -> bool:
        """Whether it brings credentials of its own."""
        return _SERVICE_KEY in self.encrypted


@dataclass(frozen=True)
class PendingOperation:
    """Something that an earlier run began and never reported the end of."""

    operation: str
    urn: str

    @property
    def name(self) -> str:
        """`AIDeployment chat`, as people know it."""
        kind, _, name = self.urn.rpartition("::")
        return f"{kind.rpartition(':')[2]} {name}"


def look_at_backend(cli: PulumiCli | None, environment: Mapping[str, str]) -> Backend:
    """Ask Pulumi, else the environment.

    Args:
        cli: None where no usable one exists.
        environment: variables; `PULUMI_BACKEND_URL` comes first for Pulumi as well.
    """
    named = environment.get("PULUMI_BACKEND_URL", "")
    if cli is None:
        return Backend(named)
    answer = cli.ask("whoami", "--verbose", "--json")
    return Backend(named or str(_document(answer).get("url") or ""), answer.failure)


def judge_backend(backend: Backend, service_url: str | None) -> Finding:
    """Whether the state of a real service is kept where others, and the next machine, find it.

    Args:
        backend: where the state is kept.
        service_url: the service that the credentials are for, None when there are none.
    """
    shown = _without_password(backend.url)
    if backend.failure:
        where = f"backend {shown}" if shown else "backend"
        return problem("backend", f"{where} cannot be used ({backend.failure})", _LOGIN)
    if not backend.url:
        return skipped("backend", "backend: PULUMI_BACKEND_URL is not set, and there is no Pulumi CLI to ask")
    if backend.url.startswith("file://") and service_url and not is_loopback(urlsplit(service_url).hostname or ""):
        return warning(
            "backend",
            f"the state is kept in {shown}, on this machine alone, but {service_url} is a real service: with the"
            " folder goes the knowledge of which deployments are yours",
            "keep it where your team and your CI reach it, such as `pulumi login s3://...` or Pulumi Cloud",
        )
    return ok("backend", f"backend {shown}")


def look_at_stack(cli: PulumiCli) -> Stack | str:
    """The selected stack with its configuration, or why there is none."""
    selected = cli.ask("stack", "--show-name")
    if selected.failure:
        return selected.failure
    name = selected.output.strip()
    answer = cli.ask("config", "--json", "--stack", name)
    return Stack(name, failure=answer.failure) if answer.failure else parse_config(name, _document(answer))


def judge_stack(stack: Stack | str) -> Finding:
    """Whether a stack is selected whose configuration can be read. None need be: commands can name one."""
    if isinstance(stack, str):
        return skipped("stack", f"stack: {stack}")
    if stack.failure:
        return problem(
            "stack",
            f"the configuration of stack {stack.name} cannot be read ({stack.failure})",
            "see that `pulumi config` works",
        )
    return ok("stack", f"stack {stack.name} is selected")


def parse_config(name: str, document: Mapping[str, Any]) -> Stack:
    """A stack from the answer to `pulumi config --json`."""
    entries = {key: entry for key, entry in document.items() if isinstance(entry, Mapping)}
    return Stack(
        name,
        {key: str(entry["value"]) for key, entry in entries.items() if "value" in entry and not entry.get("secret")},
        frozenset(key for key, entry in entries.items() if entry.get("secret")),
    )


def read_service_key(cli: PulumiCli, stack: Stack) -> Answer:
    """The service key that the stack keeps encrypted; never to be shown."""
    return cli.ask("config", "get", _SERVICE_KEY, "--stack", stack.name)


def look_at_state(cli: PulumiCli, stack: Stack) -> Mapping[str, Any] | str:
    """The stack's exported state, or why it cannot be read."""
    answer = cli.ask("stack", "export", "--stack", stack.name)
    return answer.failure or _document(answer)


def pending_operations(state: Mapping[str, Any]) -> tuple[PendingOperation, ...]:
    """The pending operations of an exported state."""
    deployment = state.get("deployment")
    pending = deployment.get("pending_operations") if isinstance(deployment, Mapping) else None
    return tuple(
        PendingOperation(str(each.get("type", "")), str(each.get("resource", {}).get("urn", "")))
        for each in pending or ()
    )


def judge_pending_operations(stack: Stack, found: tuple[PendingOperation, ...] | str) -> Finding:
    """Whether an earlier run was cut short."""
    if isinstance(found, str):
        return problem(
            "pendingOperations",
            f"the state of stack {stack.name} cannot be read ({found})",
            "see that `pulumi stack export` works",
        )
    if not found:
        return ok("pendingOperations", f"no pending operations in stack {stack.name}")
    told = ", ".join(f"{each.operation} {each.name}" for each in found)
    advice = "`pulumi refresh --clear-pending-creates` forgets them"
    if any(each.operation == "creating" for each in found):
        advice += "; what was being created may exist: compare `aicore-provider deployments` with `pulumi stack`"
    return warning("pendingOperations", f"an earlier run on stack {stack.name} was cut short (pending: {told})", advice)


def _document(answer: Answer) -> Mapping[str, Any]:
    if answer.failure:
        return {}
    try:
        document = json.loads(answer.output)
    except ValueError:
        return {}
    return document if isinstance(document, Mapping) else {}


def _without_password(url: str) -> str:
    """The address without user and password, and without a query, which for some backends carries keys."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(no valid address)"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
