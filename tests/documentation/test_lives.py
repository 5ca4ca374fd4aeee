"""What a page tells of requests and time-outs is what an object causes, from its creation to its end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from aicore_provider import kinds
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.outcome import Found, Made, Updated
from aicore_provider.kinds.rules import Rules
from aicore_provider.kinds.session import Session
from aicore_provider.lifecycle.limits import Timeouts
from documentation.facts import CALLS
from documentation.kind_pages import pages
from documentation.recording import switch_steps
from tests.emulator.coverage import emulated
from tests.support.client import Api
from tests.support.standard_cases import CASES
from tests.support.world import LIMITS, World, world

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


@dataclass(frozen=True)
class Noted(Timeouts):
    """Time-outs that note which of them is asked for."""

    asked: list[str] = field(default_factory=list)

    def __getattribute__(self, name: str) -> Any:
        if name.endswith("_s"):
            self.asked.append(name)
        return super().__getattribute__(name)


@dataclass(frozen=True)
class Life:
    """What an object causes.

    Attributes:
        requests: method, and path below that of the kind, of each request about it.
        timeouts: the time-outs that count, by what is done with it.
    """

    requests: set[tuple[str, str]]
    timeouts: dict[str, set[str]]


def live(name: str, world: World) -> Life:
    """Make an object, read it, change it where that can be done in place, and remove it."""
    kind, call = kinds.load(name), Call(f"urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:{name}::one")
    given, changes = inputs_of(name, world)
    world.emulator.clear_journal()
    noted, found = Noted(), dict[str, set[str]]()

    def session() -> Session:
        rules = Rules(ModelPolicy(), is_on=False, plan=())
        return Session(
            world.client, host=world.host, limits=replace(LIMITS, timeouts=noted), rules=lambda: rules, environment={}
        )

    def note(done: str) -> None:
        found[done] = set(noted.asked)
        noted.asked.clear()

    first = session()
    made = kind.create(first, call, kind.check(first, call, {}, given).inputs)
    assert isinstance(made, Made), made
    note("create")
    second = session()
    seen = kind.read(second, call, made.id, made.outputs)
    assert isinstance(seen, Found)
    outputs = seen.outputs
    note("read")
    if changes:
        inputs = kind.check(second, call, outputs, {**given, **changes}).inputs
        updated = kind.update(second, call, made.id, outputs, inputs)
        assert isinstance(updated, Updated), updated
        outputs = updated.outputs
        note("update")
    kind.delete(second, call, made.id, outputs)
    note("delete")

    start = f"/v2{kind.path}"
    mine = [each for each in world.emulator.journal if each.path == start or each.path.startswith(f"{start}/")]
    requests = {(each.method, re.sub(r"^/[^/]+", "/{id}", each.path.removeprefix(start))) for each in mine}
    return Life(requests, found)


@pytest.fixture(params=kinds.KINDS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def life(name: str) -> Life:
    with world() as alone:
        return live(name, alone)


def test_a_page_lists_the_requests_of_a_life(name: str, life: Life) -> None:
    listed = set(CALLS[name])
    assert life.requests <= listed
    assert {each for each in listed if each[0] in ("POST", "DELETE")} <= life.requests | {("POST", "/{id}/refresh")}


def test_a_page_tells_the_time_outs_of_a_life(name: str, life: Life) -> None:
    (told,) = re.findall(r"## Time-outs\n\n(.*?)\n", pages()[f"kinds/{name}.md"])
    minutes = {
        key: int(value) for key, value in re.findall(r"(create|update|delete)(?: may take)? (\d+) minutes", told)
    }
    asked = {done: names for done, names in life.timeouts.items() if names}
    assert {done: {getattr(Timeouts(), each) / 60 for each in names} for done, names in asked.items()} == {
        done: {float(value)} for done, value in minutes.items() if done in life.timeouts
    }


def test_a_page_lists_requests_that_the_service_knows(name: str) -> None:
    known = {(method, re.sub(r"{\w+}", "{id}", path)) for method, path in emulated()}
    assert {(method, f"{kinds.load(name).path}{suffix}") for method, suffix in CALLS[name]} <= known


def test_a_switch_changes_two_things_at_the_service() -> None:
    sent = [request for step in switch_steps() for request in step.requests]
    writes = [each for each in sent if not each.startswith("GET ")]
    assert writes == ["POST /oauth/token", "POST /v2/lm/configurations", "PATCH /v2/lm/deployments/{id}"]
