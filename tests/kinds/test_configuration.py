"""A configuration over a session: what a refresh asks for and concludes, and what is told of a change of its model."""

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


MOVES = (
    "gpt-5-mini 2025-05-01 → gpt-5.1 2025-11-13: input costs 5 times as much, output costs 5 times as much,"
    " context 400,000 (was 272,000), gains image input; no retirement date (was 2027-06-30)"
)


def inputs(model: str, version: str, *secret: str) -> dict[str, Any]:
    """Inputs as a program gives them."""
    return {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "resource_group": GROUP,
        "parameter_bindings": {"modelName": model, "modelVersion": version},
        "secret_inputs": list(secret),
    }


def told(world: World, olds: dict[str, Any], news: dict[str, Any], *, checks: bool = True) -> list[str]:
    """What is shown at a resource that is checked twice, as of a replacement, the second time without olds."""
    world.host.lines.clear()
    world.emulator.clear_journal()
    session, call = world.session(checks=checks), Call(URN + "chat")
    for known in ({**olds, "service_url": world.client.url} if olds else {}, {}):
        assert KIND.check(session, call, known, news).failures == ()
    return [line for line in world.host.lines if "→" in line]


def test_what_a_change_of_model_means_is_told_once_and_costs_no_request(world: World) -> None:
    old, new = inputs("gpt-5-mini", "2025-05-01"), inputs("gpt-5.1", "2025-11-13")
    assert told(world, old, new) == [MOVES]
    assert sum(each.endswith("/models") for each in requests(world)) == 1
    assert told(world, old, old) == []
    assert told(world, {}, new) == [], "a new resource takes the place of none"
    assert told(world, old, {**old, "input_artifact_bindings": {"a": "b"}}) == []


def test_with_the_checks_off_nothing_is_told_of_a_change_and_nothing_asked(world: World) -> None:
    assert told(world, inputs("gpt-5-mini", "2025-05-01"), inputs("gpt-5.1", "2025-11-13"), checks=False) == []
    assert requests(world) == []


@pytest.mark.parametrize(
    "secret", ["parameter_bindings", "parameter_bindings.modelName", "parameter_bindings.modelVersion"]
)
@pytest.mark.parametrize("is_old", [False, True])
def test_nothing_is_told_of_a_change_from_or_to_a_secret_model(world: World, secret: str, is_old: bool) -> None:
    names = ("gpt-5-mini", "2025-05-01"), ("gpt-5.1", "2025-11-13")
    old, new = (inputs(*each, *((secret,) if (each == names[0]) is is_old else ())) for each in names)
    assert told(world, old, new) == []
