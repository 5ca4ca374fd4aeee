"""Finds what the other stacks of a backend manage, with limits for the number of states and the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from aicore_provider.background import workers
from aicore_provider.cli.pulumi_cli import PulumiCli
from aicore_provider.cli.stack import export_state
from aicore_provider.cli.state import State, manager

MOST = 20
"""States that are read at most: those that were updated last."""
_AT_ONCE = 4
_TIMEOUT_S = 10.0
"""For one answer, so that all of them take a minute at most."""


@dataclass(frozen=True)
class OtherStacks:
    """The states of the other stacks of a backend; and what was not read and why, without a full stop, or ""."""

    states: tuple[State, ...] = ()
    unread: str = ""


def look_at_other_stacks(cli: PulumiCli, own: str | None) -> OtherStacks:
    """Read the states of all stacks of the backend but `own`, those of other projects included."""
    limited = replace(cli, timeout_s=_TIMEOUT_S)
    listed = limited.ask("stack", "ls", "--all", "--json")
    stacks = listed.json
    if not isinstance(stacks, list):
        return OtherStacks(unread=f"the stacks of the backend cannot be listed ({listed.failure or 'no such list'})")
    names = others([each for each in stacks if isinstance(each, Mapping) and each.get("name")], own)
    with workers(_AT_ONCE, "other-stacks") as pool:
        read = dict(zip(names, pool.map(lambda name: export_state(limited, name), names[:MOST]), strict=False))
    states, unread = [], [f"{len(names) - MOST} that were updated before the others"] if names[MOST:] else []
    for name, found in read.items():
        if isinstance(found, State):
            states.append(found)
        else:
            unread.append(f"{name} ({found})")
    return OtherStacks(tuple(states), f"stacks that were not looked into: {', '.join(unread)}" if unread else "")


def others(stacks: Sequence[Mapping[str, Any]], own: str | None) -> list[str]:
    """Return the other stacks that hold resources, those updated last first.

    The list is that of `pulumi stack ls --all --json`, which names stacks of the current project without it. The own
    name may be with organisation and project.
    """
    names = [str(each["name"]) for each in stacks]
    if own and own not in names:
        own = own.rpartition("/")[2]
    by_time = sorted(stacks, key=lambda each: str(each.get("lastUpdate") or ""), reverse=True)
    return [str(each["name"]) for each in by_time if each["name"] != own and each.get("resourceCount") != 0]


class Manager(NamedTuple):
    """A resource of a stack that manages a deployment, such as `AIDeployment chat`."""

    stack: str
    resource: str

    def __str__(self) -> str:
        return f"{self.resource} of stack {self.stack}"


def managers(deployment_id: str, states: Iterable[State]) -> list[Manager]:
    """Return the resources that manage a deployment, by its id; the service that they are on does not count."""
    return [Manager(state.stack, held.name) for state in states if (held := manager(state, deployment_id))]
