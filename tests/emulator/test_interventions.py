"""What happens to deployments without a request of the API: cascade updates, deaths, delays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, Refusal, SteppedClock
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api

OLD, NEW = "2025-05-01", "2025-08-07"


def order(api: Api, path: str, body: Any) -> requests.Response:
    return requests.post(f"{api.url}/_emulator/{path}", json=body, timeout=10)


def in_process(api: Api, deployment: str) -> None:
    assert api.emulator.cascade_update(deployment, to_version=NEW) == [deployment]


def over_http(api: Api, deployment: str) -> None:
    answer = order(api, "cascade-updates", {"deploymentId": deployment, "toVersion": NEW})
    assert [each["id"] for each in answer.json()["deployments"]] == [deployment]


class TestCascadeUpdate:
    @pytest.mark.parametrize("cause", [in_process, over_http])
    def test_a_running_deployment_is_re_pointed_without_a_request(
        self, api: Api, cause: Callable[[Api, str], None]
    ) -> None:
        old = api.configuration(OLD)
        deployment, untouched = api.running(old), api.running(old)

        cause(api, deployment)

        under_way = api.deployment(deployment)
        assert under_way["lastOperation"] == "CASCADE-UPDATE"
        assert under_way["configurationId"] != old
        assert under_way["latestRunningConfigurationId"] == old
        assert api.answering(deployment) == OLD
        api.emulator.advance(TRANSITION_S)
        done = api.deployment(deployment)
        assert (done["status"], done["lastOperation"]) == ("RUNNING", "CASCADE-UPDATE")
        assert done["latestRunningConfigurationId"] == done["configurationId"]
        assert api.answering(deployment) == NEW
        made = api.get(f"/lm/configurations/{done['configurationId']}")
        assert {each["key"]: each["value"] for each in made["parameterBindings"]} == {
            "modelName": "gpt-5-mini",
            "modelVersion": NEW,
        }
        assert api.deployment(untouched)["configurationId"] == old

    def test_everything_on_a_model_version(self, api: Api) -> None:
        old = api.configuration(OLD)
        first, second = api.running(old), api.running(api.configuration(OLD, name="another"))
        others = [api.running(api.configuration(NEW)), api.running(api.configuration("latest"))]
        stopped = api.running(old)
        api.stop(stopped)

        moved = api.emulator.cascade_update(model="gpt-5-mini", version=OLD, to_model="gpt-5", to_version=NEW)
        api.emulator.advance(TRANSITION_S)

        assert sorted(moved) == sorted([first, second])
        assert {api.ask(each).json()["emulator"]["model"] for each in moved} == {"gpt-5"}
        assert [api.deployment(each)["lastOperation"] for each in others] == ["CREATE", "CREATE"]
        assert api.deployment(stopped)["status"] == "STOPPED"

    def test_without_another_model_or_version_the_configuration_stays(self, api: Api) -> None:
        configuration = api.configuration("latest")
        deployment = api.running(configuration)

        assert api.emulator.cascade_update(model="gpt-5-mini") == [deployment]

        api.emulator.advance(HALF_WAY_S)
        shown = api.deployment(deployment)
        assert (shown["status"], shown["configurationId"]) == ("PENDING", configuration)
        assert api.get("/lm/configurations")["count"] == 1

    def test_two_on_one_configuration_stay_on_one(self, api: Api) -> None:
        old = api.configuration(OLD)
        deployments = [api.running(old), api.running(old)]

        api.emulator.cascade_update(model="gpt-5-mini", to_version=NEW)

        assert len({api.deployment(each)["configurationId"] for each in deployments}) == 1
        assert api.get("/lm/configurations")["count"] == 2

    def test_it_can_end_dead(self, api: Api) -> None:
        deployment = api.running(api.configuration(OLD))
        api.emulator.faults = [{"outcome": "DEAD", "version": NEW}]

        api.emulator.cascade_update(deployment, to_version=NEW)
        api.emulator.advance(TRANSITION_S)

        assert api.deployment(deployment)["status"] == "DEAD"

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({}, 400),
            ({"deploymentId": "d1234567", "model": "x"}, 400),
            ({"version": OLD}, 400),
            ({"model": "gpt-5-mini", "colour": "red"}, 400),
            ([], 400),
            ({"deploymentId": "d1234567"}, 404),
            ({"model": "gpt-5-mini", "toVersion": "1999"}, 400),
            ({"model": "gpt-5-mini", "toModel": "amazon--nova-pro"}, 400),
        ],
    )
    def test_what_is_refused(self, api: Api, body: Any, status: int) -> None:
        deployment = api.running(api.configuration(OLD))

        answer = order(api, "cascade-updates", body)

        assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
        assert api.deployment(deployment)["lastOperation"] == "CREATE"
        assert api.get("/lm/configurations")["count"] == 1

    def test_only_what_runs_or_starts(self, api: Api) -> None:
        deployment = api.create(api.configuration(OLD))

        with pytest.raises(Refusal, match="Current status UNKNOWN"):
            api.emulator.cascade_update(deployment, to_version=NEW)


class TestKill:
    def test_dead_at_once_with_its_reason(self, api: Api) -> None:
        deployment = api.running(api.configuration())

        answer = order(api, f"deployments/{deployment}/kill", {"statusDetails": {"why": "gone"}, "logs": ["bye"]})

        assert answer.json()["status"] == "DEAD"
        shown = api.deployment(deployment)
        assert (shown["status"], shown["targetStatus"], shown["statusDetails"]) == ("DEAD", "RUNNING", {"why": "gone"})
        assert api.get(f"/lm/deployments/{deployment}/logs")["data"]["result"][-1]["msg"] == "bye"
        assert api.ask(deployment).status_code == 404

    def test_only_what_lives(self, api: Api) -> None:
        deployment = api.running(api.configuration())
        api.emulator.kill(deployment)

        assert order(api, f"deployments/{deployment}/kill", {}).status_code == 412
        assert order(api, "deployments/d1234567/kill", {}).status_code == 404


class TestDelay:
    def test_the_next_transition_comes_later(self, api: Api) -> None:
        deployment = api.create(api.configuration())

        assert order(api, f"deployments/{deployment}/delay", {"seconds": 100}).json()["status"] == "UNKNOWN"

        api.emulator.advance(TRANSITION_S)
        assert api.deployment(deployment)["status"] == "UNKNOWN"
        api.emulator.advance(100)
        assert api.deployment(deployment)["status"] == "RUNNING"

    @pytest.mark.parametrize("seconds", [0, -1, "x", None])
    def test_bad_seconds(self, api: Api, seconds: Any) -> None:
        deployment = api.create(api.configuration())

        assert order(api, f"deployments/{deployment}/delay", {"seconds": seconds}).status_code == 400

    def test_where_nothing_is_under_way(self, api: Api) -> None:
        deployment = api.running(api.configuration())

        assert order(api, f"deployments/{deployment}/delay", {"seconds": 1}).status_code == 412


def test_the_orchestration_deployment_that_sap_makes() -> None:
    with Emulator.running(clock=SteppedClock(), default_orchestration=True) as emulator:
        api = Api(emulator)
        (found,) = api.get("/lm/deployments")["resources"]
        assert (found["status"], found["scenarioId"]) == ("RUNNING", "orchestration")
        assert found["configurationName"] == "defaultOrchestrationConfig"
        wanted = {"config": {"modules": {"prompt_templating": {"model": {"name": "gpt-5"}}}}}
        assert api.call("POST", f"/inference/deployments/{found['id']}/v2/completion", json=wanted).ok
        api.session.close()
