"""Ctrl-C ends a wait at once, keeps the id, and begins nothing but a rollback that is due."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.lifecycle.errors import DeploymentError, DeploymentInterrupted
from tests.lifecycle.situations import DEAD, assert_readable
from tests.support.world import GROUP, NEW, TRANSITION_S, World


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


def test_what_must_be_done_all_the_same_gets_a_token_all_the_same(world: World) -> None:
    client = AICore(find_credentials(world.emulator.environment()), clock=world.clock)
    client.interrupted.set()
    world.faults({"path": "/oauth/token", "times": 1, "effect": {"status": 503}})
    assert client.uninterrupted().deployments(GROUP).list() == []


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
