"""What somebody else does to a deployment while it is waited for is told, and not fought."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.deployments import Deployments
from aicore_provider.lifecycle.errors import DeploymentOvertaken, ReplacementNeeded, SwitchRolledBack
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Running
from tests.lifecycle.situations import DEAD, assert_readable
from tests.support.world import LIMITS, NEW, OLD, TRANSITION_S, World


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


def test_somebody_else_rolls_back_what_we_roll_back(world: World) -> None:
    running = world.running()
    world.faults(DEAD | {"model": NEW})
    world.once(lambda: world.api.switch(running, world.old), at="going back")
    with pytest.raises(SwitchRolledBack):
        world.switch(running)
    assert world.now(running).latest_running_configuration_id == world.old
