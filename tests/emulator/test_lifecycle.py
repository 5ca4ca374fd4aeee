"""What a client sees of a deployment over time."""

from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api

DAY_S = 86_400


class TestCreate:
    def test_the_answer_of_the_post(self, api: Api) -> None:
        answer = api.call("POST", "/lm/deployments", json={"configurationId": api.configuration(), "ttl": "10h"})

        body = answer.json()
        assert body == {
            "id": body["id"],
            "message": "Deployment scheduled.",
            "deploymentUrl": "",
            "status": "UNKNOWN",
            "ttl": "10h",
        }
        assert len(body["id"]) == 16
        assert body["id"].startswith("d")
        assert answer.headers["Location"] == f"{api.emulator.url}/v2/lm/deployments/{body['id']}"

    def test_unknown_pending_running(self, api: Api) -> None:
        configuration = api.configuration("latest")
        deployment = api.create(configuration)

        first = api.deployment(deployment)
        assert (first["status"], first["targetStatus"], first["deploymentUrl"]) == ("UNKNOWN", "RUNNING", "")
        assert first["lastOperation"] == "CREATE"
        assert "latestRunningConfigurationId" not in first
        assert "submissionTime" not in first

        api.emulator.advance(HALF_WAY_S)
        pending = api.deployment(deployment)
        assert (pending["status"], pending["deploymentUrl"]) == ("PENDING", "")
        assert "submissionTime" in pending
        assert "startTime" not in pending

        api.emulator.advance(HALF_WAY_S)
        running = api.deployment(deployment)
        assert running["status"] == "RUNNING"
        assert running["deploymentUrl"] == f"{api.emulator.url}/v2/inference/deployments/{deployment}"
        assert running["latestRunningConfigurationId"] == configuration
        assert running["configurationName"] == "chat"
        for spelling in ("backendDetails", "backend_details"):
            model = running["details"]["resources"][spelling]["model"]
            assert model == {"name": "gpt-5-mini", "version": "latest"}
        assert running["statusDetails"] == {}
        assert first["createdAt"] < running["submissionTime"] < running["startTime"] == running["modifiedAt"]

    def test_an_orchestration_deployment_has_no_model(self, api: Api) -> None:
        made = api.configuration(None, model=None, scenario="orchestration", executable="orchestration")

        details = api.deployment(api.create(made))["details"]

        assert details["resources"]["backendDetails"] == {}

    def test_everything_at_once(self) -> None:
        with Emulator.running(transition_seconds=0, clock=SteppedClock()) as emulator:
            api = Api(emulator)
            old, new = api.configuration("2025-05-01"), api.configuration("2025-08-07")

            deployment = api.create(old)
            assert api.deployment(deployment)["status"] == "RUNNING"
            api.switch(deployment, new)
            assert api.deployment(deployment)["latestRunningConfigurationId"] == new
            api.stop(deployment)
            assert api.deployment(deployment)["status"] == "STOPPED"
            api.delete(deployment)
            assert api.call("GET", f"/lm/deployments/{deployment}").status_code == 404
            api.session.close()


class TestSwitch:
    def test_what_a_get_shows_until_the_new_configuration_runs(self, api: Api) -> None:
        old, new = api.configuration("2025-05-01"), api.configuration("2025-08-07")
        deployment = api.running(old)
        before = api.deployment(deployment)

        answer = api.switch(deployment, new)
        assert (answer.status_code, answer.json()) == (
            202,
            {"id": deployment, "message": "Deployment modification scheduled"},
        )
        at_once = api.deployment(deployment)
        assert at_once["status"] == "RUNNING"
        assert at_once["configurationId"] == new
        assert at_once["latestRunningConfigurationId"] == old
        assert at_once["lastOperation"] == "UPDATE"
        assert at_once["submissionTime"] == before["submissionTime"]
        assert api.answering(deployment) == "2025-05-01"

        api.emulator.advance(HALF_WAY_S)
        under_way = api.deployment(deployment)
        assert under_way["status"] == "PENDING"
        assert under_way["latestRunningConfigurationId"] == old
        assert under_way["submissionTime"] > before["submissionTime"]
        assert under_way["startTime"] == before["startTime"]
        assert api.answering(deployment) == "2025-05-01"

        api.emulator.advance(HALF_WAY_S)
        done = api.deployment(deployment)
        assert done["status"] == "RUNNING"
        assert done["latestRunningConfigurationId"] == new
        assert done["startTime"] > before["startTime"]
        assert done["deploymentUrl"] == before["deploymentUrl"]
        assert api.answering(deployment) == "2025-08-07"

    def test_back_again_half_way(self, api: Api) -> None:
        old, new = api.configuration("2025-05-01"), api.configuration("2025-08-07")
        deployment = api.running(old)
        api.switch(deployment, new)
        api.emulator.advance(HALF_WAY_S)

        assert api.switch(deployment, old).status_code == 202

        assert api.deployment(deployment)["status"] == "PENDING"
        assert api.answering(deployment) == "2025-05-01"
        api.emulator.advance(TRANSITION_S)
        assert api.deployment(deployment)["latestRunningConfigurationId"] == old

    def test_in_pending_before_it_ever_ran(self, api: Api) -> None:
        old, new = api.configuration("2025-05-01"), api.configuration("2025-08-07")
        deployment = api.create(old)
        api.emulator.advance(HALF_WAY_S)

        api.switch(deployment, new)

        assert api.deployment(deployment)["status"] == "PENDING"
        assert "latestRunningConfigurationId" not in api.deployment(deployment)
        api.emulator.advance(TRANSITION_S)
        assert api.deployment(deployment)["latestRunningConfigurationId"] == new

    def test_the_configuration_in_use_starts_a_switch_to_itself(self, api: Api) -> None:
        configuration = api.configuration()
        deployment = api.running(configuration)

        assert api.switch(deployment, configuration).status_code == 202

        api.emulator.advance(HALF_WAY_S)
        assert api.deployment(deployment)["status"] == "PENDING"

    def test_a_switch_that_dies_ends_inference_and_can_be_rolled_back(self, api: Api) -> None:
        old, new = api.configuration("2025-05-01"), api.configuration("2025-08-07")
        deployment = api.running(old)
        url = api.deployment(deployment)["deploymentUrl"]
        details = {"reason": "no capacity"}
        api.emulator.faults = [
            {"version": "2025-08-07", "outcome": "DEAD", "statusDetails": details, "logs": ["out of capacity"]}
        ]

        api.switch(deployment, new)
        api.emulator.advance(HALF_WAY_S)
        assert api.deployment(deployment)["status"] == "PENDING"
        assert api.deployment(deployment)["statusDetails"] == {}
        assert api.answering(deployment) == "2025-05-01"

        api.emulator.advance(HALF_WAY_S)
        dead = api.deployment(deployment)
        assert (dead["status"], dead["targetStatus"]) == ("DEAD", "RUNNING")
        assert dead["statusDetails"] == details
        assert dead["latestRunningConfigurationId"] == old
        assert dead["deploymentUrl"] == url
        assert "completionTime" in dead
        assert api.ask(deployment).status_code == 404
        logs = api.get(f"/lm/deployments/{deployment}/logs")["data"]["result"]
        assert logs[-1]["msg"] == "out of capacity"

        assert api.switch(deployment, old).status_code == 202
        assert api.deployment(deployment)["status"] == "DEAD"
        api.emulator.advance(HALF_WAY_S)
        assert api.deployment(deployment)["status"] == "PENDING"
        assert api.ask(deployment).status_code == 404
        api.emulator.advance(HALF_WAY_S)
        back = api.deployment(deployment)
        assert (back["status"], back["latestRunningConfigurationId"]) == ("RUNNING", old)
        assert "completionTime" not in back
        assert api.answering(deployment) == "2025-05-01"

    def test_a_switch_that_hangs_in_pending_ends_inference(self, api: Api) -> None:
        deployment = api.running(api.configuration("2025-05-01"))
        api.emulator.faults = [{"outcome": "PENDING", "after": "switch", "statusDetails": {"reason": "waiting"}}]
        api.switch(deployment, api.configuration())

        api.emulator.advance(HALF_WAY_S)
        assert api.answering(deployment) == "2025-05-01"

        api.emulator.advance(30 * DAY_S)
        api.session.headers["Authorization"] = Api(api.emulator).session.headers["Authorization"]
        assert api.deployment(deployment)["status"] == "PENDING"
        assert api.deployment(deployment)["statusDetails"] == {"reason": "waiting"}
        assert api.ask(deployment).status_code == 404

    def test_a_switch_whose_status_is_lost(self, api: Api) -> None:
        deployment = api.running(api.configuration("2025-05-01"))
        api.emulator.faults = [{"outcome": "UNKNOWN", "after": "switch"}]
        api.switch(deployment, api.configuration())

        api.emulator.advance(TRANSITION_S)

        assert api.deployment(deployment)["status"] == "UNKNOWN"
        assert api.answering(deployment) == "2025-05-01"


class TestStop:
    def test_the_traces_of_a_stop(self, api: Api) -> None:
        deployment = api.running(api.configuration())

        assert api.stop(deployment).json()["message"] == "Deployment modification scheduled"
        stopping = api.deployment(deployment)
        assert (stopping["status"], stopping["targetStatus"]) == ("STOPPING", "STOPPED")
        assert api.ask(deployment).status_code == 404

        api.emulator.advance(TRANSITION_S)
        stopped = api.deployment(deployment)
        assert (stopped["status"], stopped["targetStatus"]) == ("STOPPED", "STOPPED")
        assert "lastOperation" not in stopped
        assert "latestRunningConfigurationId" not in stopped
        assert stopped["details"]["resources"] == {"backendDetails": {}, "backend_details": {}}
        assert stopped["completionTime"] > stopped["modifiedAt"]
        assert stopped["deploymentUrl"].endswith(deployment)


class TestDelete:
    def test_the_record_lingers(self, api: Api) -> None:
        deployment = api.create(api.configuration())

        answer = api.delete(deployment)
        assert answer.status_code == 202
        assert answer.json() == {"id": deployment, "message": "Deletion scheduled", "targetStatus": "DELETED"}
        assert api.deployment(deployment)["targetStatus"] == "DELETED"
        assert api.deployment(deployment)["status"] == "UNKNOWN"
        assert api.ids() == [deployment]

        api.emulator.advance(TRANSITION_S)
        gone = api.call("GET", f"/lm/deployments/{deployment}")
        assert (gone.status_code, gone.json()["error"]["code"]) == (404, "01010016")
        assert api.ids() == []
        assert api.delete(deployment).status_code == 404

    def test_dead_ones_disappear_after_seven_days(self, api: Api) -> None:
        api.emulator.faults = [{"outcome": "DEAD"}]
        deployment = api.create(api.configuration())
        api.emulator.advance(TRANSITION_S)

        api.emulator.advance(7 * DAY_S - 1)
        api.session.headers["Authorization"] = Api(api.emulator).session.headers["Authorization"]
        assert api.deployment(deployment)["status"] == "DEAD"

        api.emulator.advance(1)
        assert api.call("GET", f"/lm/deployments/{deployment}").status_code == 404


class TestTimeToLive:
    def test_stopped_and_deleted_at_its_end(self, api: Api) -> None:
        deployment = api.create(api.configuration(), ttl="10m")
        api.emulator.advance(599)
        assert api.deployment(deployment)["status"] == "RUNNING"

        api.emulator.advance(1)
        stopping = api.deployment(deployment)
        assert (stopping["status"], stopping["targetStatus"]) == ("STOPPING", "STOPPED")

        api.emulator.advance(HALF_WAY_S)
        deleting = api.deployment(deployment)
        assert (deleting["status"], deleting["targetStatus"]) == ("STOPPED", "DELETED")

        api.emulator.advance(HALF_WAY_S)
        assert api.call("GET", f"/lm/deployments/{deployment}").status_code == 404

    def test_an_update_does_not_change_it(self, api: Api) -> None:
        deployment = api.create(api.configuration("2025-05-01"), ttl="10M")
        api.emulator.advance(590)

        api.switch(deployment, api.configuration())
        api.emulator.advance(10)

        assert api.deployment(deployment)["ttl"] == "10M"
        assert api.deployment(deployment)["targetStatus"] == "STOPPED"

    @pytest.mark.parametrize("outcome", ["UNKNOWN", "DEAD"])
    def test_where_nothing_runs_it_is_deleted_at_once(self, api: Api, outcome: str) -> None:
        api.emulator.faults = [{"outcome": outcome}]
        deployment = api.create(api.configuration(), ttl="10m")

        api.emulator.advance(600)

        assert api.deployment(deployment)["status"] == outcome
        assert api.deployment(deployment)["targetStatus"] == "DELETED"

    def test_a_stopped_one_goes_too(self, api: Api) -> None:
        deployment = api.create(api.configuration(), ttl="10m")
        api.emulator.advance(598)
        api.stop(deployment)

        api.emulator.advance(HALF_WAY_S)

        assert api.deployment(deployment)["targetStatus"] == "DELETED"
