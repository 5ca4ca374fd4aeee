"""What the product costs the service and the engine, in numbers: requests and resources, never times.

A look at the service is allowed for each resource group and tick. How many ticks there were follows from the journal:
the longer a command took, the more of them. So a slow machine changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator, JournalEntry
from aicore_provider.lifecycle.limits import Limits, Pace
from benchmarks.estate import entries, groups
from benchmarks.tenant import kind
from sandbox.engine_stack import EngineStack, Run
from tests.support.client import Api
from tests.support.limits import as_environment

DEPLOYMENTS = 12
GROUPS = groups(DEPLOYMENTS)
TICK_S = Pace().tick_s / 4
"""Waiting calls may list the deployments of a resource group so often together.

All times are a quarter of what they are for users: how often the product looks follows from their proportions.
"""
TRANSITION_S = 2 * TICK_S
PROCESSES = 2
"""With a token each: the engine starts another plugin process when the stack's configuration has changed."""
LOOKS_IN_A_GROUP = 2 + PROCESSES
"""Of any command: its scenarios, its models, and the list of deployments in each process."""
CONFIGURATIONS = "POST /v2/lm/configurations"
SWITCHED = "PATCH /v2/lm/deployments/*"


@dataclass(frozen=True)
class Expected:
    """What a command may send: exactly these writes, and as many looks as there were ticks after them."""

    writes: dict[str, int]
    run: Callable[[], Run]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An AI Core in which a deployment takes as long as several ticks."""
    with Emulator.running(transition_seconds=0) as running:
        api = Api(running, None)
        for group in GROUPS:
            assert api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": group}).ok
        running.pace = {"transitionSeconds": TRANSITION_S}
        yield running


@pytest.fixture
def stack(tmp_path: Path, pulumi_root: Path, emulator: Emulator) -> EngineStack:
    """A stack of the product, all of whose deployments are worked on at once."""
    quick = as_environment(replace(Limits(), pace=replace(Pace(), tick_s=TICK_S)))
    return EngineStack(tmp_path, pulumi_root, emulator.environment() | quick | {"PULUMI_PARALLEL": "64"})


def count(journal: list[JournalEntry], *, writes: bool) -> dict[str, int]:
    """Requests by kind, the token aside: those that write, or those that do not."""
    counted: dict[str, int] = {}
    for entry in journal:
        if entry.path != "/oauth/token" and (entry.method != "GET") == writes:
            name = kind(entry.method, entry.path)
            counted[name] = counted.get(name, 0) + 1
    return dict(sorted(counted.items()))


def ticks(journal: list[JournalEntry], group: str) -> int:
    """How often a group may be listed after the first write in it: once, and once more for each tick since."""
    times = [entry.time for entry in journal if entry.resource_group == group and entry.method != "GET"]
    if not times:
        return 0
    last = max(entry.time for entry in journal if entry.resource_group == group)
    return 1 + int((last - times[0]) / TICK_S)


def allowed_looks(journal: list[JournalEntry]) -> int:
    """How often all groups may be looked at in a command with these requests."""
    return LOOKS_IN_A_GROUP * len(GROUPS) + sum(ticks(journal, group) for group in GROUPS)


def test_looks_are_shared_and_writes_are_all_that_grows(stack: EngineStack, emulator: Emulator) -> None:
    commands = {
        "create": Expected({CONFIGURATIONS: DEPLOYMENTS, "POST /v2/lm/deployments": DEPLOYMENTS}, stack.run_up),
        "preview": Expected({}, stack.preview),
        "up": Expected({}, stack.run_up),
        "switch": Expected({SWITCHED: DEPLOYMENTS, CONFIGURATIONS: DEPLOYMENTS}, stack.run_up),
        "preview of the switched": Expected({}, stack.preview),
        "destroy": Expected({"DELETE /v2/lm/deployments/*": DEPLOYMENTS, SWITCHED: DEPLOYMENTS}, stack.destroy),
    }
    exceeded = []
    for name, expected in commands.items():
        stack.configure(entries(DEPLOYMENTS, switched=name == "switch" or "switched" in name))
        emulator.clear_journal()
        run = expected.run()
        journal = emulator.journal
        assert not run.failed, run.output
        assert bool(run.changes) == bool(expected.writes), (name, run.changes)
        assert count(journal, writes=True) == expected.writes, name
        assert sum(entry.path == "/oauth/token" for entry in journal) <= PROCESSES, name
        # The engine keeps each resource, and writes its state at each step.
        assert len(stack.resources) in (0, 3 * DEPLOYMENTS + len(("the stack", "its provider"))), name

        looks, allowed = count(journal, writes=False), allowed_looks(journal)
        if sum(looks.values()) > allowed:
            exceeded.append(f"{name}: {sum(looks.values())} looks, {allowed} allowed: {looks}")
    assert not exceeded, "\n".join(exceeded)


def test_a_limit_of_the_service_costs_few_requests(stack: EngineStack, emulator: Emulator) -> None:
    """No more are refused than are needed."""
    some = 4
    stack.configure(entries(some))
    headers = {"Retry-After": "1"}
    emulator.faults = [{"path": "/v2/*", "allowedPerSecond": 2, "effect": {"status": 429, "headers": headers}}]
    emulator.clear_journal()
    assert not stack.run_up().failed
    journal = emulator.journal
    answered = [entry for entry in journal if entry.status != HTTPStatus.TOO_MANY_REQUESTS]
    assert count(answered, writes=True) == {CONFIGURATIONS: some, "POST /v2/lm/deployments": some}
    assert sum(count(answered, writes=False).values()) <= allowed_looks(journal)
    assert 0 < len(journal) - len(answered) <= len(answered)
    emulator.faults = []
    assert not stack.preview().changes
