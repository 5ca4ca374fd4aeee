"""Artifacts over HTTP: what is registered, what is found, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api, error_of

BODY = {"name": "texts", "kind": "dataset", "url": "ai://default/texts", "scenarioId": "text-classification"}


def test_one_reads_back_as_it_was_registered(api: Api) -> None:
    labels = [{"key": "ext.ai.sap.com/origin", "value": "crm, 2026"}]
    answer = api.call("POST", "/lm/artifacts", json={**BODY, "description": "of May", "labels": labels})
    made = answer.json()["id"]

    assert (answer.status_code, answer.json()) == (
        201,
        {"id": made, "message": "Artifact acknowledged", "url": BODY["url"]},
    )
    assert answer.headers["Location"].endswith(f"/v2/lm/artifacts/{made}")
    assert answer.headers["Content-Location"] == answer.headers["Location"]
    found = api.get(f"/lm/artifacts/{made}")
    assert found.pop("createdAt") == found.pop("modifiedAt")
    assert found == {**BODY, "id": made, "description": "of May", "labels": labels}
    assert api.get("/lm/artifacts") == {"count": 1, "resources": [api.get(f"/lm/artifacts/{made}")]}


def test_its_scenario(api: Api) -> None:
    known, unknown = api.artifact(), api.artifact(scenarioId="genai-evaluations")

    expanded = {
        each["id"]: each["scenario"] for each in api.get("/lm/artifacts", **{"$expand": "scenario"})["resources"]
    }

    assert expanded[known]["name"] == "text-classification"
    assert expanded[unknown] is None
    assert api.get(f"/lm/artifacts/{known}", **{"$expand": "scenario"})["scenario"] == expanded[known]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["alpha", "Beta", "gamma"]),
        ({"scenarioId": "orchestration"}, ["gamma"]),
        ({"name": "alpha"}, ["alpha"]),
        ({"name": "alph"}, []),
        ({"kind": "model"}, ["Beta"]),
        ({"executionId": "e123"}, []),
        ({"$search": "et"}, ["Beta"]),
        ({"$search": "of may"}, []),
        ({"$search": "of may", "searchCaseInsensitive": "true"}, ["alpha"]),
        ({"artifactLabelSelector": "ext.ai.sap.com/team=a"}, ["alpha"]),
        ({"artifactLabelSelector": "ext.ai.sap.com/team!=a"}, ["Beta"]),
        ({"artifactLabelSelector": "ext.ai.sap.com/team=b{comma}c,ext.ai.sap.com/stage!=prod"}, ["Beta"]),
        ({"artifactLabelSelector": "ext.ai.sap.com/other!=x"}, []),
        ({"$top": "1", "$skip": "1"}, ["Beta"]),
    ],
)
def test_filters(api: Api, filters: dict[str, str], names: list[str]) -> None:
    def labels(**values: str) -> list[dict[str, str]]:
        return [{"key": f"ext.ai.sap.com/{key}", "value": value} for key, value in values.items()]

    api.artifact(name="alpha", description="of May", labels=labels(team="a"))
    api.artifact(name="Beta", kind="model", labels=labels(team="b,c", stage="test"))
    api.artifact(name="gamma", scenarioId="orchestration")

    found = api.get("/lm/artifacts", **filters)

    assert [each["name"] for each in found["resources"]] == names
    assert found["count"] == len(names)
    if "$top" not in filters:
        count = api.call("GET", "/lm/artifacts/$count", params=filters)
        assert (count.text, count.headers["Content-Type"].split(";")[0]) == (str(len(names)), "text/plain")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"name": "ä"},
        {"name": "x" * 257},
        {"kind": "picture"},
        {"url": "default/texts"},
        {"url": "AI://default"},
        {"url": "ai://"},
        {"url": f"ai://{'x' * 1020}"},
        {"scenarioId": "x"},
        {"description": "x" * 5001},
        {"labels": [{"key": "origin", "value": "x"}]},
        {"labels": [{"key": "ext.ai.sap.com/x"}]},
        {"labels": None},
    ],
)
def test_bodies_that_are_refused(api: Api, wrong: dict[str, Any]) -> None:
    answer = api.call("POST", "/lm/artifacts", json={**BODY, **wrong})

    assert answer.status_code == 400
    assert next(iter(wrong)) in error_of(answer)["message"]


@pytest.mark.parametrize(
    "query",
    [
        {"artifactLabelSelector": ",".join(f"ext.ai.sap.com/{number}=x" for number in range(11))},
        {"artifactLabelSelector": "team=a"},
        {"name": "x" * 257},
        {"kind": "picture"},
        {"$expand": "everything"},
        {"$search": "~"},
    ],
)
def test_queries_that_are_refused(api: Api, query: dict[str, str]) -> None:
    assert api.call("GET", "/lm/artifacts", params=query).status_code == 400


def test_one_that_is_not_there(api: Api) -> None:
    assert error_of(api.call("GET", "/lm/artifacts/unknown"))["message"] == "Artifact unknown not found"
    assert api.call("GET", "/lm/artifacts/x").status_code == 400
    assert api.call("GET", "/lm/artifacts/unknown").status_code == 404
    assert api.call("DELETE", f"/lm/artifacts/{api.artifact()}").status_code == 405


def test_lists_that_are_behind(api: Api) -> None:
    api.artifact(name="old")
    api.emulator.advance(10)
    new = api.artifact(name="new")
    api.emulator.faults = [{"effect": {"staleListSeconds": 5}}]

    assert [each["name"] for each in api.get("/lm/artifacts")["resources"]] == ["old"]
    assert api.get(f"/lm/artifacts/{new}")["name"] == "new"


def test_resource_groups_are_apart_and_take_theirs_with_them(api: Api) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    there = Api(api.emulator, "team-b")
    here_id, there_id = api.artifact(), there.artifact()

    assert [each["id"] for each in api.get("/lm/artifacts")["resources"]] == [here_id]
    assert api.call("GET", f"/lm/artifacts/{there_id}").status_code == 404
    assert api.call("DELETE", "/admin/resourceGroups/team-b").status_code == 202
    api.emulator.advance(TRANSITION_S)
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    assert there.get("/lm/artifacts")["count"] == 0
    there.session.close()


def test_they_survive_a_restart(tmp_path: Any) -> None:
    state = tmp_path / "state.db"
    with Emulator.running(state=state, clock=SteppedClock()) as emulator:
        api = Api(emulator)
        labels = [{"key": "ext.ai.sap.com/team", "value": "a"}]
        before = api.get(f"/lm/artifacts/{api.artifact(labels=labels)}")
        api.session.close()
    with Emulator.running(state=state, clock=SteppedClock()) as emulator:
        api = Api(emulator)
        assert api.get("/lm/artifacts")["resources"] == [before]
        api.session.close()
