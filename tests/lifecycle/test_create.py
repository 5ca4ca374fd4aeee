"""How a new deployment comes about: what is sent, how long it is waited for, and how each bad end is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import AICoreError, InvalidRequest
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.lifecycle.errors import (
    CallFailed,
    DeploymentFailed,
    DeploymentFault,
    DeploymentTimedOut,
    ReplacementNeeded,
)
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Running
from tests.lifecycle.situations import DEAD, GATEWAY_404, NOT_FOUND, NOTHING_LISTED, assert_readable
from tests.support.world import GROUP, LIMITS, TRANSITION_S, World, watcher


def test_a_create_waits_until_it_runs(world: World) -> None:
    made = world.create()
    assert (made.status, made.target_status, made.configuration_id) == ("RUNNING", "RUNNING", world.old)
    assert world.writes == ["POST"]
    assert TRANSITION_S <= world.clock.elapsed_s <= TRANSITION_S + LIMITS.pace.longest_s
    assert world.heard[0] == f"{made.id}: created (0:00)"
    assert world.heard[1].startswith(f"{made.id}: UNKNOWN: not taken up by the runtime yet (0:02)")
    assert any(f"{made.id}: PENDING: starting (0:" in line for line in world.heard)


def test_a_create_passes_its_life_time_on(world: World) -> None:
    made = reconcile(Running(world.old, ttl="10h"), world.context, timeout_s=600)
    assert world.now(made.id).ttl == "10h"


def test_a_dead_create_fails_within_a_tick_and_says_why(world: World) -> None:
    world.faults(DEAD | {"logs": ["loading weights", "out of memory"]})
    with pytest.raises(DeploymentFailed) as caught:
        world.create()
    error = caught.value
    assert (
        "ended DEAD. The service says: aiApiDetails.reconciler.message[0].code: 05010002; "
        "aiApiDetails.reconciler.message[0].message: no capacity left. Last log lines: "
    ) in str(error)
    assert "| loading weights | out of memory\n" in str(error)
    assert world.everything == [error.deployment_id], "it is left, with its id told"
    assert error.deployment is not None
    assert error.deployment.status == "DEAD"
    assert world.clock.elapsed_s <= TRANSITION_S + LIMITS.pace.longest_s
    assert world.writes == ["POST"]
    assert_readable(error)


@pytest.mark.parametrize(
    ("outcome", "waits_for"), [("PENDING", "PENDING: starting"), ("UNKNOWN", "UNKNOWN: not taken")]
)
def test_a_stuck_create_times_out(world: World, outcome: str, waits_for: str) -> None:
    world.faults(DEAD | {"outcome": outcome})
    with pytest.raises(DeploymentTimedOut, match=f"not done within 30 min, last seen as: {waits_for}") as caught:
        world.create(timeout_s=1800)
    assert 1800 <= world.clock.elapsed_s <= 1800 + LIMITS.pace.longest_s
    assert world.everything == [caught.value.deployment_id]
    assert "no capacity left" in str(caught.value)
    assert_readable(caught.value)


@pytest.mark.parametrize("limit_s", [10, 30])
def test_a_time_out_shorter_than_the_service_needs_is_kept(world: World, limit_s: float) -> None:
    with pytest.raises(DeploymentTimedOut) as caught:
        world.create(timeout_s=limit_s)
    assert limit_s <= world.clock.elapsed_s <= limit_s + LIMITS.pace.longest_s
    assert "goes on waiting" in str(caught.value)


def test_a_refused_create_changes_nothing(world: World) -> None:
    world.old = world.configuration("no-such-model")
    with pytest.raises(InvalidRequest) as caught:
        world.create()
    assert caught.value.message.code == "01510003"
    assert (world.writes, world.everything, world.clock.waits) == (["POST"], [], [])


@pytest.mark.parametrize(("missing_for", "looks"), [({"times": 3}, 3), ({"times": 30}, 30)])
def test_a_create_that_is_not_visible_yet_is_waited_for(world: World, missing_for: dict[str, Any], looks: int) -> None:
    world.faults(
        {"effect": {"staleListSeconds": 600}},
        {"method": "GET", "path": "/v2/lm/deployments/d*", **missing_for, "effect": NOT_FOUND},
    )
    made = world.create()
    assert made.status == "RUNNING"
    assert world.writes == ["POST"]
    assert sum("not visible yet" in line for line in world.heard) == looks


def test_a_create_that_never_becomes_visible_is_not_believed_in_for_ever(world: World) -> None:
    world.faults(
        {"method": "GET", "path": "/v2/lm/deployments", "effect": NOTHING_LISTED},
        {"method": "GET", "path": "/v2/lm/deployments/d*", "effect": NOT_FOUND},
    )
    with pytest.raises(ReplacementNeeded, match="does not exist any more"):
        world.create()
    assert 600 <= world.clock.elapsed_s < 700


@pytest.mark.parametrize(
    "effect",
    [{"status": 412, "body": {"error": {"code": "01990412", "message": "group is not ready"}}}, GATEWAY_404],
    ids=["wrong state", "gateway 404"],
)
def test_a_create_that_is_refused_for_ever_ends(world: World, effect: dict[str, Any]) -> None:
    world.clock.limit_s = 300
    world.faults({"method": "POST", "path": "/v2/lm/deployments", "effect": effect})
    with pytest.raises(AICoreError):
        world.create(timeout_s=120)


@pytest.mark.parametrize(
    ("effect", "looks"),
    [({"status": 503}, 5), ({"drop": "beforeCommit"}, 5), ({"status": 429}, 5)],
    ids=str,
)
def test_failing_looks_are_endured_up_to_a_limit(world: World, effect: dict[str, Any], looks: int) -> None:
    rule = {"method": "GET", "path": "/v2/lm/deployments", "effect": effect}
    made = len(world.heard)
    world.faults(rule | {"after": 3, "times": 20})
    assert world.create().status == "RUNNING"
    assert sum("no proper answer from the service" in line for line in world.heard[made:]) == 4

    world.faults(rule | {"after": 3})
    with pytest.raises(CallFailed, match="`pulumi up` goes on waiting for it") as caught:
        world.create()
    assert world.lists == 3 + looks * 5, "three looks, then those in vain with five tries each"
    world.faults()
    assert caught.value.deployment_id in world.everything


def test_a_gateway_that_forgets_everything_for_a_moment_does_not_end_a_wait(world: World) -> None:
    world.faults({"method": "GET", "path": "/v2/lm/*", "after": 3, "times": 4, "effect": GATEWAY_404})
    assert world.create().status == "RUNNING"


def test_an_error_that_nobody_foresaw_names_what_was_made(world: World) -> None:
    def report(_: str) -> None:
        raise KeyError("a value that may be secret")

    with pytest.raises(DeploymentFault, match="KeyError in ") as caught:
        world.create(context=replace(world.context, report=report))
    assert [caught.value.deployment_id] == world.everything
    assert isinstance(caught.value.__cause__, KeyError)
    assert "secret" not in str(caught.value)
    assert_readable(caught.value)


def test_a_short_outage_ends_no_wait_although_nothing_is_retried(world: World) -> None:
    client = AICore(find_credentials(world.emulator.environment()), clock=world.clock, retries=RetryPolicy(attempts=1))
    context = replace(world.context, client=client, watcher=watcher(client, GROUP))
    looks = int(30 / LIMITS.pace.tick_s)
    world.faults({"method": "GET", "path": "/v2/lm/*", "after": 1, "times": looks, "effect": {"status": 503}})
    assert world.create(context=context).status == "RUNNING"
    assert sum(entry.status == 503 for entry in world.emulator.journal) == looks


def test_a_second_create_of_a_new_configuration_looks_what_is_there_first(world: World) -> None:
    goal = Running(world.old, is_configuration_new=True)
    posts = []
    for _ in range(2):
        reconcile(goal, world.context, timeout_s=1800.0)
        journal = [entry.method for entry in world.emulator.journal]
        posts.append(journal.index("POST"))
        world.emulator.clear_journal()
    assert posts == [0, 1]
