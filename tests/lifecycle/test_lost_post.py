"""After a POST whose answer was lost: what it has made is found or told, and nothing is made twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aicore_provider.lifecycle.errors import AnswerLost, DeploymentError, DeploymentInterrupted, ReplacementNeeded
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Running
from tests.lifecycle.situations import GATEWAY_404, NOTHING_LISTED
from tests.support.world import LIMITS, TIMEOUT_S, TRANSITION_S, World
from tests.support.world import world as worlds

NO_ID = {"status": 202, "body": {"message": "Deployment scheduled."}, "afterCommit": True}
COMMITTED = [{"status": 503, "afterCommit": True}, {"drop": "afterCommit"}, NO_ID]
NOT_COMMITTED = [{"status": 503}, {"drop": "beforeCommit"}]


def lost(effect: dict[str, Any], times: int = 1) -> dict[str, Any]:
    return {"method": "POST", "path": "/v2/lm/deployments", "times": times, "effect": effect}


@pytest.mark.parametrize("effect", COMMITTED, ids=str)
def test_what_a_lost_answer_made_is_found_and_taken(world: World, effect: dict[str, Any]) -> None:
    world.api.create(world.old)  # there before, so not what the POST has made
    world.faults(lost(effect))
    made = reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S)
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


@pytest.mark.parametrize("look", [GATEWAY_404, {"status": 200, "body": "<html>"}], ids=["a gateway's 404", "a page"])
def test_a_gateway_that_answers_in_between_does_not_end_the_search(world: World, look: dict[str, Any]) -> None:
    world.faults(
        lost({"status": 503, "afterCommit": True}),
        {"method": "GET", "path": "/v2/lm/deployments", "after": 1, "times": 1, "effect": look},
    )
    made = reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S)
    assert (world.writes, world.everything) == (["POST"], [made.id])


def test_a_list_counts_from_when_it_was_asked_for(world: World) -> None:
    """A slow list says nothing about what the service did meanwhile."""
    slow = {"latencySeconds": LIMITS.settled_after_s + 1, **NOTHING_LISTED}
    world.faults(
        lost({"status": 503, "afterCommit": True}),
        {"method": "GET", "path": "/v2/lm/deployments", "after": 1, "times": 1, "effect": slow},
    )
    made = reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S)
    assert (world.writes, world.everything) == (["POST"], [made.id])


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
        reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S)
    assert len(world.everything) == 2
    assert all(id_ in str(caught.value) for id_ in world.everything)
    assert_tells_what_may_be_left(caught.value, world.old)


def test_an_interruption_while_an_answer_is_lost_is_told(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}))
    world.once(world.context.interrupted.set, at="no proper answer")
    with pytest.raises(DeploymentInterrupted) as caught:
        reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S)
    assert world.clock.elapsed_s < LIMITS.settled_after_s
    assert_tells_what_may_be_left(caught.value, world.old)


def test_a_list_that_lags_behind_a_lost_answer_is_waited_for(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}), {"effect": {"staleListSeconds": LIMITS.settled_after_s / 2}})
    made = reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S)
    assert world.everything == [made.id]


def test_lost_answers_of_two_deployments_of_one_configuration_are_not_mixed_up() -> None:
    with worlds() as world, ThreadPoolExecutor(max_workers=2) as threads:
        world.faults(lost({"drop": "afterCommit"}, times=2))

        def make() -> str:
            return reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S).id

        made = [call.result() for call in (threads.submit(make), threads.submit(make))]
        assert sorted(made) == sorted(world.everything)
        assert world.writes == ["POST", "POST"]


def assert_tells_what_may_be_left(error: DeploymentError, configuration_id: str) -> None:
    text = str(error)
    assert configuration_id in text
    assert "It may have made one" in text
    assert "aicore-provider orphans" in text
    assert len(text.splitlines()) <= 3


def test_what_a_lost_answer_made_and_somebody_deleted_is_not_waited_for(world: World) -> None:
    world.faults(lost({"drop": "afterCommit"}), {"outcome": "UNKNOWN"})

    def delete() -> None:
        world.api.delete(world.everything[0])
        world.clock.step(TRANSITION_S)

    world.once(delete, at="UNKNOWN: not taken")
    with pytest.raises(ReplacementNeeded):
        reconcile(Running(world.old, may_adopt=True), world.context, timeout_s=TIMEOUT_S)
    assert world.clock.elapsed_s < LIMITS.settled_after_s + 2 * TRANSITION_S
