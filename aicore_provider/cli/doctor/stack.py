"""Checks where the state is kept, the stack and its state."""

from __future__ import annotations

import json
import math
import mmap
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from aicore_provider.api.address import is_loopback
from aicore_provider.cli.doctor.diagnosis import Diagnosis, ok, problem, skipped, warning
from aicore_provider.cli.other_stacks import OtherStacks, managers
from aicore_provider.cli.recover.lock import Lock, is_held
from aicore_provider.cli.redaction import without_secrets
from aicore_provider.cli.stack import Backend, Selection, Stack
from aicore_provider.cli.state import State
from aicore_provider.kinds.parallelism import ENOUGH, VARIABLE
from aicore_provider.stack.model import StackConfig

MOST_CONFIG_BYTES = 32 * mmap.PAGESIZE - len("PULUMI_CONFIG=\0")
"""What Linux lets Pulumi pass to a program: one variable has 32 pages of memory at most (`MAX_ARG_STRLEN`).

Pulumi 3.259 passes the configuration in this variable to programs in Python, TypeScript and Go.
"""
_NEARLY = 0.8
_LOGIN = "run `pulumi login`, or set PULUMI_BACKEND_URL (in CI for Pulumi Cloud: PULUMI_ACCESS_TOKEN)"


def judge_backend(backend: Backend, service_url: str | None) -> Diagnosis:
    """Check that the state of a real service is kept where other people and machines can read it."""
    shown = without_secrets(backend.url, {})
    if backend.failure:
        where = f"backend {shown}" if shown else "backend"
        return problem(f"{where} cannot be used ({backend.failure})", _LOGIN)
    if not backend.url:
        return skipped("backend: PULUMI_BACKEND_URL is not set, and there is no Pulumi CLI to ask")
    if backend.url.startswith("file://") and service_url and not is_loopback(urlsplit(service_url).hostname or ""):
        return warning(
            f"the state is kept in {shown}, on this machine alone, but {service_url} is a real service: with the"
            " folder goes the knowledge of which deployments are yours",
            "keep it where your team and your CI reach it, such as `pulumi login s3://...` or Pulumi Cloud",
        )
    return ok(f"backend {shown}")


def judge_stack(selection: Selection, names: Sequence[str] = ()) -> Diagnosis:
    """Check that the configuration of the stack can be read. It is no problem when no stack is selected.

    `names` are the stacks that there are, as far as they are known.
    """
    stack = selection.stack
    if stack is None:
        return skipped(f"stack: {selection.unknown}")
    if stack.is_missing:
        others = f", or take one of the stacks that there are: {', '.join(names)}" if names else ""
        return problem(f"there is no stack {stack.name}", f"run `pulumi stack init {stack.name}`{others}")
    # Without a CLI that can be asked, that is what is wrong, and has been said.
    if failure := stack.failure or (stack.doubt if selection.cli else ""):
        return problem(
            f"the configuration of stack {stack.name} cannot be read ({failure})", "see that `pulumi config` works"
        )
    return ok(f"stack {stack.name} is {selection.source}")


def passed_bytes(config: Mapping[str, str]) -> int:
    """Return the length of a configuration, by key with namespace, in the form in which Pulumi passes it."""
    text = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    # Go writes these as six characters, such as \u003c.
    return len(text.encode()) + 5 * sum(map(text.count, "<>&"))


def judge_config_size(stack: Stack) -> Iterator[Diagnosis]:
    """Check that the configuration is not too large for a program on Linux. What is encrypted is not counted."""
    size = passed_bytes(stack.config)
    told = (
        f"the configuration of stack {stack.name} has {size:,} bytes, and Linux passes {MOST_CONFIG_BYTES:,} at most"
        " to a program"
    )
    advice = "divide the stack, or write once what several resource groups have in common, with `resourceGroups`"
    if size > MOST_CONFIG_BYTES:
        yield problem(f"{told}: `pulumi up` ends with `argument list too long`", advice)
    elif size > _NEARLY * MOST_CONFIG_BYTES:
        yield warning(told, f"before it has more: {advice}")


def judge_pending_operations(stack: Stack, state: State | str, locks: Sequence[Lock] | None) -> Diagnosis:
    """Check that no earlier run was cut short, or has left a lock. `locks` is None where they cannot be read."""
    if isinstance(state, str):
        return problem(
            f"the state of stack {stack.name} cannot be read ({state})", "see that `pulumi stack export` works"
        )
    told = ", ".join(f"{each.operation} {each.resource.name}" for each in state.pending)
    if locks:
        named = "; ".join(map(str, locks))
        if any(map(is_held, locks)):
            return warning(f"a run on stack {stack.name} goes on ({named})", "wait until it ends: it holds the lock")
        return problem(
            f"stack {stack.name} is locked by {named}",
            "`aicore-provider recover` removes the lock of a run that was killed, and puts right what it left",
        )
    if not state.pending:
        return ok(f"no pending operations in stack {stack.name}")
    advice = "the next `pulumi up` goes on from there"
    if locks is None:
        advice = "`aicore-provider recover` puts it right; where no lock is left, `pulumi up` goes on from there"
    if state.pending_creates:
        advice = "what was being created may exist: `aicore-provider recover` looks, and puts it right"
    return warning(f"an earlier run on stack {stack.name} was cut short (pending: {told})", advice)


def judge_parallelism(
    config: StackConfig | None, state: State | None, chosen: int | None, default: int
) -> Iterator[Diagnosis]:
    """Say what a higher number of operations at once would save, where the user has chosen none.

    Args:
        config: what the stack's file lists; the state counts where that is no deployments.
        state: of the stack; None where it cannot be read.
        chosen: number in the environment.
        default: number that the engine takes here by itself.
    """
    listed = config.placements() if config else ()
    count = len(listed or (state.deployments if state else ()))
    if chosen is None and default < min(count, ENOUGH):
        turns = math.ceil(count / ENOUGH)
        yield warning(
            f"Pulumi works on {default} of the stack's {count} deployments at once on this machine, so that they wait"
            f" in {math.ceil(count / default)} turns",
            f"set {VARIABLE}={ENOUGH} where `pulumi` runs: "
            + ("then all of them wait at the same time" if turns == 1 else f"then they wait in {turns} turns"),
        )


def judge_other_stacks(deployments: Mapping[str, str], others: OtherStacks) -> Iterator[Diagnosis]:
    """Check that no other stack of the backend manages the same deployments."""
    for id_, name in deployments.items():
        if found := managers(id_, others.states):
            yield warning(
                f"{name}: deployment {id_} is managed by another stack as well: it is {' and '.join(map(str, found))}",
                "keep it in one of them: they switch it to and fro, and a destroy of one takes it from the other",
                (name,),
            )
    if others.unread:
        yield skipped(f"whether another stack manages the same deployments: {others.unread}")
