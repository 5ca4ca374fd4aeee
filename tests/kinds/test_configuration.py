"""A configuration over a session: what a refresh asks for, and what it concludes."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.api.errors import AICoreError
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.configuration import KIND
from aicore_provider.kinds.outcome import Found
from aicore_provider.lifecycle.values import Gone
from tests.support.world import GROUP, World

URN = "urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIConfiguration::"
BINDINGS = {"modelName": "gpt-5-mini", "modelVersion": "latest"}


def outputs(world: World) -> dict[str, Any]:
    return {
        "name": "chat",
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "parameter_bindings": BINDINGS,
        "resource_group": GROUP,
        "service_url": world.client.url,
    }


def requests(world: World) -> list[str]:
    """What was asked of the service, without tokens."""
    return [e.path.removeprefix("/v2/lm/") for e in world.emulator.journal if "/lm/" in e.path]


def test_those_in_use_cost_one_list_however_many_they_are(world: World) -> None:
    used = [world.configuration("gpt-5-mini") for _ in range(5)]
    for each in used:
        world.api.create(each)
    unused = world.configuration("gpt-5-mini")
    world.emulator.clear_journal()
    session = world.session()
    for each in (*used, unused):
        found = KIND.read(session, Call(URN + each), each, outputs(world))
        assert isinstance(found, Found)
        assert (found.id, found.outputs["parameter_bindings"]) == (each, BINDINGS)
    assert requests(world) == ["deployments", f"configurations/{unused}"]


def test_one_that_is_gone_is_asked_for_by_its_id_twice(world: World) -> None:
    assert KIND.read(world.session(), Call(f"{URN}chat"), "c-0001", outputs(world)) == Gone()
    assert requests(world) == ["deployments", "configurations/c-0001", "configurations/c-0001"]


def test_one_404_does_not_make_it_gone(world: World) -> None:
    missing = {"error": {"code": "01020001", "message": "no such configuration", "requestId": "r"}}
    path = f"/v2/lm/configurations/{world.old}"
    world.faults({"method": "GET", "path": path, "times": 1, "effect": {"status": 404, "body": missing}})
    assert isinstance(KIND.read(world.session(), Call(f"{URN}chat"), world.old, outputs(world)), Found)
    assert requests(world) == ["deployments", *[f"configurations/{world.old}"] * 2]


def test_a_state_that_lacks_something_is_completed_from_the_service(world: World) -> None:
    world.api.create(world.old)
    world.emulator.clear_journal()
    lacking = {key: value for key, value in outputs(world).items() if key not in ("executable_id", "name")}
    found = KIND.read(world.session(), Call(f"{URN}chat"), world.old, lacking)
    assert isinstance(found, Found)
    assert (found.outputs["executable_id"], found.outputs["name"]) == ("azure-openai", "gpt-5-mini")
    assert requests(world) == [f"configurations/{world.old}"]


def test_a_service_that_does_not_tell_says_nothing_about_it(world: World) -> None:
    world.emulator.faults = [{"method": "GET", "path": "/v2/lm/*", "effect": {"status": 500}}]
    with pytest.raises(AICoreError, match="HTTP 500"):
        KIND.read(world.session(), Call(f"{URN}chat"), world.old, outputs(world))
