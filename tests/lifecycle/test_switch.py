"""A switch keeps id and URL and is one PATCH, or says why it is none."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.api.errors import AICoreError, InvalidRequest
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.lifecycle.errors import CallFailed, DeploymentFailed, ReplacementNeeded
from tests.lifecycle.situations import DEAD, FACTS, GATEWAY_404, LOST, NOPE, assert_readable, dead_after_running
from tests.support.world import LIMITS, NEW, OLD, TRANSITION_S, World
from tests.support.world import world as worlds


def test_a_switch_keeps_the_id_and_is_one_patch(world: World) -> None:
    running = world.running()
    switched = world.switch(running)
    assert (switched.id, switched.status) == (running, "RUNNING")
    assert switched.configuration_id == switched.latest_running_configuration_id == world.new
    assert world.writes == ["PATCH new"]
    assert world.everything == [running]


def test_create_then_switch_is_a_post_then_a_patch(world: World) -> None:
    made = world.create()
    assert world.switch(made.id).id == made.id
    assert world.writes == ["POST", "PATCH new"]


def test_what_runs_already_costs_one_look(world: World) -> None:
    running = world.running(world.new)
    assert world.switch(running).id == running
    assert (world.writes, world.lists, world.clock.waits) == ([], 1, [])


@pytest.mark.parametrize("seconds", [1, 20])
def test_a_switch_goes_on_where_an_interrupted_one_was(world: World, seconds: float) -> None:
    running = world.running()
    world.api.switch(running, world.new)
    world.clock.step(seconds)
    world.emulator.clear_journal()
    assert world.switch(running).latest_running_configuration_id == world.new
    assert world.writes == []


def test_a_switch_of_a_fresh_deployment_waits_until_it_is_allowed(world: World) -> None:
    fresh = world.api.create(world.old)
    world.emulator.clear_journal()
    assert world.switch(fresh).latest_running_configuration_id == world.new
    assert world.writes == ["PATCH new"], "none was refused"


def test_a_switch_of_what_never_ran_has_nothing_to_go_back_to(world: World) -> None:
    world.faults({"outcome": "PENDING", "model": OLD})
    pending = world.api.create(world.old)
    world.clock.step(TRANSITION_S)
    world.faults(DEAD | {"model": NEW})
    with pytest.raises(DeploymentFailed, match="There was no configuration to go back to") as caught:
        world.switch(pending)
    assert world.writes == ["PATCH new"]
    assert_readable(caught.value)


def test_a_dead_deployment_that_once_ran_is_switched_and_keeps_its_url(world: World) -> None:
    dead = dead_after_running(world)
    assert world.switch(dead).latest_running_configuration_id == world.new
    assert world.writes == ["PATCH new"]


def test_where_a_dead_one_must_not_be_switched_it_is_tried_once_and_becomes_a_replacement(world: World) -> None:
    dead = dead_after_running(world)
    world.faults({"refusePatchInDead": True})
    with pytest.raises(ReplacementNeeded, match="refuses to switch a DEAD deployment"):
        world.switch(dead)
    assert world.writes == ["PATCH new"]


@pytest.mark.parametrize("how", ["stopped", "stopping", "being deleted", "gone", "dead"])
def test_what_cannot_be_switched_is_left_alone_and_named(world: World, how: str) -> None:
    if how == "dead":
        world.faults({"outcome": "DEAD"})
    made = world.api.create(world.old)
    if how in ("dead", "stopped", "stopping"):
        world.clock.step(TRANSITION_S)
    if how in ("stopped", "stopping"):
        world.api.stop(made)
        world.clock.step(0 if how == "stopping" else TRANSITION_S)
    if how in ("being deleted", "gone"):
        world.api.delete(made)
        world.clock.step(0 if how == "being deleted" else TRANSITION_S)
    world.faults()
    with pytest.raises(ReplacementNeeded, match="The next `pulumi up` makes a new one") as caught:
        world.switch(made)
    assert ("--refresh" in str(caught.value)) is (how == "gone"), "else it would stay in the state"
    assert caught.value.deployment_id == made
    assert world.writes == []


def test_a_refused_configuration_is_no_switch(world: World) -> None:
    running = world.running()
    world.new = world.configuration("no-such-model")
    with pytest.raises(InvalidRequest):
        world.switch(running)
    assert world.now(running).latest_running_configuration_id == world.old


@pytest.mark.parametrize("effect", LOST, ids=str)
def test_a_switch_whose_answer_is_lost_still_ends_right(world: World, effect: dict[str, Any]) -> None:
    running = world.running()
    world.faults({"method": "PATCH", "path": "/v2/*", "times": 1, "effect": effect})
    assert world.switch(running).latest_running_configuration_id == world.new
    committed = effect.get("afterCommit") or effect.get("drop") == "afterCommit"
    assert world.writes == ["PATCH new"] * (1 if committed else 2)


@pytest.mark.parametrize("stale_s", [5, 20, 100])
def test_a_stale_list_after_a_switch_is_not_taken_for_its_end(world: World, stale_s: float) -> None:
    running = world.running()
    world.clock.step(200)
    world.faults({"effect": {"staleListSeconds": stale_s}})
    switched = world.switch(running)
    assert switched.latest_running_configuration_id == world.new
    assert world.now(running).latest_running_configuration_id == world.new
    assert world.writes == ["PATCH new"]


def test_a_patch_that_finds_nothing_for_ever_ends(world: World) -> None:
    running = world.running()
    world.clock.limit_s = 300
    world.faults({"method": "PATCH", "path": "/v2/*", "effect": GATEWAY_404})
    with pytest.raises(AICoreError):
        world.switch(running, timeout_s=120)


@pytest.mark.parametrize("status", [409, 412])
def test_a_refused_switch_keeps_what_a_ticket_needs(world: World, status: int) -> None:
    running = world.running()
    world.faults({"method": "PATCH", "path": "/v2/*", "effect": {"status": status, "body": NOPE}})
    with pytest.raises(DeploymentFailed, match="refuses the switch: " + FACTS.format(status=status)) as caught:
        world.switch(running)
    assert_readable(caught.value)


def test_a_replacement_after_a_refusal_keeps_what_a_ticket_needs(world: World) -> None:
    dead = dead_after_running(world)
    world.faults({"method": "PATCH", "path": "/v2/*", "effect": {"status": 412, "body": NOPE}})
    with pytest.raises(ReplacementNeeded, match=FACTS.format(status=412)) as caught:
        world.switch(dead)
    assert_readable(caught.value)


PAGE = {"status": 200, "body": "<html>Maintenance</html>"}


@pytest.mark.parametrize("looks", [{"status": 503}, GATEWAY_404, PAGE], ids=["503", "a gateway's 404", "a page"])
@pytest.mark.parametrize("lost", [{"status": 503, "afterCommit": True}, None], ids=["lost answer", "accepted"])
def test_looks_that_fail_after_a_switch_are_endured(
    world: World, lost: dict[str, Any] | None, looks: dict[str, Any]
) -> None:
    running = world.running()
    patch = [{"method": "PATCH", "path": "/v2/*", "times": 1, "effect": lost}] if lost else []
    world.faults(*patch, {"method": "GET", "path": "/v2/lm/*", "after": 1, "times": 6, "effect": looks})

    assert world.switch(running).latest_running_configuration_id == world.new
    assert world.writes == ["PATCH new"]


def test_a_switch_with_a_lost_answer_is_told_where_no_look_tells_more(world: World) -> None:
    running = world.running()
    world.faults(
        {"method": "PATCH", "path": "/v2/*", "times": 1, "effect": {"status": 503, "afterCommit": True}},
        {"method": "GET", "path": "/v2/lm/*", "after": 1, "effect": {"status": 503}},
    )

    with pytest.raises(CallFailed, match=f"Whether the switch to configuration {world.new} was accepted is not known"):
        world.switch(running)
    assert world.clock.elapsed_s >= LIMITS.outage_s


def test_the_time_out_counts_although_no_look_succeeds() -> None:
    with worlds(retries=RetryPolicy(first_wait_s=30.0, jitter=0.0)) as slow:
        running = slow.running()
        slow.faults({"method": "GET", "path": "/v2/lm/*", "after": 1, "effect": {"status": 503}})
        begun = slow.clock.elapsed_s
        with pytest.raises(CallFailed):
            slow.switch(running, timeout_s=60.0)

        look_s = 4 * 30.0
        assert slow.clock.elapsed_s - begun < 60.0 + look_s
