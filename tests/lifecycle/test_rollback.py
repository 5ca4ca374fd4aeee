"""When a switch fails, what served before serves again; where it does not, that is told."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from aicore_provider.lifecycle.errors import RollbackFailed, SwitchRolledBack
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Running
from tests.lifecycle.situations import DEAD, FACTS, LOST, NOPE, assert_readable
from tests.support.world import LIMITS, NEW, TRANSITION_S, World


def test_a_dead_switch_is_rolled_back_and_the_old_configuration_serves(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW, "logs": ["out of memory"]})
    with pytest.raises(SwitchRolledBack) as caught:
        world.switch(running)
    text = str(caught.value)
    assert f"switch to configuration {world.new} failed, it ended DEAD" in text
    assert "no capacity left" in text
    assert "out of memory" in text
    assert f"configuration {world.old} serves again, with the same URL" in text
    assert world.writes == ["PATCH new", "PATCH old"]
    now = world.now(running)
    assert (now.status, now.latest_running_configuration_id) == ("RUNNING", world.old)
    assert world.clock.elapsed_s <= 3 * TRANSITION_S + 2 * LIMITS.pace.longest_s
    assert_readable(caught.value)


def test_a_hanging_switch_is_rolled_back_after_its_deadline(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW, "outcome": "PENDING"})
    started = world.clock.elapsed_s
    late = "failed, not done within 10 min, last seen as: PENDING: starting"
    with pytest.raises(SwitchRolledBack, match=late) as caught:
        world.switch(running, timeout_s=600)
    assert "no capacity left" in str(caught.value)
    assert world.writes == ["PATCH new", "PATCH old"]
    rollback = next(e for e in world.emulator.journal if e.body == {"configurationId": world.old})
    patched = next(e for e in world.emulator.journal if e.body == {"configurationId": world.new})
    assert 600 - 1 <= rollback.time - patched.time <= 600 + LIMITS.pace.longest_s
    assert world.now(running).latest_running_configuration_id == world.old
    assert world.clock.elapsed_s - started < 600 + TRANSITION_S + 2 * LIMITS.pace.longest_s


def test_a_refused_rollback_says_so(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW}, {"refusePatchInDead": True})
    with pytest.raises(RollbackFailed) as caught:
        world.switch(running)
    text = str(caught.value)
    assert f"switch to configuration {world.new} failed, it ended DEAD" in text
    assert f"Going back to configuration {world.old} failed as well: " in text
    assert "Current status DEAD cannot be changed" in text
    assert "may serve nothing now" in text
    assert world.writes == ["PATCH new", "PATCH old"]
    assert_readable(caught.value)


def test_a_rollback_that_ends_dead_too_says_so(world: World) -> None:
    running = world.running()
    world.faults(DEAD)
    with pytest.raises(RollbackFailed, match="may serve nothing now"):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old"]


@pytest.mark.parametrize("effect", LOST, ids=str)
def test_a_dead_switch_whose_answer_was_lost_is_rolled_back(world: World, effect: dict[str, Any]) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW}, {"method": "PATCH", "path": "/v2/*", "times": 1, "effect": effect})
    with pytest.raises(SwitchRolledBack, match="no capacity left"):
        world.switch(running)
    assert world.now(running).latest_running_configuration_id == world.old


@pytest.mark.parametrize("effect", LOST, ids=str)
def test_a_rollback_whose_answer_is_lost_is_still_told_as_one(world: World, effect: dict[str, Any]) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW}, {"method": "PATCH", "path": "/v2/*", "after": 1, "times": 1, "effect": effect})
    with pytest.raises(SwitchRolledBack, match=r"it ended DEAD.*no capacity left"):
        world.switch(running)
    now = world.now(running)
    assert (now.status, now.latest_running_configuration_id) == ("RUNNING", world.old)


@pytest.mark.parametrize("stale_s", [5, 20, 100])
def test_a_stale_list_does_not_hide_a_dead_switch(world: World, stale_s: float) -> None:
    running = world.running()
    world.clock.step(200)
    world.faults({"effect": {"staleListSeconds": stale_s}}, DEAD | {"model": NEW})
    with pytest.raises(SwitchRolledBack):
        world.switch(running)
    now = world.now(running)
    assert (now.configuration_id, now.latest_running_configuration_id) == (world.old, world.old)
    assert world.writes == ["PATCH new", "PATCH old"]


@pytest.mark.parametrize(("may_roll_back", "sent"), [(True, "PATCH old"), (False, "PATCH new")])
def test_a_switch_of_an_earlier_call_that_died_is_rolled_back_or_repeated(
    world: World, may_roll_back: bool, sent: str
) -> None:
    running = world.running()
    world.faults(DEAD | {"after": "switch"})
    world.api.switch(running, world.new)
    world.clock.step(TRANSITION_S)
    assert world.now(running).status == "DEAD"
    world.faults()
    with suppress(SwitchRolledBack):
        goal = Running(world.new, may_roll_back=may_roll_back)
        reconcile(goal, world.context, timeout_s=600, deployment_id=running)
    assert world.writes == [sent]
    assert world.now(running).status == "RUNNING"


def test_a_switch_of_an_earlier_call_that_hangs_is_rolled_back(world: World) -> None:
    running = world.running()
    world.faults({"outcome": "PENDING", "model": NEW})
    world.api.switch(running, world.new)
    with pytest.raises(SwitchRolledBack):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old"]
    assert world.now(running).configuration_id == world.old


@pytest.mark.parametrize("status", [400, 409, 412])
def test_a_refused_rollback_keeps_what_a_ticket_needs(world: World, status: int) -> None:
    running = world.running()
    refused = {"method": "PATCH", "path": "/v2/*", "after": 1, "effect": {"status": status, "body": NOPE}}
    world.faults(DEAD | {"model": NEW}, refused)
    with pytest.raises(RollbackFailed, match="failed as well: .*" + FACTS.format(status=status)) as caught:
        world.switch(running)
    assert_readable(caught.value)


def test_a_rollback_that_hangs_is_told_as_late(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"outcome": "PENDING"})
    late = "failed as well: not done within 10 min, last seen as: PENDING: starting"
    with pytest.raises(RollbackFailed, match=late) as caught:
        world.switch(running)
    assert_readable(caught.value)


@pytest.mark.parametrize("after", range(1, 9))
def test_a_replica_that_lags_hides_no_rollback(world: World, after: int) -> None:
    running = world.running()
    world.clock.step(200)
    lagging = {"path": "/v2/lm/deployments", "after": after, "times": 3, "effect": {"staleListSeconds": 60}}
    world.faults(lagging, DEAD | {"model": NEW})
    with pytest.raises(SwitchRolledBack):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old"]
