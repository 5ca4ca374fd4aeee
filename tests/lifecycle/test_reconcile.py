"""Creating, switching and deleting against a whole AI Core: how each ends, by which calls, and what people read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.errors import AICoreError, InvalidRequest
from aicore_provider.lifecycle.errors import (
    AnswerLost,
    CallFailed,
    DeploymentError,
    DeploymentFailed,
    DeploymentFault,
    DeploymentInterrupted,
    DeploymentOvertaken,
    DeploymentTimedOut,
    ReplacementNeeded,
    RollbackFailed,
    SwitchRolledBack,
)
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Running
from tests.support.world import DETAILS, LIMITS, NEW, OLD, TIMEOUT_S, TRANSITION_S, World
from tests.support.world import world as worlds

DEAD = {"outcome": "DEAD", "statusDetails": DETAILS}
NOT_FOUND = {"status": 404, "body": {"error": {"code": "01010016", "message": "Deployment not found"}}}
NOTHING_LISTED = {"status": 200, "body": {"count": 0, "resources": []}}
GATEWAY_404 = {"status": 404, "body": "no healthy upstream"}


def assert_readable(error: DeploymentError) -> None:
    """One to three lines, naming the deployment."""
    lines = str(error).splitlines()
    assert 1 <= len(lines) <= 3
    assert error.deployment_id in lines[0]


# --- create ----------------------------------------------------------------------------------------------------------


def test_a_create_waits_until_it_runs(world: World) -> None:
    made = world.create()
    assert (made.status, made.target_status, made.configuration_id) == ("RUNNING", "RUNNING", world.old)
    assert world.writes == ["POST"]
    assert TRANSITION_S <= world.clock.elapsed_s <= TRANSITION_S + LIMITS.poll_interval.longest_s
    assert world.heard[0].startswith(f"{made.id}: UNKNOWN: not taken up by the runtime yet (0:00)")
    assert any(f"{made.id}: PENDING: starting (0:" in line for line in world.heard)


def test_a_create_passes_its_life_time_on(world: World) -> None:
    made = reconcile(Running(world.old), world.context, timeout_s=600, ttl="10h")
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
    assert world.clock.elapsed_s <= TRANSITION_S + LIMITS.poll_interval.longest_s
    assert world.writes == ["POST"]
    assert_readable(error)


@pytest.mark.parametrize(
    ("outcome", "waits_for"), [("PENDING", "PENDING: starting"), ("UNKNOWN", "UNKNOWN: not taken")]
)
def test_a_stuck_create_times_out(world: World, outcome: str, waits_for: str) -> None:
    world.faults(DEAD | {"outcome": outcome})
    with pytest.raises(DeploymentTimedOut, match=f"not done within 30 min, last seen as: {waits_for}") as caught:
        world.create(timeout_s=1800)
    assert 1800 <= world.clock.elapsed_s <= 1800 + LIMITS.poll_interval.longest_s
    assert world.everything == [caught.value.deployment_id]
    assert "no capacity left" in str(caught.value)
    assert_readable(caught.value)


@pytest.mark.parametrize("limit_s", [10, 30])
def test_a_time_out_shorter_than_the_service_needs_is_kept(world: World, limit_s: float) -> None:
    with pytest.raises(DeploymentTimedOut) as caught:
        world.create(timeout_s=limit_s)
    assert limit_s <= world.clock.elapsed_s <= limit_s + LIMITS.poll_interval.longest_s
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


NO_ID = {"status": 202, "body": {"message": "Deployment scheduled."}, "afterCommit": True}
COMMITTED = [{"status": 503, "afterCommit": True}, {"drop": "afterCommit"}, NO_ID]
NOT_COMMITTED = [{"status": 503}, {"drop": "beforeCommit"}]


def lost(effect: dict[str, Any], times: int = 1) -> dict[str, Any]:
    return {"method": "POST", "path": "/v2/lm/deployments", "times": times, "effect": effect}


@pytest.mark.parametrize("effect", COMMITTED, ids=str)
def test_what_a_lost_answer_made_is_found_and_taken(world: World, effect: dict[str, Any]) -> None:
    world.api.create(world.old)  # there before, so not what the POST has made
    world.faults(lost(effect))
    made = reconcile(Running(world.old), world.context, timeout_s=TIMEOUT_S, may_adopt=True)
    assert world.writes == ["POST"]
    assert made.status == "RUNNING"
    assert len(world.everything) == 2
    assert made.id == world.everything[-1]


@pytest.mark.parametrize("effect", NOT_COMMITTED, ids=str)
def test_a_post_that_made_nothing_is_sent_again_once_that_is_sure(world: World, effect: dict[str, Any]) -> None:
    world.faults(lost(effect))
    made = world.create()
    assert world.writes == ["POST", "POST"]
    assert world.everything == [made.id]
    assert world.clock.elapsed_s >= LIMITS.settled_after_s + TRANSITION_S


def test_posts_that_never_make_anything_end(world: World) -> None:
    world.faults(lost({"status": 503}, times=99))
    with pytest.raises(AnswerLost, match="3 POSTs found no good answer") as caught:
        world.create()
    assert world.writes == ["POST"] * 3
    assert_tells_what_may_be_left(caught.value, world.old)


def test_what_a_lost_answer_made_of_a_foreign_configuration_is_told_not_taken(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}))
    with pytest.raises(AnswerLost) as caught:
        world.create()
    assert world.writes == ["POST"]
    assert world.everything[0] in str(caught.value)
    assert_tells_what_may_be_left(caught.value, world.old)


def test_two_that_may_be_what_a_lost_answer_made_are_told_not_taken(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}))
    world.once(lambda: world.api.create(world.old), at="no proper answer")
    with pytest.raises(AnswerLost) as caught:
        reconcile(Running(world.old), world.context, timeout_s=TIMEOUT_S, may_adopt=True)
    assert len(world.everything) == 2
    assert all(id_ in str(caught.value) for id_ in world.everything)
    assert_tells_what_may_be_left(caught.value, world.old)


def test_an_interruption_while_an_answer_is_lost_is_told(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}))
    world.once(world.context.interrupted.set, at="no proper answer")
    with pytest.raises(DeploymentInterrupted) as caught:
        reconcile(Running(world.old), world.context, timeout_s=TIMEOUT_S, may_adopt=True)
    assert world.clock.elapsed_s < LIMITS.settled_after_s
    assert_tells_what_may_be_left(caught.value, world.old)


def test_a_list_that_lags_behind_a_lost_answer_is_waited_for(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}), {"effect": {"staleListSeconds": LIMITS.settled_after_s / 2}})
    made = reconcile(Running(world.old), world.context, timeout_s=TIMEOUT_S, may_adopt=True)
    assert world.everything == [made.id]


def test_lost_answers_of_two_deployments_of_one_configuration_are_not_mixed_up() -> None:
    with worlds() as world, ThreadPoolExecutor(max_workers=2) as threads:
        world.faults(lost({"drop": "afterCommit"}, times=2))

        def make() -> str:
            return reconcile(Running(world.old), world.context, timeout_s=TIMEOUT_S, may_adopt=True).id

        made = [call.result() for call in (threads.submit(make), threads.submit(make))]
        assert sorted(made) == sorted(world.everything)
        assert world.writes == ["POST", "POST"]


def assert_tells_what_may_be_left(error: DeploymentError, configuration_id: str) -> None:
    text = str(error)
    assert configuration_id in text
    assert "It may have made one" in text
    assert "aicore-provider orphans" in text
    assert len(text.splitlines()) <= 3


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


# --- switch ----------------------------------------------------------------------------------------------------------


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
    assert world.clock.elapsed_s <= 3 * TRANSITION_S + 2 * LIMITS.poll_interval.longest_s
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
    assert 600 - 1 <= rollback.time - patched.time <= 600 + LIMITS.poll_interval.longest_s
    assert world.now(running).latest_running_configuration_id == world.old
    assert world.clock.elapsed_s - started < 600 + TRANSITION_S + 2 * LIMITS.poll_interval.longest_s


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


def test_a_switch_of_what_never_ran_has_nothing_to_go_back_to(world: World) -> None:
    world.faults({"outcome": "PENDING", "model": OLD})
    pending = world.api.create(world.old)
    world.clock.step(TRANSITION_S)
    world.faults(DEAD | {"model": NEW})
    with pytest.raises(DeploymentFailed, match="There was no configuration to go back to") as caught:
        world.switch(pending)
    assert world.writes == ["PATCH new"]
    assert_readable(caught.value)


def dead_after_running(world: World) -> str:
    """It ran `old`, was switched to another one by somebody else, and that ended DEAD."""
    running = world.running()
    third = world.configuration("gpt-5")
    world.faults({"outcome": "DEAD", "model": "gpt-5"})
    world.api.switch(running, third)
    world.clock.step(TRANSITION_S)
    assert world.now(running).status == "DEAD"
    world.faults()
    return running


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


LOST: list[dict[str, Any]] = [
    {"status": 503, "afterCommit": True},
    {"status": 503},
    {"drop": "afterCommit"},
    {"drop": "beforeCommit"},
]


@pytest.mark.parametrize("effect", LOST, ids=str)
def test_a_switch_whose_answer_is_lost_still_ends_right(world: World, effect: dict[str, Any]) -> None:
    running = world.running()
    world.faults({"method": "PATCH", "path": "/v2/*", "times": 1, "effect": effect})
    assert world.switch(running).latest_running_configuration_id == world.new
    committed = effect.get("afterCommit") or effect.get("drop") == "afterCommit"
    assert world.writes == ["PATCH new"] * (1 if committed else 2)


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
def test_a_stale_list_after_a_switch_is_not_taken_for_its_end(world: World, stale_s: float) -> None:
    running = world.running()
    world.clock.step(200)
    world.faults({"effect": {"staleListSeconds": stale_s}})
    switched = world.switch(running)
    assert switched.latest_running_configuration_id == world.new
    assert world.now(running).latest_running_configuration_id == world.new
    assert world.writes == ["PATCH new"]


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


def test_a_patch_that_finds_nothing_for_ever_ends(world: World) -> None:
    running = world.running()
    world.clock.limit_s = 300
    world.faults({"method": "PATCH", "path": "/v2/*", "effect": GATEWAY_404})
    with pytest.raises(AICoreError):
        world.switch(running, timeout_s=120)


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
        reconcile(Running(world.new), world.context, timeout_s=600, deployment_id=running, may_roll_back=may_roll_back)
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


# --- delete ----------------------------------------------------------------------------------------------------------


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
    assert 900 <= world.clock.elapsed_s - TRANSITION_S <= 900 + 2 * LIMITS.poll_interval.longest_s
    assert "not done within 15 min, refused in STOPPED: no (HTTP 412)" in str(caught.value)
    assert "It is stopped, not deleted: its record stays until it is deleted." in str(caught.value)
    assert_readable(caught.value)


NOPE = {"error": {"code": "01010400", "message": "Nope.", "requestId": "r-1"}}
FACTS = r"Nope\. \(HTTP {status}, code 01010400, request id r-1\)"


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


@pytest.mark.parametrize("status", [409, 412])
def test_a_refused_switch_keeps_what_a_ticket_needs(world: World, status: int) -> None:
    running = world.running()
    world.faults({"method": "PATCH", "path": "/v2/*", "effect": {"status": status, "body": NOPE}})
    with pytest.raises(DeploymentFailed, match="refuses the switch: " + FACTS.format(status=status)) as caught:
        world.switch(running)
    assert_readable(caught.value)


@pytest.mark.parametrize("status", [400, 409, 412])
def test_a_refused_rollback_keeps_what_a_ticket_needs(world: World, status: int) -> None:
    running = world.running()
    refused = {"method": "PATCH", "path": "/v2/*", "after": 1, "effect": {"status": status, "body": NOPE}}
    world.faults(DEAD | {"model": NEW}, refused)
    with pytest.raises(RollbackFailed, match="failed as well: .*" + FACTS.format(status=status)) as caught:
        world.switch(running)
    assert_readable(caught.value)


def test_a_replacement_after_a_refusal_keeps_what_a_ticket_needs(world: World) -> None:
    dead = dead_after_running(world)
    world.faults({"method": "PATCH", "path": "/v2/*", "effect": {"status": 412, "body": NOPE}})
    with pytest.raises(ReplacementNeeded, match=FACTS.format(status=412)) as caught:
        world.switch(dead)
    assert_readable(caught.value)


def test_a_rollback_that_hangs_is_told_as_late(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"outcome": "PENDING"})
    late = "failed as well: not done within 10 min, last seen as: PENDING: starting"
    with pytest.raises(RollbackFailed, match=late) as caught:
        world.switch(running)
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


# --- other people ----------------------------------------------------------------------------------------------------


def test_somebody_else_stops_what_is_being_created(world: World) -> None:
    world.once(lambda: world.api.stop(world.everything[0]), at="PENDING")
    with pytest.raises(ReplacementNeeded, match="it was stopped") as caught:
        world.create()
    assert caught.value.deployment_id == world.everything[0]


def test_somebody_else_deletes_what_is_being_created(world: World) -> None:
    world.once(lambda: world.api.delete(world.everything[0]), at="UNKNOWN")
    with pytest.raises(ReplacementNeeded, match=r"being deleted|does not exist"):
        world.create()


def test_somebody_else_switches_in_the_middle_of_our_switch(world: World) -> None:
    running = world.running()
    third = world.configuration("gpt-5")
    world.once(lambda: world.api.switch(running, third), at="PENDING")
    with pytest.raises(DeploymentOvertaken, match=f"somebody else switched it to configuration {third}") as caught:
        world.switch(running)
    assert world.now(running).configuration_id == third, "nobody fights over it"
    assert_readable(caught.value)


@pytest.mark.parametrize("models", [[OLD], ["gpt-5"], ["gpt-5", OLD]], ids=["the one before", "a third", "both"])
def test_what_somebody_else_puts_in_while_our_switch_starts_is_told_at_once(world: World, models: list[str]) -> None:
    running = world.running()

    def put_in() -> None:
        for model in models:
            world.api.switch(running, world.old if model == OLD else world.configuration(model))

    world.once(put_in, at="PENDING")
    with pytest.raises(DeploymentOvertaken, match="somebody else switched it to configuration") as caught:
        world.switch(running)
    assert world.clock.elapsed_s < 3 * TRANSITION_S
    assert world.writes[0] == "PATCH new"
    assert world.now(running).configuration_id in str(caught.value)
    assert "PATCH new" not in world.writes[1:], "nobody fights over it"
    assert_readable(caught.value)


def test_what_is_put_back_before_we_have_looked_is_told_too(world: World) -> None:
    class SomebodyQuick(Deployments):
        """Whoever puts back the old configuration in the moment after ours was accepted."""

        def switch(self, deployment_id: str, configuration_id: str) -> None:
            super().switch(deployment_id, configuration_id)
            super().switch(deployment_id, world.old)

    class Client(AICore):
        def deployments(self, resource_group: str) -> Deployments:
            return SomebodyQuick(super().deployments(resource_group).http, resource_group)

    running = world.running()
    client = Client(find_credentials(world.emulator.environment()), clock=world.clock)
    context = replace(world.context, client=client)
    with pytest.raises(DeploymentOvertaken, match=f"never showed; it has {world.old}, as if put back") as caught:
        reconcile(Running(world.new), context, timeout_s=600, deployment_id=running)
    assert world.clock.elapsed_s < TRANSITION_S + 2 * LIMITS.taken_up_after_s
    assert world.writes == ["PATCH new", "PATCH old"]
    assert_readable(caught.value)


@pytest.mark.parametrize("effect", [{"drop": "afterCommit"}, {"status": 503, "afterCommit": True}], ids=str)
def test_what_is_put_back_after_a_lost_answer_is_told_too(world: World, effect: dict[str, Any]) -> None:
    running = world.running()
    world.faults({"method": "PATCH", "path": "/v2/*", "times": 1, "effect": effect})
    world.once(lambda: world.api.switch(running, world.old), at="PENDING")
    with pytest.raises(DeploymentOvertaken):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old"]


def test_what_is_put_back_and_ends_dead_is_no_failed_switch_of_ours(world: World) -> None:
    running = world.running()

    def put_back() -> None:
        world.api.switch(running, world.old)
        world.clock.step(TRANSITION_S)

    world.faults(DEAD | {"model": OLD})
    world.once(put_back, at="PENDING")
    with pytest.raises(DeploymentOvertaken):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old"]


def test_somebody_else_switches_what_an_earlier_call_has_begun_and_this_one_waits_for(world: World) -> None:
    running = world.running()
    world.api.switch(running, world.new)
    world.emulator.clear_journal()
    world.once(lambda: world.api.switch(running, world.old), at="PENDING")
    with pytest.raises(DeploymentOvertaken):
        world.switch(running)
    assert world.writes == ["PATCH old"]


def test_somebody_else_switches_what_is_being_created(world: World) -> None:
    world.once(lambda: world.api.switch(world.everything[0], world.new), at="PENDING")
    with pytest.raises(DeploymentOvertaken) as caught:
        world.create()
    assert world.writes == ["POST", "PATCH new"]
    assert caught.value.deployment_id == world.everything[0]


def test_somebody_else_switches_during_our_rollback(world: World) -> None:
    running = world.running()
    third = world.configuration("gpt-5")
    world.faults(DEAD | {"model": NEW})

    def switch_what_goes_back() -> None:
        if world.writes == ["PATCH new", "PATCH old"] and "PENDING" in world.heard[-1]:
            world.api.switch(running, third)

    world.meanwhile = switch_what_goes_back
    with pytest.raises(DeploymentOvertaken, match="it ended DEAD") as caught:
        world.switch(running)
    assert world.now(running).configuration_id == third
    overtaken = f"The rollback to configuration {world.old} was overtaken: somebody else switched it to"
    assert f"{overtaken} configuration {third} meanwhile." in str(caught.value)
    assert "by itself" not in str(caught.value)
    assert_readable(caught.value)


@pytest.mark.parametrize("after", range(1, 9))
@pytest.mark.parametrize("may_be_created", [False, True], ids=["switch", "create"])
def test_a_replica_that_lags_for_some_looks_is_not_taken_for_somebody_else(
    world: World, may_be_created: bool, after: int
) -> None:
    running = world.running()
    world.clock.step(200)
    lagging = {"path": "/v2/lm/deployments", "after": after, "times": 3, "effect": {"staleListSeconds": 60}}
    world.faults(lagging)
    done = world.create() if may_be_created else world.switch(running)
    assert (done.status, world.now(done.id).status) == ("RUNNING", "RUNNING")
    assert world.writes == (["POST"] if may_be_created else ["PATCH new"])


@pytest.mark.parametrize("after", range(1, 9))
def test_a_replica_that_lags_hides_no_rollback(world: World, after: int) -> None:
    running = world.running()
    world.clock.step(200)
    lagging = {"path": "/v2/lm/deployments", "after": after, "times": 3, "effect": {"staleListSeconds": 60}}
    world.faults(lagging, DEAD | {"model": NEW})
    with pytest.raises(SwitchRolledBack):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old"]


def test_what_a_lost_answer_made_and_somebody_deleted_is_not_waited_for(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}), {"outcome": "UNKNOWN"})

    def delete() -> None:
        world.api.delete(world.everything[0])
        world.clock.step(TRANSITION_S)

    world.once(delete, at="UNKNOWN: not taken")
    with pytest.raises(ReplacementNeeded):
        reconcile(Running(world.old), world.context, timeout_s=TIMEOUT_S, may_adopt=True)
    assert world.clock.elapsed_s < LIMITS.settled_after_s + 2 * TRANSITION_S


def test_somebody_else_rolls_back_what_we_roll_back(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW})
    world.once(lambda: world.api.switch(running, world.old), at="going back")
    with pytest.raises(SwitchRolledBack):
        world.switch(running)
    assert world.now(running).latest_running_configuration_id == world.old


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


# --- interruption ----------------------------------------------------------------------------------------------------


def interrupt(world: World) -> Callable[[], None]:
    return world.context.interrupted.set


@pytest.mark.parametrize("status", ["UNKNOWN", "PENDING"])
def test_an_interrupted_create_ends_at_once_and_keeps_the_id(world: World, status: str) -> None:
    world.once(interrupt(world), at=status)
    with pytest.raises(DeploymentInterrupted, match="The next `pulumi up` goes on") as caught:
        world.create()
    told = len(world.heard)
    assert status in world.heard[-1]
    assert caught.value.deployment_id == world.everything[0]
    assert caught.value.deployment is not None
    assert len(world.clock.waits) == told - 1, "the wait that was interrupted took no time"
    assert world.writes == ["POST"]
    assert_readable(caught.value)


def test_an_interrupted_switch_is_left_running(world: World) -> None:
    running = world.running()
    world.once(interrupt(world), at="PENDING")
    with pytest.raises(DeploymentInterrupted) as caught:
        world.switch(running)
    assert caught.value.deployment_id == running
    world.clock.step(TRANSITION_S)
    assert world.now(running).latest_running_configuration_id == world.new
    assert world.writes == ["PATCH new"]


def test_a_rollback_that_is_due_is_sent_before_an_interruption_is_heeded(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW})

    def dies_while_interrupted() -> None:
        world.clock.step(TRANSITION_S)
        world.context.interrupted.set()

    world.once(dies_while_interrupted, at="PENDING")
    with pytest.raises(DeploymentInterrupted, match=f"rollback to configuration {world.old} runs"):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old"]


def test_an_interrupted_delete_ends_at_once(world: World) -> None:
    running = world.running()
    world.once(interrupt(world))
    with pytest.raises(DeploymentInterrupted):
        world.delete(running)
    assert world.writes == ["PATCH STOPPED"]


def test_nothing_is_begun_after_an_interruption(world: World) -> None:
    world.context.interrupted.set()
    with pytest.raises(DeploymentInterrupted):
        world.create()
    running = world.running()
    for call in (world.switch, world.delete):
        with pytest.raises(DeploymentInterrupted):
            call(running)
    assert world.writes == []


def test_an_interruption_while_the_service_is_down_ends_soon(world: World) -> None:
    def service_goes_down() -> None:
        world.faults({"path": "/v2/*", "effect": {"status": 503}})
        world.context.interrupted.set()
        world.clock.waits.clear()

    world.once(service_goes_down, at="PENDING")
    with pytest.raises(DeploymentError) as caught:
        world.create()
    assert caught.value.deployment_id
    assert sum(world.clock.waits) <= 2, "a second or two"


# --- troubles --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", [{"status": 503}, {"drop": "beforeCommit"}, {"status": 429}], ids=str)
def test_failing_looks_are_endured_up_to_a_limit(world: World, effect: dict[str, Any]) -> None:
    rule = {"method": "GET", "path": "/v2/lm/deployments", "effect": effect}
    made = len(world.heard)
    world.faults(rule | {"after": 3, "times": 20})
    assert world.create().status == "RUNNING"
    assert sum("no proper answer from the service" in line for line in world.heard[made:]) == 4

    world.faults(rule | {"after": 3})
    with pytest.raises(CallFailed, match="`pulumi up` goes on waiting for it") as caught:
        world.create()
    assert world.lists == 3 + 5 * 5, "three looks, then five in vain with five tries each"
    world.faults()
    assert caught.value.deployment_id in world.everything


def test_a_gateway_that_forgets_everything_for_a_moment_does_not_end_a_wait(world: World) -> None:
    world.faults({"method": "GET", "path": "/v2/lm/*", "after": 3, "times": 4, "effect": GATEWAY_404})
    assert world.create().status == "RUNNING"


# --- what nobody foresaw ---------------------------------------------------------------------------------------------


def test_an_error_that_nobody_foresaw_names_what_was_made(world: World) -> None:
    def report(_: str) -> None:
        raise KeyError("a value that may be secret")

    with pytest.raises(DeploymentFault, match="KeyError in ") as caught:
        world.create(context=replace(world.context, report=report))
    assert [caught.value.deployment_id] == world.everything
    assert isinstance(caught.value.__cause__, KeyError)
    assert "secret" not in str(caught.value)
    assert_readable(caught.value)
