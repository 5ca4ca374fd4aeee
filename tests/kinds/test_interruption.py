"""What must be done is done, and what is kept is kept, although Ctrl-C comes while the service wants fewer requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aicore_provider.api.errors import TooManyRequests
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.kinds import deployment, resource_group
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.outcome import CreatedButFailed, RemovedAgain
from aicore_provider.lifecycle.errors import DeploymentInterrupted
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Running
from tests.support import world as worlds
from tests.support.clocks import InterruptedWhileWaiting
from tests.support.world import World

DEPLOYMENT = "urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat"
GROUP = "urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIResourceGroup::team"
PAUSE_S = 30.0
"""Longer than any other wait. So the user interrupts while a request is held back."""


@pytest.fixture
def world() -> Iterator[World]:
    with worlds.world(clock=InterruptedWhileWaiting(PAUSE_S - 5)) as made:
        yield made


def too_many(method: str, path: str, after: int = 0) -> dict[str, Any]:
    """One request is refused, and all others wait."""
    headers = {"Retry-After": f"{PAUSE_S:g}"}
    return {"method": method, "path": path, "after": after, "times": 1, "effect": {"status": 429, "headers": headers}}


@pytest.mark.parametrize(
    "held_back",
    [
        too_many("GET", "/v2/lm/deployments"),
        too_many("DELETE", "/v2/lm/deployments/*"),
        too_many("GET", "/v2/lm/deployments/*"),
    ],
    ids=lambda fault: f"{fault['method']} {fault['path']}",
)
def test_a_replacement_that_failed_is_removed_again(world: World, held_back: dict[str, Any]) -> None:
    session = world.session()
    session.index.add_held(DEPLOYMENT, "d0000", "default")
    world.faults({"outcome": "DEAD"})
    inputs = {"configuration_id": world.old, "resource_group": "default", "service_url": world.client.url}
    world.once(lambda: setattr(world.emulator, "faults", [{"outcome": "DEAD"}, held_back]), at="PENDING")
    nobody_keeps_it = Call(DEPLOYMENT, can_keep=lambda: False)
    outcome = deployment.KIND.create(session, nobody_keeps_it, inputs)
    assert isinstance(outcome, RemovedAgain), outcome
    assert world.host.interrupted.is_set()
    assert world.everything == []


def test_a_group_that_failed_is_removed_again(world: World) -> None:
    failing = {"outcome": "ERROR", "resourceGroup": "team-a", "statusMessage": "no capacity"}
    world.faults(failing, too_many("DELETE", "/v2/admin/resourceGroups/*"))
    inputs = {"resource_group_id": "team-a", "service_url": world.client.url}
    outcome = resource_group.KIND.create(world.session(), Call(GROUP, can_keep=lambda: False), inputs)
    assert isinstance(outcome, RemovedAgain), outcome
    assert world.host.interrupted.is_set()
    assert [each.id for each in world.client.resource_groups.list()] == ["default"]


def test_a_replacement_of_a_group_that_is_interrupted_is_kept(world: World) -> None:
    session = world.session()
    session.index.add_held(GROUP, "team-b", "team-b")
    world.once(lambda: world.faults(too_many("GET", "/v2/admin/resourceGroups/*")), at="PROVISIONING")
    inputs = {"resource_group_id": "team-a", "service_url": world.client.url}
    outcome = resource_group.KIND.create(session, Call(GROUP), inputs)
    assert isinstance(outcome, CreatedButFailed), outcome
    assert "interrupted" in outcome.why


def test_a_rollback_that_was_refused_for_now_is_sent_all_the_same(world: World) -> None:
    running = world.running()
    world.faults({"outcome": "DEAD", "times": 1}, too_many("PATCH", "/v2/lm/deployments/*", after=1))
    with pytest.raises(DeploymentInterrupted, match=r"The rollback to configuration .* runs, and goes on by itself"):
        world.switch(running)
    assert world.writes == ["PATCH new", "PATCH old", "PATCH old"]


@pytest.fixture
def untiring() -> Iterator[World]:
    """A world in which nothing is tried again, so that the next request is the one that is held back."""
    with worlds.world(clock=InterruptedWhileWaiting(PAUSE_S - 5), retries=RetryPolicy(attempts=1)) as made:
        yield made


def test_a_rollback_that_was_held_back_is_sent_all_the_same(untiring: World) -> None:
    running = untiring.running()
    untiring.faults({"outcome": "DEAD", "times": 1}, too_many("GET", "/v2/lm/deployments/*/logs"))
    with pytest.raises(DeploymentInterrupted, match=r"The rollback to configuration .* runs, and goes on by itself"):
        untiring.switch(running)
    assert untiring.writes == ["PATCH new", "PATCH old"]


def test_a_create_that_was_held_back_is_not_sent(untiring: World) -> None:
    untiring.faults(too_many("GET", "/v2/lm/scenarios"))
    with pytest.raises(TooManyRequests):
        untiring.client.scenarios("default").list()
    with pytest.raises(DeploymentInterrupted) as caught:
        reconcile(Running(untiring.old, is_configuration_new=True), untiring.context, timeout_s=1800.0)
    assert caught.value.deployment_id == ""
    assert untiring.writes == []


def test_a_look_that_was_held_back_does_not_lose_the_id(untiring: World) -> None:
    untiring.once(lambda: untiring.faults(too_many("GET", "/v2/lm/deployments")), at="PENDING")
    with pytest.raises(DeploymentInterrupted) as caught:
        untiring.create()
    assert [caught.value.deployment_id] == untiring.everything
