"""The requests that the page of a kind lists are those that an object of it causes, from its creation to its end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from aicore_provider import kinds
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.outcome import Found, Made, Updated
from documentation.facts import CALLS
from documentation.recording import switch_steps
from tests.emulator.coverage import emulated
from tests.support.client import Api
from tests.support.standard_cases import CASES
from tests.support.world import World, world

CASE_OF = {each.kind: each for each in CASES}
OTHERS: Mapping[str, Mapping[str, Any]] = {
    "AIConfiguration": {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": "latest"},
    },
    "AIResourceGroup": {"resource_group_id": "team-docs"},
}
CHANGED: Mapping[str, Mapping[str, Any]] = {"AIResourceGroup": {"labels": {"ext.ai.sap.com/owner": "a"}}}


def inputs_of(kind: str, world: World) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What a program gives for a new object, and what it changes in place later."""
    if case := CASE_OF.get(kind):
        return {**case.inputs, **case.prepare(Api(world.emulator))}, case.others
    if kind == "AIDeployment":
        return {"configuration_id": world.old}, {"configuration_id": world.new}
    return dict(OTHERS[kind]), CHANGED.get(kind, {})


def requests_of_a_life(name: str, world: World) -> set[tuple[str, str]]:
    """Method, and path below that of the kind, of each request about an object that is made, read, changed, removed."""
    kind, call = kinds.load(name), Call(f"urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:{name}::one")
    given, changes = inputs_of(name, world)
    world.emulator.clear_journal()

    session = world.session()
    made = kind.create(session, call, kind.check(session, call, {}, given).inputs)
    assert isinstance(made, Made), made
    session = world.session()
    found = kind.read(session, call, made.id, made.outputs)
    assert isinstance(found, Found)
    outputs = found.outputs
    if changes:
        inputs = kind.check(session, call, outputs, {**given, **changes}).inputs
        updated = kind.update(session, call, made.id, outputs, inputs)
        assert isinstance(updated, Updated), updated
        outputs = updated.outputs
    kind.delete(session, call, made.id, outputs)

    start = f"/v2{kind.path}"
    mine = [each for each in world.emulator.journal if each.path == start or each.path.startswith(f"{start}/")]
    return {(each.method, re.sub(r"^/[^/]+", "/{id}", each.path.removeprefix(start))) for each in mine}


@pytest.mark.parametrize("name", kinds.KINDS)
def test_a_page_lists_the_requests_of_a_life(name: str) -> None:
    with world() as alone:
        sent = requests_of_a_life(name, alone)
    listed = set(CALLS[name])
    assert sent <= listed
    assert {each for each in listed if each[0] in ("POST", "DELETE")} <= sent


@pytest.mark.parametrize("name", kinds.KINDS)
def test_a_page_lists_requests_that_the_service_knows(name: str) -> None:
    known = {(method, re.sub(r"{\w+}", "{id}", path)) for method, path in emulated()}
    assert {(method, f"{kinds.load(name).path}{suffix}") for method, suffix in CALLS[name]} <= known


def test_a_switch_changes_two_things_at_the_service() -> None:
    sent = [request for step in switch_steps() for request in step.requests]
    writes = [each for each in sent if not each.startswith("GET ")]
    assert writes == ["POST /oauth/token", "POST /v2/lm/configurations", "PATCH /v2/lm/deployments/{id}"]
