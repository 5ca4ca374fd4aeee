"""One look at a deployment of the state: what it takes to believe that it is gone."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.observe import observe
from aicore_provider.lifecycle.values import Gone
from tests.lifecycle.situations import NOT_FOUND
from tests.support.world import TRANSITION_S, World

GETS = {"method": "GET", "path": "/v2/lm/deployments/d*"}
NOTHING_LISTED = {"path": "/v2/lm/deployments", "effect": {"status": 200, "body": {"count": 0, "resources": []}}}
NOBODY = "d0000000"


def status(world: World, deployment_id: str) -> str:
    found = observe(deployment_id, world.context)
    return found.status if isinstance(found, Deployment) else "gone"


def test_reads_of_a_refresh_share_one_list(world: World) -> None:
    made = [world.running() for _ in range(3)]
    world.clock.step(60)
    for _ in range(30):
        assert [status(world, each) for each in made] == ["RUNNING"] * 3
    assert (world.lists, len(world.emulator.journal)) == (1, 1)


def test_a_later_look_does_not_rest_on_an_old_list(world: World) -> None:
    made = world.running()
    assert status(world, made) == "RUNNING"
    world.api.stop(made)
    world.clock.step(TRANSITION_S)
    assert status(world, made) == "STOPPED"


def test_gone_takes_two_looks_that_agree(world: World) -> None:
    assert observe(NOBODY, world.context) == Gone()
    asked = [entry.path.rsplit("/", 1)[-1] for entry in world.emulator.journal]
    assert asked == ["deployments", NOBODY] * 2
    assert len(world.clock.waits) == 1


def test_one_404_is_not_believed(world: World) -> None:
    made = world.running()
    world.faults(NOTHING_LISTED | {"times": 1}, GETS | {"times": 1, "effect": NOT_FOUND})
    assert status(world, made) == "RUNNING"


def test_what_a_list_does_not_show_is_asked_for_by_id(world: World) -> None:
    made = world.running()
    world.faults(NOTHING_LISTED)
    assert status(world, made) == "RUNNING"


@pytest.mark.parametrize(
    "effect",
    [
        {"status": 404, "body": "no healthy upstream"},
        {"status": 403, "body": "RBAC: access denied"},
        {"status": 401, "body": "Jwt issuer is not configured"},
        {"status": 503},
        {"drop": "beforeCommit"},
        {"status": 200, "body": "<html>log on here</html>"},
        {"status": 302, "headers": {"Location": "https://example.invalid"}},
    ],
    ids=str,
)
def test_nothing_but_the_services_own_word_means_gone(world: World, effect: dict[str, Any]) -> None:
    made = world.running()
    for faults in ([NOTHING_LISTED, {"path": f"/v2/lm/deployments/{made}", "effect": effect}], [{"effect": effect}]):
        world.faults(*faults)
        with pytest.raises(AICoreError):
            observe(made, world.context)


@pytest.mark.parametrize("status", [403, 404])
def test_a_refused_list_is_a_question_for_the_one(world: World, status: int) -> None:
    made = world.running()
    world.faults({"path": "/v2/lm/deployments", "effect": {"status": status, "body": "RBAC: access denied"}})
    assert observe(made, world.context) == world.now(made)
    assert observe(NOBODY, world.context) == Gone()


def test_what_lives_in_a_group_that_is_gone_is_gone(world: World) -> None:
    world.client.resource_groups.create("team-a", labels={})
    world.clock.step(TRANSITION_S)
    context = world.in_group("team-a")
    assert observe(NOBODY, context) == Gone()
    world.client.resource_groups.delete("team-a")
    world.clock.step(TRANSITION_S)
    assert observe(NOBODY, context) == Gone()
    assert [e.status for e in world.emulator.journal if e.path == "/v2/admin/resourceGroups/team-a"][-2:] == [404] * 2


def test_a_group_that_was_never_there_is_no_different(world: World) -> None:
    assert observe(NOBODY, world.in_group("nobodys")) == Gone()


def test_a_group_that_is_not_ready_says_nothing_about_what_is_in_it(world: World) -> None:
    world.client.resource_groups.create("team-a", labels={})
    with pytest.raises(AICoreError, match="team-a is not ready: status PROVISIONING"):
        observe(NOBODY, world.in_group("team-a"))


def test_a_group_that_denies_access_says_nothing_about_what_is_in_it(world: World) -> None:
    world.faults({"path": "/v2/lm/*", "effect": {"status": 403, "body": "RBAC: access denied"}})
    with pytest.raises(Forbidden, match="RBAC: access denied"):
        observe(NOBODY, world.context)


def test_a_group_that_nobody_can_ask_for_says_nothing_about_what_is_in_it(world: World) -> None:
    world.faults({"path": "/v2/*", "effect": {"status": 404, "body": "no healthy upstream"}})
    with pytest.raises(NotFound, match="no healthy upstream"):
        observe(NOBODY, world.context)
