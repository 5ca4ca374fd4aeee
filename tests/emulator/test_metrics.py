"""Metrics over HTTP: what is stored and found, the limits, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import Api, error_of

MERGE = {"Content-Type": "application/merge-patch+json"}
METRIC = {
    "name": "Error Rate",
    "value": 0.98,
    "timestamp": "2026-05-10T06:22:19.412Z",
    "step": 2,
    "labels": [{"name": "group", "value": "tree-82"}],
}
TAG = {"name": "Artifact Group", "value": "RFC-1"}
INFO = {"name": "Confusion Matrix", "value": "[{'Predicted': 'False', 'value': 34}]"}


@pytest.fixture
def execution(api: Api) -> str:
    return api.execute(api.training())


def store(api: Api, execution: str, **parts: Any) -> requests.Response:
    return api.call("PATCH", "/lm/metrics", json={"executionId": execution, **parts}, headers=MERGE)


def one(api: Api, execution: str, **query: str) -> dict[str, Any]:
    found = api.get("/lm/metrics", executionIds=execution, **query)
    assert found["count"] == 1
    return dict(found["resources"][0])


def refused(api: Api, **query: str) -> tuple[int, str]:
    answer = api.call("GET", "/lm/metrics", params=query)
    return answer.status_code, error_of(answer)["code"]


def test_what_is_stored_is_found_and_deleted(api: Api, execution: str) -> None:
    answer = store(api, execution, metrics=[METRIC], tags=[TAG], customInfo=[INFO])
    assert (answer.status_code, answer.text) == (204, "")

    found = one(api, execution)
    assert found.pop("createdAt") == found.pop("modifiedAt")
    assert found == {"executionId": execution, "metrics": [METRIC], "tags": [TAG], "customInfo": [INFO]}
    deleted = api.call("DELETE", "/lm/metrics", params={"executionId": execution})
    assert deleted.json() == {"id": execution, "message": "Metric Resource was successfully deleted"}
    assert refused(api, executionIds=execution) == (404, "02010055")
    assert api.call("DELETE", "/lm/metrics", params={"executionId": execution}).status_code == 404
    assert api.call("DELETE", "/lm/metrics").status_code == 404


def test_a_second_patch_adds_and_replaces(api: Api, execution: str) -> None:
    store(api, execution, metrics=[METRIC, {"name": "loss", "value": 1}], tags=[TAG])
    api.emulator.advance(5)
    later = [{**METRIC, "value": 0.5}, {**METRIC, "step": 3}]
    store(api, execution, metrics=later, tags=[{**TAG, "value": "RFC-2"}, {"name": "new", "value": "x"}])

    found = one(api, execution)
    assert [(each["name"], each["value"], each.get("step")) for each in found["metrics"]] == [
        ("Error Rate", 0.5, 2),
        ("loss", 1.0, None),
        ("Error Rate", 0.98, 3),
    ]
    assert found["metrics"][1]["timestamp"].startswith(found["createdAt"][:-1])
    assert [each["value"] for each in found["tags"]] == ["RFC-2", "x"]
    assert found["createdAt"] < found["modifiedAt"]


def test_plain_json_is_accepted(api: Api, execution: str) -> None:
    """A test that SAP runs against the service sends it."""
    assert api.call("PATCH", "/lm/metrics", json={"executionId": execution, "tags": [TAG]}).status_code == 204


@pytest.mark.parametrize(
    ("select", "parts"),
    [
        ("metrics", {"metrics"}),
        ("metrics,customInfo", {"metrics", "customInfo"}),
        ("*", {"metrics", "tags", "customInfo"}),
        ("tags,*", {"metrics", "tags", "customInfo"}),
    ],
)
def test_selected_parts(api: Api, execution: str, select: str, parts: set[str]) -> None:
    store(api, execution, metrics=[METRIC])

    assert set(one(api, execution, **{"$select": select})) == {"executionId", "createdAt", "modifiedAt"} | parts


def test_several_executions_and_the_old_filter(api: Api, execution: str) -> None:
    other = api.execute(api.training())
    for each in (execution, other):
        store(api, each, metrics=[METRIC])

    def found(**query: str) -> list[str]:
        return [each["executionId"] for each in api.get("/lm/metrics", **query)["resources"]]

    assert found(executionIds=f"{other},unknown,{execution}") == [other, execution]
    assert found(executionIds=f"{other},{execution}", **{"$top": "1", "$skip": "1"}) == [execution]
    assert found(**{"$filter": f"executionId eq '{other}'"}) == [other]
    assert found(**{"$filter": f"executionId in ('{execution}', '{other}')"}) == [execution, other]
    assert refused(api)[0] == 400
    assert refused(api, executionIds=other, **{"$filter": f"executionId eq '{other}'"})[0] == 400
    assert refused(api, **{"$filter": f"executionId ne '{other}'"})[0] == 400
    assert refused(api, executionIds=",".join([other] * 11))[0] == 400
    assert refused(api, executionIds=other, **{"$select": "labels"})[0] == 400
    assert refused(api, executionIds=other, **{"$top": "10001"})[0] == 400
    assert refused(api, executionIds="not-exist") == (404, "02010055")


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("stage=test", 1),
        ("stage=prod", 0),
        ("stage!=prod", 1),
        ("stage!=test", 0),
        ("stage", 1),
        ("other", 0),
        ("other!=x", 0),
        ("stage=test,v=a%2Cb%3Dc", 1),
        ("stage=test,other", 0),
    ],
)
def test_tag_filters(api: Api, execution: str, filters: str, count: int) -> None:
    store(api, execution, tags=[{"name": "stage", "value": "test"}, {"name": "v", "value": "a,b=c"}])

    assert api.get("/lm/metrics", executionIds=execution, tagFilters=filters)["count"] == count


def test_tag_filters_that_are_refused(api: Api, execution: str) -> None:
    store(api, execution, tags=[TAG])

    for filters in ("", "=x", "a,,b", ",".join(["a"] * 101), "x" * 5001):
        assert refused(api, executionIds=execution, tagFilters=filters)[0] == 400


@pytest.mark.parametrize(
    "parts",
    [
        {"metrics": [{"name": f"m{number}", "value": number} for number in range(1001)]},
        {"metrics": [{**METRIC, "labels": [{"name": f"l{number}", "value": "x"} for number in range(21)]}]},
        {"tags": [{"name": f"t{number}", "value": "x"} for number in range(101)]},
        {"customInfo": [{"name": f"c{number}", "value": "x"} for number in range(101)]},
        {"customInfo": [{"name": "big", "value": "x" * 5 * 2**20}]},
    ],
)
def test_too_much(api: Api, execution: str, parts: dict[str, Any]) -> None:
    store(api, execution, tags=[TAG])

    answer = store(api, execution, **parts)

    assert (answer.status_code, error_of(answer)["code"]) == (413, "02000005")
    assert answer.json()["error"]["details"] == []
    assert one(api, execution)["tags"] == [TAG]
    some = {key: values[: len(values) // 2] for key, values in parts.items()}
    assert store(api, execution, **some).status_code == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"executionId": "unknown"},
        {"executionId": None},
        {"metrics": [{"name": "loss"}]},
        {"metrics": [{"name": "loss", "value": "1"}]},
        {"metrics": [{"name": "loss", "value": True}]},
        {"metrics": [{"name": "ä", "value": 1}]},
        {"metrics": [{"name": "loss", "value": 1, "step": -1}]},
        {"metrics": [{"name": "loss", "value": 1, "timestamp": "yesterday"}]},
        {"metrics": None},
        {"tags": [{"name": "", "value": "x"}]},
        {"tags": [{"name": "x", "value": "x" * 257}]},
        {"customInfo": [{"name": "x", "value": ""}]},
        {"createdAt": "yesterday"},
    ],
)
def test_bodies_that_are_refused(api: Api, execution: str, wrong: dict[str, Any]) -> None:
    answer = api.call("PATCH", "/lm/metrics", json={"executionId": execution, **wrong}, headers=MERGE)

    assert answer.status_code == 400, answer.text
    assert error_of(answer)["message"]


def test_lists_that_are_behind(api: Api, execution: str) -> None:
    store(api, execution, tags=[TAG])
    api.emulator.advance(10)
    store(api, execution, tags=[{**TAG, "value": "RFC-2"}])
    api.emulator.faults = [{"effect": {"staleListSeconds": 5}}]

    assert one(api, execution)["tags"] == [TAG]


def test_they_survive_a_restart(tmp_path: Any) -> None:
    state, clock = tmp_path / "state.db", SteppedClock()
    with Emulator.running(state=state, clock=clock) as emulator:
        api = Api(emulator)
        execution = api.execute(api.training())
        store(api, execution, metrics=[METRIC], tags=[TAG], customInfo=[INFO])
        before = one(api, execution)
        api.session.close()
    with Emulator.running(state=state, clock=clock) as emulator:
        api = Api(emulator)
        assert one(api, execution) == before
        api.session.close()
