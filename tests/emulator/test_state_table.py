"""The table of statuses and operations, walked completely: every status with every operation, over HTTP."""

from __future__ import annotations

import pytest
import requests

from tests.support.client import HALF_WAY_S, TRANSITION_S, Api, error_of

ACCEPTED = (202, None)
INVALID = (400, "01010076")
PRECONDITION = (412, "01010076")

TABLE = {
    #                (stop,         switch,       delete)
    "UNKNOWN": (INVALID, INVALID, ACCEPTED),
    "PENDING": (ACCEPTED, ACCEPTED, PRECONDITION),
    "RUNNING": (ACCEPTED, ACCEPTED, PRECONDITION),
    "STOPPING": (PRECONDITION, PRECONDITION, PRECONDITION),
    "STOPPED": (PRECONDITION, PRECONDITION, ACCEPTED),
    "DEAD": (PRECONDITION, ACCEPTED, ACCEPTED),
}
OPERATIONS = ("stop", "switch", "delete")


def in_status(api: Api, status: str, configuration: str) -> str:
    """A deployment that shows this status."""
    if status == "DEAD":
        api.emulator.faults = [{"outcome": "DEAD"}]
    deployment = api.create(configuration)
    api.emulator.faults = []
    if status == "PENDING":
        api.emulator.advance(HALF_WAY_S)
    elif status != "UNKNOWN":
        api.emulator.advance(TRANSITION_S)
    if status in ("STOPPING", "STOPPED"):
        assert api.stop(deployment).status_code == 202
    if status == "STOPPED":
        api.emulator.advance(TRANSITION_S)
    assert api.deployment(deployment)["status"] == status
    return deployment


def operate(api: Api, operation: str, deployment: str, configuration: str) -> requests.Response:
    if operation == "stop":
        return api.stop(deployment)
    if operation == "switch":
        return api.switch(deployment, configuration)
    return api.delete(deployment)


def outcome(answer: requests.Response) -> tuple[int, str | None]:
    return answer.status_code, None if answer.ok else error_of(answer)["code"]


@pytest.mark.parametrize("status", TABLE)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_status_and_operation(api: Api, status: str, operation: str) -> None:
    old, new = api.configuration("2025-05-01"), api.configuration("2025-08-07")
    deployment = in_status(api, status, old)
    before = api.deployment(deployment)

    answer = operate(api, operation, deployment, new)

    assert outcome(answer) == TABLE[status][OPERATIONS.index(operation)]
    if not answer.ok:
        assert f"Current status {status} cannot be changed" in error_of(answer)["message"]
        assert error_of(answer)["target"] == f"/api/v2/deployments/{deployment}"
        assert api.deployment(deployment) == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_accepted_while_a_deletion_is_under_way(api: Api, operation: str) -> None:
    deployment = in_status(api, "UNKNOWN", api.configuration())
    assert api.delete(deployment).status_code == 202

    assert outcome(operate(api, operation, deployment, api.configuration())) == PRECONDITION


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_deployment(api: Api, operation: str) -> None:
    assert outcome(operate(api, operation, "d123456789abcdef", api.configuration())) == (404, "01010016")


def test_the_contract_can_win_over_the_docs_in_dead(api: Api) -> None:
    deployment = in_status(api, "DEAD", api.configuration())
    api.emulator.faults = [{"refusePatchInDead": True}]

    assert outcome(api.switch(deployment, api.configuration())) == PRECONDITION
    assert outcome(api.delete(deployment)) == ACCEPTED


@pytest.mark.parametrize(("target", "operation"), [("STOPPED", "stop"), ("DELETED", "delete")])
def test_the_bulk_patch_follows_the_same_table(api: Api, target: str, operation: str) -> None:
    configuration = api.configuration()
    deployments = {status: in_status(api, status, configuration) for status in ("STOPPED", "DEAD", "RUNNING")}
    # The others pass by themselves, so they are brought there together.
    deployments["STOPPING"] = api.running(configuration)
    deployments["PENDING"] = api.create(configuration)
    api.emulator.advance(HALF_WAY_S)
    deployments["UNKNOWN"] = api.create(configuration)
    api.stop(deployments["STOPPING"])
    assert {status: api.deployment(each)["status"] for status, each in deployments.items()} == {
        status: status for status in TABLE
    }
    items = [{"id": deployment, "targetStatus": target} for deployment in (*deployments.values(), "nope-0001")]

    answer = api.call(
        "PATCH",
        "/lm/deployments",
        json={"deployments": items},
        headers={"Content-Type": "application/merge-patch+json"},
    )

    assert answer.status_code == 202
    results = {item["id"]: item for item in answer.json()["deployments"]}
    assert results.pop("nope-0001")["error"]["code"] == "01010016"
    for status, deployment in deployments.items():
        allowed = TABLE[status][OPERATIONS.index(operation)] == ACCEPTED
        result = results.pop(deployment)
        assert result.get("message") == ("Deployment modification scheduled" if allowed else None)
        assert result.get("error", {}).get("code") == (None if allowed else "01010076")
        assert not allowed or api.deployment(deployment)["targetStatus"] == target
    assert results == {}
