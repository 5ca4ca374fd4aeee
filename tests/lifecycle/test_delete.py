"""A deletion takes the shortest way that the service allows from every status, and ends on proof only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aicore_provider.api.errors import AICoreError, NotFound
from aicore_provider.lifecycle.errors import CallFailed, DeploymentTimedOut
from tests.lifecycle.situations import FACTS, GATEWAY_404, LOST, NOPE, NOT_FOUND, NOTHING_LISTED, assert_readable
from tests.support.world import LIMITS, TRANSITION_S, World


def _unknown(world: World) -> str:
    return world.api.create(world.old)


def _pending(world: World) -> str:
    made = world.api.create(world.old)
    world.clock.step(TRANSITION_S / 2)
    return made


def _dead(world: World) -> str:
    world.faults({"outcome": "DEAD"})
    made = world.api.create(world.old)
    world.clock.step(TRANSITION_S)
    return made


def _switching(world: World) -> str:
    made = world.running()
    world.api.switch(made, world.new)
    return made


def _stopping(world: World) -> str:
    made = world.running()
    world.api.stop(made)
    return made


def _stopped(world: World) -> str:
    made = _stopping(world)
    world.clock.step(TRANSITION_S)
    return made


def _deleting(world: World) -> str:
    made = _stopped(world)
    world.api.delete(made)
    return made


@pytest.mark.parametrize(
    ("prepare", "writes"),
    [
        (_unknown, ["DELETE"]),
        (_pending, ["PATCH STOPPED", "DELETE"]),
        (World.running, ["PATCH STOPPED", "DELETE"]),
        (_switching, ["PATCH STOPPED", "DELETE"]),
        (_stopping, ["DELETE"]),
        (_stopped, ["DELETE"]),
        (_dead, ["DELETE"]),
        (_deleting, []),
    ],
)
def test_a_delete_takes_the_shortest_way_from_every_status(
    world: World, prepare: Callable[[World], str], writes: list[str]
) -> None:
    made = prepare(world)
    world.faults()
    world.delete(made)
    assert world.writes == writes, "none was refused"
    assert world.everything == []


def test_deleting_what_is_gone_changes_nothing(world: World) -> None:
    made = _deleting(world)
    world.clock.step(TRANSITION_S)
    world.faults()
    world.delete(made)
    assert world.writes == []


@pytest.mark.parametrize("effect", LOST, ids=str)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_delete_whose_answers_are_lost_still_ends_right(world: World, method: str, effect: dict[str, Any]) -> None:
    made = world.running()
    world.faults({"method": method, "path": "/v2/*", "times": 1, "effect": effect})
    world.delete(made)
    assert world.everything == []
    committed = effect.get("afterCommit") or effect.get("drop") == "afterCommit"
    assert len(world.writes) == (2 if committed else 3)


@pytest.mark.parametrize("stale_s", [5, 30])
def test_a_stale_list_after_a_delete_is_not_deleted_again(world: World, stale_s: float) -> None:
    made = world.running()
    world.clock.step(100)
    world.faults({"effect": {"staleListSeconds": stale_s}})
    world.delete(made)
    world.faults()
    assert world.everything == []


def test_a_deletion_that_hangs_times_out_and_is_told(world: World) -> None:
    made = world.running()
    world.faults({"method": "DELETE", "path": "/v2/*", "effect": {"status": 412, "body": "no"}})
    with pytest.raises(DeploymentTimedOut) as caught:
        world.delete(made, timeout_s=900)
    assert 900 <= world.clock.elapsed_s - TRANSITION_S <= 900 + 2 * LIMITS.pace.longest_s
    assert "not done within 15 min, refused in STOPPED: no (HTTP 412)" in str(caught.value)
    assert "It is stopped, not deleted: its record stays until it is deleted." in str(caught.value)
    assert_readable(caught.value)


@pytest.mark.parametrize(
    ("method", "far", "writes"),
    [
        ("PATCH", "Nothing is known to have changed", ["PATCH STOPPED"]),
        ("DELETE", "It is stopped, not deleted: its record stays until it is deleted", ["PATCH STOPPED", "DELETE"]),
    ],
)
def test_a_refused_deletion_says_how_far_it_is(world: World, method: str, far: str, writes: list[str]) -> None:
    made = world.running()
    world.faults({"method": method, "path": "/v2/*", "effect": {"status": 400, "body": NOPE}})
    with pytest.raises(CallFailed, match=FACTS.format(status=400)) as caught:
        world.delete(made)
    assert world.writes == writes
    assert str(caught.value).endswith(f"{far}.\nRun the command again; it goes on from here.")
    assert_readable(caught.value)


def test_a_delete_that_fails_once_it_has_stopped_something_says_how_far_it_is(world: World) -> None:
    made = world.running()
    world.once(lambda: world.faults({"path": "/v2/*", "effect": {"status": 503}}), at="STOPPING")
    with pytest.raises(CallFailed, match="It is being stopped, and not deleted") as caught:
        world.delete(made)
    assert caught.value.deployment_id == made
    assert "Run the command again; it goes on from here." in str(caught.value)
    assert "pulumi up" not in str(caught.value)


def test_a_gateways_404_is_never_gone(world: World) -> None:
    made = world.running()
    world.faults(
        {"method": "GET", "path": "/v2/lm/deployments", "effect": NOTHING_LISTED},
        {"path": "/v2/lm/deployments/d*", "effect": GATEWAY_404},
    )
    with pytest.raises(AICoreError, match="no healthy upstream"):
        world.delete(made)
    world.faults()
    assert world.everything == [made]


@pytest.mark.parametrize("nth", range(1, 13))
def test_a_list_that_is_refused_says_nothing_about_a_deployment(world: World, nth: int) -> None:
    running = world.running()
    world.faults({"method": "GET", "path": "/v2/lm/deployments", "after": nth - 1, "times": 1, "effect": NOT_FOUND})
    world.delete(running)
    world.faults()
    assert world.everything == []


def test_an_answer_about_another_deployment_deletes_neither(world: World) -> None:
    ours, theirs = _stopped(world), _stopped(world)
    answer = {"id": theirs, "configurationId": world.old, "status": "STOPPED", "targetStatus": "STOPPED"}
    world.faults(
        {"method": "GET", "path": "/v2/lm/deployments", "effect": NOTHING_LISTED},
        {"method": "GET", "path": "/v2/lm/deployments/d*", "effect": {"status": 200, "body": answer}},
    )
    with pytest.raises(AICoreError, match=f"{ours} answered about another deployment, {theirs}"):
        world.delete(ours)
    assert world.writes == []


def test_a_delete_that_finds_nothing_for_ever_ends(world: World) -> None:
    dead = _dead(world)
    world.clock.limit_s = 300
    world.faults({"method": "DELETE", "path": "/v2/*", "effect": GATEWAY_404})
    with pytest.raises(AICoreError):
        world.delete(dead, timeout_s=120)
    assert world.everything == [dead]


def test_a_404_of_the_service_must_be_seen_twice(world: World) -> None:
    made = world.running()
    world.faults(
        {"times": 1, "path": "/v2/lm/deployments", "effect": {"staleListSeconds": 600}},
        {"method": "GET", "path": "/v2/lm/deployments/d*", "times": 1, "effect": NOT_FOUND},
    )
    world.delete(made)
    assert world.writes == ["PATCH STOPPED", "DELETE"], "one 404 was not believed"
    assert world.everything == []


def test_somebody_else_deletes_what_we_delete(world: World) -> None:
    stopping = _stopping(world)

    def delete() -> None:
        world.clock.step(TRANSITION_S)
        world.api.delete(stopping)

    world.once(delete, at="STOPPING")
    world.delete(stopping)
    assert world.everything == []


def test_the_status_moves_between_look_and_call(world: World) -> None:
    running = world.running()
    world.faults(
        {"path": "/v2/lm/deployments", "method": "GET", "times": 1, "effect": {"staleListSeconds": 1}},
        {"method": "PATCH", "times": 1, "effect": {"latencySeconds": 1}},
    )
    world.api.stop(running)
    world.delete(running)
    assert world.everything == []


def test_a_list_that_never_showed_it_does_not_show_that_it_is_gone(world: World) -> None:
    world.faults({"effect": {"staleListSeconds": 600}})
    made = world.api.create(world.old)
    world.delete(made)
    with pytest.raises(NotFound):
        world.now(made)


def test_the_end_of_a_deletion_is_taken_from_the_list(world: World) -> None:
    running = world.running()
    world.delete(running)
    assert not [e for e in world.emulator.journal if e.method == "GET" and e.path.endswith(running)]
    with pytest.raises(NotFound):
        world.now(running)
