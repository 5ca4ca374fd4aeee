"""Executions over HTTP: their life, what each status allows, what they make, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api, error_of

TRAINING = "text-classification-training"
QUARTER_S = TRANSITION_S / 4
BULK = {"Content-Type": "application/merge-patch+json"}


def stop(api: Api, execution: str) -> requests.Response:
    return api.call("PATCH", f"/lm/executions/{execution}", json={"targetStatus": "STOPPED"})


def delete(api: Api, execution: str) -> requests.Response:
    return api.call("DELETE", f"/lm/executions/{execution}")


class TestLife:
    def test_from_the_create_to_its_output(self, api: Api) -> None:
        configuration = api.training()
        answer = api.call("POST", "/lm/executions", json={"configurationId": configuration})
        execution = answer.json()["id"]
        assert answer.json() == {
            "id": execution,
            "message": "Execution scheduled",
            "status": "UNKNOWN",
            "targetStatus": "COMPLETED",
        }
        assert answer.headers["Location"].endswith(f"/v2/lm/executions/{execution}")

        fresh = api.execution(execution)
        created = fresh.pop("createdAt")
        assert fresh.pop("modifiedAt") == created
        assert fresh == {
            "id": execution,
            "configurationId": configuration,
            "configurationName": "training",
            "executableId": TRAINING,
            "scenarioId": "text-classification",
            "status": "UNKNOWN",
            "targetStatus": "COMPLETED",
            "outputArtifacts": [],
            "statusDetails": {},
        }
        seen = []
        for _ in range(2):
            api.emulator.advance(QUARTER_S)
            seen.append(api.execution(execution))
        api.emulator.advance(HALF_WAY_S)
        completed = api.execution(execution)

        assert [each["status"] for each in seen] == ["PENDING", "RUNNING"]
        assert created < seen[0]["submissionTime"] < seen[1]["startTime"] < completed["completionTime"]
        assert (completed["status"], completed["targetStatus"]) == ("COMPLETED", "COMPLETED")
        (output,) = completed["outputArtifacts"]
        assert output == {
            "id": output["id"],
            "name": "classifier",
            "kind": "model",
            "url": f"ai://default/{execution}/classifier",
            "description": "",
            "scenarioId": "text-classification",
            "executionId": execution,
            "configurationId": configuration,
            "createdAt": completed["completionTime"],
            "modifiedAt": completed["completionTime"],
        }
        assert api.get("/lm/artifacts", executionId=execution)["resources"] == [output]

    def test_what_it_made_is_there_before_anybody_looks_at_it(self, api: Api) -> None:
        execution = api.execute(api.training())
        api.emulator.advance(TRANSITION_S)

        assert api.get("/lm/artifacts", kind="model")["resources"][0]["executionId"] == execution

    def test_stopped_it_makes_nothing(self, api: Api) -> None:
        execution = api.execute(api.training())
        api.emulator.advance(HALF_WAY_S)

        answer = stop(api, execution)
        assert (answer.status_code, answer.json()) == (
            202,
            {"id": execution, "message": "Execution modification scheduled"},
        )
        assert (api.execution(execution)["status"], api.execution(execution)["targetStatus"]) == ("STOPPING", "STOPPED")
        api.emulator.advance(TRANSITION_S)
        stopped = api.execution(execution)
        assert (stopped["status"], stopped["outputArtifacts"]) == ("STOPPED", [])
        assert stopped["completionTime"]

    def test_deleted_it_is_readable_for_a_while_and_its_output_for_good(self, api: Api) -> None:
        execution = api.execute(api.training())
        api.emulator.advance(TRANSITION_S)

        answer = delete(api, execution)
        assert answer.json() == {"id": execution, "message": "Deletion scheduled", "targetStatus": "DELETED"}
        assert (api.execution(execution)["status"], api.execution(execution)["targetStatus"]) == (
            "COMPLETED",
            "DELETED",
        )
        assert delete(api, execution).status_code == 412
        api.emulator.advance(TRANSITION_S)
        gone = api.call("GET", f"/lm/executions/{execution}")
        assert (gone.status_code, error_of(gone)["code"]) == (404, "01010020")
        assert api.get("/lm/artifacts", executionId=execution)["count"] == 1

    def test_with_a_clock_for_each_transition(self, api: Api) -> None:
        api.emulator.pace = {
            "transitions": {"submitted": "atOnce", "starting": {"reads": 2}, "running": {"seconds": 60}}
        }
        execution = api.execute(api.training())

        assert [api.execution(execution)["status"] for _ in range(3)] == ["PENDING", "PENDING", "RUNNING"]
        api.emulator.advance(60)
        assert api.get("/lm/executions")["resources"][0]["status"] == "COMPLETED"

    def test_completed_by_a_read_it_has_its_output(self, api: Api) -> None:
        api.emulator.pace = {"transitionSeconds": 0, "transitions": {"running": {"reads": 1}}}
        execution = api.execute(api.training())

        assert [len(api.execution(execution)["outputArtifacts"]) for _ in range(2)] == [0, 1]


class TestFaults:
    def test_one_that_dies_and_says_why(self, api: Api) -> None:
        api.emulator.faults = [
            {"executableId": TRAINING, "outcome": "DEAD", "statusDetails": {"reason": "oom"}, "logs": ["out of memory"]}
        ]
        execution, deployment = api.execute(api.training()), api.running(api.configuration())

        dead = api.execution(execution)
        assert (dead["status"], dead["statusDetails"], dead["outputArtifacts"]) == ("DEAD", {"reason": "oom"}, [])
        assert dead["completionTime"]
        lines = api.get(f"/lm/executions/{execution}/logs")["data"]["result"]
        assert lines[-1]["msg"] == "out of memory"
        assert api.deployment(deployment)["status"] == "RUNNING"

    @pytest.mark.parametrize(("outcome", "shown"), [("PENDING", "PENDING"), ("UNKNOWN", "UNKNOWN")])
    def test_one_that_is_stuck(self, api: Api, outcome: str, shown: str) -> None:
        api.emulator.faults = [{"configurationName": "slow", "outcome": outcome, "statusDetails": {"why": "queue"}}]
        stuck, other = api.execute(api.training("slow")), api.execute(api.training())
        api.emulator.advance(10 * TRANSITION_S)

        assert (api.execution(stuck)["status"], api.execution(stuck)["statusDetails"]) == (shown, {"why": "queue"})
        assert api.execution(other)["status"] == "COMPLETED"

    def test_a_lost_answer_to_a_create(self, api: Api) -> None:
        configuration = api.training()
        api.emulator.faults = [{"path": "/v2/lm/executions", "times": 1, "effect": {"drop": "afterCommit"}}]

        with pytest.raises(requests.ConnectionError):
            api.execute(configuration)

        assert api.get("/lm/executions", configurationId=configuration)["count"] == 1
        assert api.emulator.journal[-2].body == {"configurationId": configuration}

    def test_lists_that_are_behind(self, api: Api) -> None:
        configuration = api.training()
        first = api.execute(configuration)
        api.emulator.advance(TRANSITION_S)
        second = api.execute(configuration)
        api.emulator.faults = [{"effect": {"staleListSeconds": QUARTER_S}}]

        found = api.get("/lm/executions")["resources"]

        assert [(each["id"], each["status"], each["outputArtifacts"]) for each in found] == [(first, "RUNNING", [])]
        assert api.execution(second)["status"] == "UNKNOWN"
        assert api.execution(first)["status"] == "COMPLETED"
        assert len(api.execution(first)["outputArtifacts"]) == 1

    def test_a_list_that_is_behind_has_what_was_made_before_anybody_looked(self, api: Api) -> None:
        execution = api.execute(api.training())
        api.emulator.advance(TRANSITION_S + 60)
        api.emulator.faults = [{"effect": {"staleListSeconds": 30}}]

        (listed,) = api.get("/lm/executions")["resources"]

        assert (listed["id"], listed["status"]) == (execution, "COMPLETED")
        assert api.get("/lm/artifacts", executionId=execution)["resources"] == listed["outputArtifacts"] != []


ACCEPTED = (202, None)
INVALID = (400, "01010076")
PRECONDITION = (412, "01010076")
TABLE = {
    #             (stop,         delete)
    "UNKNOWN": (INVALID, ACCEPTED),
    "PENDING": (ACCEPTED, PRECONDITION),
    "RUNNING": (ACCEPTED, PRECONDITION),
    "COMPLETED": (PRECONDITION, ACCEPTED),
    "STOPPING": (PRECONDITION, PRECONDITION),
    "STOPPED": (PRECONDITION, ACCEPTED),
    "DEAD": (PRECONDITION, ACCEPTED),
}


def in_status(api: Api, status: str) -> str:
    """An execution that shows this status."""
    api.emulator.faults = [{"outcome": "DEAD"}] if status == "DEAD" else []
    execution = api.execute(api.training())
    waits = {"UNKNOWN": 0.0, "PENDING": QUARTER_S, "COMPLETED": TRANSITION_S, "DEAD": TRANSITION_S}
    api.emulator.advance(waits.get(status, HALF_WAY_S))
    if status in ("STOPPING", "STOPPED"):
        assert stop(api, execution).status_code == 202
    if status == "STOPPED":
        api.emulator.advance(TRANSITION_S)
    assert api.execution(execution)["status"] == status
    return execution


@pytest.mark.parametrize("status", TABLE)
def test_status_and_operation(api: Api, status: str) -> None:
    for operation, expected in zip((stop, delete), TABLE[status], strict=True):
        answer = operation(api, in_status(api, status))
        assert (answer.status_code, None if answer.ok else error_of(answer)["code"]) == expected


class TestReads:
    def test_filters(self, api: Api) -> None:
        first, second = api.training("first"), api.training("second")
        done = api.execute(first)
        api.emulator.advance(TRANSITION_S)
        fresh = api.execute(second)

        def found(**filters: str) -> list[str]:
            ids = [each["id"] for each in api.get("/lm/executions", **filters)["resources"]]
            count = api.call("GET", "/lm/executions/$count", params=filters)
            assert (count.text, count.headers["Content-Type"].split(";")[0]) == (str(len(ids)), "text/plain")
            return ids

        assert found() == [done, fresh]
        assert found(status="COMPLETED") == [done]
        assert found(configurationId=second) == [fresh]
        assert found(scenarioId="orchestration") == []
        assert found(executableIds=f"azure-openai,{TRAINING}", status="UNKNOWN") == [fresh]
        assert found(executionScheduleId="none-of-them") == []
        pages = api.get("/lm/executions", **{"$top": "1", "$skip": "1"})
        assert (pages["count"], pages["resources"][0]["id"]) == (1, fresh)
        assert api.call("GET", "/lm/executions", params={"status": "GONE"}).status_code == 400

    def test_only_the_status(self, api: Api) -> None:
        """SAP's Python SDK accepts exactly these six fields."""
        execution = api.execute(api.training())
        six = {"id", "configurationId", "status", "createdAt", "modifiedAt", "statusDetails"}

        assert set(api.get(f"/lm/executions/{execution}", **{"$select": "status"})) == six
        listed = api.get("/lm/executions", **{"$select": "status"})["resources"][0]
        assert set(listed) == six - {"statusDetails"}

    def test_items_have_no_status_details_and_are_otherwise_what_a_get_shows(self, api: Api) -> None:
        execution = api.execute(api.training())
        for _ in range(2):
            item = api.get("/lm/executions")["resources"][0]
            assert {**item, "statusDetails": {}} == api.execution(execution)
            api.emulator.advance(TRANSITION_S)

    def test_logs(self, api: Api) -> None:
        execution = api.execute(api.training())
        api.emulator.advance(TRANSITION_S)
        path = f"/lm/executions/{execution}/logs"

        lines = api.get(path)["data"]["result"]
        assert [line["msg"].split(": ")[1].split(",")[0] for line in lines] == [
            "submitted",
            "starting",
            "running",
            "completed",
        ]
        assert api.get(path, **{"$order": "desc", "$top": "1"})["data"]["result"] == lines[-1:]
        del api.session.headers["AI-Resource-Group"]
        assert api.call("GET", path).status_code == 200
        assert error_of(api.call("GET", "/lm/executions/unknown/logs"))["code"] == "01010020"


class TestChecks:
    def test_a_configuration_that_cannot_be_used(self, api: Api) -> None:
        def refused(configuration: str) -> str:
            answer = api.call("POST", "/lm/executions", json={"configurationId": configuration})
            assert answer.status_code == 400
            return str(error_of(answer)["message"])

        assert "not found" in refused("unknown")
        assert "azure-openai is for deployments" in refused(api.configuration())
        assert refused(api.training(parameterBindings=[], inputArtifactBindings=[])).endswith("epochs, texts")
        unbound = api.training(inputArtifactBindings=[{"key": "texts", "artifactId": "nowhere"}])
        assert "Artifact nowhere" in refused(unbound)
        answer = api.call("POST", "/lm/deployments", json={"configurationId": api.training()})
        assert (answer.status_code, "is for executions" in error_of(answer)["message"]) == (400, True)

    @pytest.mark.parametrize("body", [{}, {"targetStatus": "COMPLETED"}, {"targetStatus": None}, []])
    def test_changes_that_are_refused(self, api: Api, body: Any) -> None:
        execution = api.execute(api.training())

        assert api.call("PATCH", f"/lm/executions/{execution}", json=body).status_code == 400

    def test_a_bulk_change_refuses_each_by_itself(self, api: Api) -> None:
        done, running = in_status(api, "COMPLETED"), in_status(api, "RUNNING")
        items = [
            {"id": running, "targetStatus": "STOPPED"},
            {"id": done, "targetStatus": "DELETED"},
            {"id": "unknown", "targetStatus": "DELETED"},
        ]

        answer = api.call("PATCH", "/lm/executions", json={"executions": items}, headers=BULK)

        first, second, third = answer.json()["executions"]
        assert answer.status_code == 202
        assert first == {"id": running, "message": "Execution modification scheduled"}
        assert second == {"id": done, "message": "Execution modification scheduled"}
        assert (third["error"]["code"], third["error"]["target"]) == ("01010020", "/api/v2/executions")
        assert api.execution(running)["targetStatus"] == "STOPPED"
        assert api.execution(done)["targetStatus"] == "DELETED"

    @pytest.mark.parametrize("items", [None, [], [{"id": "same", "targetStatus": "STOPPED"}] * 2, [{"id": "same"}]])
    def test_bulk_changes_that_are_refused(self, api: Api, items: Any) -> None:
        body = {} if items is None else {"executions": items}

        assert api.call("PATCH", "/lm/executions", json=body, headers=BULK).status_code == 400
        assert api.call("PATCH", "/lm/executions", json=body).status_code == 400

    def test_a_resource_group_waits_for_its_executions(self, api: Api) -> None:
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
        api.emulator.advance(TRANSITION_S)
        there = Api(api.emulator, "team-b")
        execution = there.execute(there.training())

        assert execution in error_of(api.call("DELETE", "/admin/resourceGroups/team-b"))["message"]
        assert api.call("GET", f"/lm/executions/{execution}").status_code == 404
        api.emulator.advance(TRANSITION_S)
        assert api.call("DELETE", "/admin/resourceGroups/team-b").status_code == 202
        there.session.close()


def test_they_survive_a_restart(tmp_path: Any) -> None:
    state, clock = tmp_path / "state.db", SteppedClock()
    with Emulator.running(state=state, clock=clock, transition_seconds=TRANSITION_S) as emulator:
        api = Api(emulator)
        execution, deleted = (api.execute(api.training()) for _ in range(2))
        assert delete(api, deleted).status_code == 202
        api.emulator.advance(HALF_WAY_S)
        before = api.execution(execution)
        api.session.close()
    with Emulator.running(state=state, clock=clock, transition_seconds=TRANSITION_S) as emulator:
        api = Api(emulator)
        assert api.get("/lm/executions")["count"] == 1
        assert api.execution(execution) == before
        api.emulator.advance(HALF_WAY_S)
        assert len(api.execution(execution)["outputArtifacts"]) == 1
        assert api.get("/lm/artifacts", kind="model")["count"] == 1
        api.session.close()
