"""What runs must answer as well: a switch that does not is a failed one, and what served before serves again."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.inference import Probe
from aicore_provider.lifecycle.errors import (
    DeploymentInterrupted,
    DeploymentUnanswered,
    RollbackFailed,
    SwitchRolledBack,
)
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Running
from tests.lifecycle.situations import FACTS, NOPE, assert_readable
from tests.support.world import LIMITS, World

PROBE = Probe("POST", "/chat/completions?api-version=2023-05-15", {"messages": []})
INFERENCE = {"path": "/v2/inference/*"}
CLOSED: dict[str, Any] = INFERENCE | {"effect": {"status": 503, "body": "no healthy upstream"}}
REFUSES: dict[str, Any] = INFERENCE | {"effect": {"status": 400, "body": NOPE}}


def asked_at(world: World) -> list[float]:
    return [entry.time for entry in world.emulator.journal if entry.path.startswith("/v2/inference/")]


def test_what_answers_is_asked_once(world: World) -> None:
    running = world.running()
    assert world.switch(running, probe=PROBE).status == "RUNNING"
    assert (world.writes, world.asked) == (["PATCH new"], [200])
    assert not [line for line in world.heard if "answers from" in line], "what it says is nobody's business"


def test_nothing_is_asked_where_nothing_is_to_be_verified(world: World) -> None:
    made = world.create()
    world.switch(made.id)
    world.delete(made.id)
    assert world.asked == []


@pytest.mark.parametrize(
    "effect",
    [
        {"status": 503, "body": "no healthy upstream"},
        {"status": 404, "body": "no route"},
        {"status": 429, "headers": {"Retry-After": "30"}},
        {"status": 500},
        {"drop": "beforeCommit"},
        {"drop": "afterCommit"},
    ],
    ids=str,
)
def test_a_way_that_opens_late_is_waited_for(world: World, effect: dict[str, Any]) -> None:
    running = world.running()
    world.faults(INFERENCE | {"times": 3, "effect": effect})
    world.switch(running, probe=PROBE)
    assert world.writes == ["PATCH new"]
    assert len(world.asked) == 4
    assert world.asked[-1] == 200
    assert [line for line in world.heard if "it does not answer yet" in line]


def test_a_limit_of_the_model_holds_no_other_request_back(world: World) -> None:
    running = world.running()
    world.faults(INFERENCE | {"times": 1, "effect": {"status": 429, "headers": {"Retry-After": "25"}}})
    world.switch(running, probe=PROBE)
    assert max(world.clock.waits) < 25


def test_an_expired_token_is_no_answer_of_the_model(world: World) -> None:
    running = world.running()
    world.faults(INFERENCE | {"times": 1, "effect": {"expireToken": True}})
    world.switch(running, probe=PROBE)
    assert world.asked == [401, 200]


def test_a_switch_that_the_model_refuses_is_rolled_back_at_once(world: World) -> None:
    running = world.running()
    world.faults(REFUSES)
    with pytest.raises(SwitchRolledBack) as caught:
        world.switch(running, probe=PROBE)
    assert world.writes == ["PATCH new", "PATCH old"]
    assert world.asked == [400], "what served before is not asked"
    first, second, _ = str(caught.value).splitlines()
    assert f"switch to configuration {world.new} failed, it runs and does not answer: Nope." in first
    assert f"configuration {world.old} serves again" in second
    caught.match(FACTS.format(status=400))
    assert world.now(running).latest_running_configuration_id == world.old


def test_a_switch_to_which_the_way_stays_closed_is_rolled_back_after_its_time(world: World) -> None:
    running = world.running()
    world.faults(CLOSED)
    with pytest.raises(SwitchRolledBack, match=r"does not answer: no healthy upstream \(HTTP 503\)") as caught:
        world.switch(running, probe=PROBE)
    assert world.writes == ["PATCH new", "PATCH old"]
    assert set(world.asked) == {503}
    given_up_at = next(e.time for e in world.emulator.journal if e.body == {"configurationId": world.old})
    waited_s = given_up_at - asked_at(world)[0]
    assert LIMITS.unanswered_for_s <= waited_s <= LIMITS.unanswered_for_s + LIMITS.pace.longest_s
    assert_readable(caught.value)


def test_the_time_of_the_switch_counts_where_it_ends_first(world: World) -> None:
    running = world.running()
    world.faults(CLOSED)
    with pytest.raises(SwitchRolledBack, match="no healthy upstream"):
        world.switch(running, probe=PROBE, timeout_s=70)
    first, *_, last = asked_at(world)
    assert last - first < LIMITS.unanswered_for_s


def test_without_rollback_it_stays_for_whoever_looks_into_it(world: World) -> None:
    running = world.running()
    world.faults(REFUSES)
    with pytest.raises(DeploymentUnanswered, match="It is not rolled back, as the program says") as caught:
        world.switch(running, probe=PROBE, may_roll_back=False)
    assert world.writes == ["PATCH new"]
    assert_readable(caught.value)


def test_a_rollback_that_is_refused_says_so(world: World) -> None:
    running = world.running()
    refused = {"method": "PATCH", "path": "/v2/lm/*", "after": 1, "effect": {"status": 400, "body": NOPE}}
    world.faults(REFUSES, refused)
    with pytest.raises(RollbackFailed, match=rf"failed as well: .* Configuration {world.new} serves"):
        world.switch(running, probe=PROBE)


def test_a_new_deployment_that_does_not_answer_has_failed_and_the_next_call_asks_again(world: World) -> None:
    world.faults(REFUSES)
    goal = Running(world.old, probe=PROBE)
    with pytest.raises(DeploymentUnanswered, match="asks once more") as caught:
        reconcile(goal, world.context, timeout_s=600)
    assert_readable(caught.value)
    made = caught.value.deployment_id
    with pytest.raises(DeploymentUnanswered):
        reconcile(goal, world.context, timeout_s=600, deployment_id=made)
    world.faults()
    reconcile(goal, world.context, timeout_s=600, deployment_id=made)
    assert (world.writes, world.asked) == ([], [200])


def test_one_that_dies_while_it_is_asked_is_told_as_dead(world: World) -> None:
    running = world.running()
    world.faults(CLOSED)
    world.once(lambda: world.emulator.kill(running), at="it does not answer yet")
    with pytest.raises(SwitchRolledBack, match="it ended DEAD"):
        world.switch(running, probe=PROBE)
    assert world.writes == ["PATCH new", "PATCH old"]


def test_ctrl_c_ends_the_wait_for_an_answer_and_leaves_the_switch(world: World) -> None:
    running = world.running()
    world.faults(CLOSED)
    world.once(world.context.interrupted.set, at="it does not answer yet")
    with pytest.raises(DeploymentInterrupted, match="it runs, and has not answered yet") as caught:
        world.switch(running, probe=PROBE)
    assert (world.writes, world.asked) == (["PATCH new"], [503])
    assert world.now(running).configuration_id == world.new
    assert "goes on by itself" not in str(caught.value)
    assert_readable(caught.value)


def test_a_get_sends_no_body_and_takes_an_answer_of_any_form(world: World) -> None:
    running = world.running()
    world.faults(INFERENCE | {"effect": {"status": 200, "body": "OK"}})
    world.switch(running, probe=Probe("GET", "/v1/health"))
    (asked,) = [entry for entry in world.emulator.journal if entry.path.endswith(f"/{running}/v1/health")]
    assert (asked.method, asked.body, asked.status) == ("GET", None, 200)
