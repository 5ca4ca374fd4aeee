from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api, error_of

POST = {"method": "POST", "path": "/v2/lm/deployments"}


class TestAnswersInPlaceOfTheService:
    def test_before_the_commit_nothing_has_happened(self, api: Api) -> None:
        configuration = api.configuration()
        body = {"configurationId": configuration}
        api.emulator.faults = [
            {**POST, "times": 1, "effect": {"status": 429, "headers": {"Retry-After": "7"}, "body": {"error": "slow"}}},
            {**POST, "times": 1, "effect": {"status": 503, "body": "upstream connect error"}},
        ]

        first = api.call("POST", "/lm/deployments", json=body)
        second = api.call("POST", "/lm/deployments", json=body)

        assert (first.status_code, first.headers["Retry-After"], first.json()) == (429, "7", {"error": "slow"})
        assert (second.status_code, second.text) == (503, "upstream connect error")
        assert second.headers["Content-Type"].startswith("text/plain")
        assert api.ids() == []
        assert api.call("POST", "/lm/deployments", json=body).status_code == 202

    def test_after_the_commit_it_has(self, api: Api) -> None:
        configuration = api.configuration()
        api.emulator.faults = [{**POST, "effect": {"status": 500, "afterCommit": True}}]

        answer = api.call("POST", "/lm/deployments", json={"configurationId": configuration})

        assert (answer.status_code, answer.text) == (500, "")
        assert len(api.ids()) == 1

    def test_not_found_just_after_the_create(self, api: Api) -> None:
        deployment = api.create(api.configuration())
        api.emulator.faults = [
            {"method": "GET", "path": "/v2/lm/deployments/*", "times": 2, "effect": {"status": 404, "body": {}}}
        ]

        seen = [api.call("GET", f"/lm/deployments/{deployment}").status_code for _ in range(3)]

        assert seen == [404, 404, 200]

    def test_the_token_endpoint_can_fail_too(self, emulator: Emulator) -> None:
        emulator.faults = [{"path": "/oauth/token", "times": 1, "effect": {"status": 502}}]
        form = {"grant_type": "client_credentials", "client_id": "emulator", "client_secret": "emulator"}

        seen = [requests.post(f"{emulator.url}/oauth/token", data=form, timeout=10).status_code for _ in range(2)]

        assert seen == [502, 200]


class TestDroppedConnections:
    @pytest.mark.parametrize(("when", "made"), [("beforeCommit", 0), ("afterCommit", 1)])
    def test_no_answer(self, api: Api, when: str, made: int) -> None:
        configuration = api.configuration()
        api.emulator.faults = [{**POST, "times": 1, "effect": {"drop": when}}]

        with pytest.raises(requests.ConnectionError):
            api.call("POST", "/lm/deployments", json={"configurationId": configuration})

        assert len(api.ids()) == made
        assert [(entry.status, entry.fault) for entry in api.emulator.journal if entry.method == "POST"][-1] == (
            None,
            f"drop {when}",
        )


class GivesWay(SteppedClock):
    """A clock that lets other threads go first whenever it is looked at."""

    def now(self) -> float:
        time.sleep(0.001)
        return super().now()


class TestWhichRequests:
    def test_after_and_times(self, api: Api) -> None:
        api.emulator.faults = [{"path": "/v2/lm/meta", "after": 1, "times": 2, "effect": {"status": 500}}]

        seen = [api.call("GET", "/lm/meta").status_code for _ in range(5)]

        assert seen == [200, 500, 500, 200, 200]

    @pytest.mark.parametrize(
        ("rule", "hit"),
        [
            ({}, True),
            ({"method": "get"}, True),
            ({"method": "POST"}, False),
            ({"path": "/v2/lm/*"}, True),
            ({"path": "*/deployments"}, True),
            ({"path": "/v2/lm/deployments/*"}, False),
            ({"resourceGroup": "default"}, True),
            ({"resourceGroup": "team-b"}, False),
            ({"method": "GET", "path": "/v2/*", "resourceGroup": "default"}, True),
            ({"method": "GET", "path": "/v2/*", "resourceGroup": "team-b"}, False),
        ],
    )
    def test_matching(self, api: Api, rule: dict[str, Any], hit: bool) -> None:
        api.emulator.faults = [{**rule, "effect": {"status": 500}}]

        assert (api.call("GET", "/lm/deployments").status_code == 500) is hit

    def test_the_model_that_a_request_is_about(self, api: Api) -> None:
        small, large = api.configuration(), api.configuration(model="gpt-5")
        deployment = api.running(small)
        path = f"/lm/deployments/{deployment}"
        api.emulator.faults = [{"model": "gpt-5", "effect": {"status": 503}}]
        bindings = [{"key": "modelName", "value": "gpt-5"}]

        def statuses(model: str, configuration: str) -> list[int]:
            api.emulator.faults = [{"model": model, "effect": {"status": 503}}]
            answers = [
                api.call("POST", "/lm/deployments", json={"configurationId": configuration}),
                api.call("GET", f"/lm/configurations/{configuration}"),
                api.call("PATCH", path, json={"configurationId": configuration}),
            ]
            return [answer.status_code for answer in answers]

        assert statuses("gpt-5", large) == [503] * 3
        assert 503 not in statuses("gpt-5", small)
        assert statuses("gpt-5-*", small) == [503] * 3
        assert [api.call("GET", path).status_code, api.ask(deployment).status_code] == [503, 503]
        assert api.call("POST", "/lm/configurations", json={"parameterBindings": bindings}).status_code == 400
        api.emulator.faults = [{"model": "gpt-5", "effect": {"status": 503}}]
        assert api.call("POST", "/lm/configurations", json={"parameterBindings": bindings}).status_code == 503
        assert [api.call("GET", each).status_code for each in ("/lm/deployments", "/lm/meta", path)] == [200] * 3
        assert api.call("GET", "/lm/deployments/d1234567").status_code == 404
        assert requests.get(f"{api.url}/v2/lm/meta", timeout=10).status_code == 401

    def test_the_model_is_told_while_others_create(self) -> None:
        """Rules of requests and of outcomes are asked at once, each holding what the other might wait for."""
        rules = [{"model": "gpt-5", "effect": {"status": 503}}, {"model": "gpt-5", "outcome": "DEAD"}]
        with Emulator.running(clock=GivesWay(), faults=rules) as emulator:
            api = Api(emulator)
            configuration = api.configuration()

            with ThreadPoolExecutor(8) as clients:
                made = list(clients.map(lambda _: api.create(configuration), range(40)))

            assert len(set(made)) == 40
            api.session.close()

    def test_probability(self, api: Api) -> None:
        def seen(**rule: Any) -> list[int]:
            api.emulator.faults = [{**rule, "probability": 0.5, "effect": {"status": 500}}]
            return [api.call("GET", "/lm/meta").status_code for _ in range(40)]

        first = seen(seed=1)

        assert first == seen(seed=1) != seen(seed=2)
        assert 10 < first.count(500) < 30
        assert seen(seed=1, times=3).count(500) == 3
        assert seen(seed=1, after=38)[:38] == [200] * 38

    def test_so_many_pass_in_any_second(self, api: Api) -> None:
        api.emulator.faults = [{"allowedPerSecond": 3, "effect": {"status": 429}}]
        seen = []
        for _ in range(3):
            seen.append([api.call("GET", "/lm/meta").status_code for _ in range(5)])
            api.emulator.advance(0.5)
        assert seen == [[200, 200, 200, 429, 429], [429] * 5, [200, 200, 200, 429, 429]]

    def test_effects_that_do_not_answer_add_up(self, api: Api) -> None:
        before = api.get("/lm/deployments") and api.emulator.journal[-1].time
        api.emulator.faults = [
            {"effect": {"latencySeconds": 2}},
            {"path": "/v2/lm/*", "effect": {"latencySeconds": 3, "status": 500}},
            {"effect": {"latencySeconds": 100}},
        ]

        assert api.call("GET", "/lm/deployments").status_code == 500
        api.emulator.faults = []
        api.call("GET", "/lm/deployments")

        assert [entry.time - before for entry in api.emulator.journal][-2:] == [0, 5]

    def test_the_emulators_own_surface_never_fails(self, api: Api) -> None:
        api.emulator.faults = [{"effect": {"status": 500}}]

        answer = requests.delete(f"{api.emulator.url}/_emulator/faults", timeout=10)

        assert (answer.status_code, answer.json()) == (200, [])


def test_an_expired_token(api: Api) -> None:
    api.emulator.faults = [{"after": 1, "times": 1, "path": "/v2/*", "effect": {"expireToken": True}}]

    answers = [api.call("GET", "/lm/meta") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert answers[1].text == "Jwt is expired"
    fresh = Api(api.emulator)
    assert fresh.call("GET", "/lm/meta").status_code == 200
    fresh.session.close()


class TestStaleLists:
    def test_a_new_deployment_shows_late_in_lists_and_at_once_by_id(self, api: Api) -> None:
        api.emulator.faults = [{"effect": {"staleListSeconds": 5}}]
        deployment = api.create(api.configuration())

        assert api.ids() == []
        assert api.get("/lm/configurations")["count"] == 0
        assert api.call("GET", "/lm/deployments/$count").text == "0"
        assert api.deployment(deployment)["status"] == "UNKNOWN"

        api.emulator.advance(4)
        assert api.ids() == []
        api.emulator.advance(1)
        assert api.ids() == [deployment]
        assert api.get("/lm/configurations")["count"] == 1

    def test_a_switch_and_a_deletion_show_late(self, api: Api) -> None:
        old, new = api.configuration("2025-05-01"), api.configuration()
        switched = api.running(old)
        stopped = api.running(old)
        api.stop(stopped)
        api.emulator.advance(TRANSITION_S)
        api.emulator.faults = [{"method": "GET", "effect": {"staleListSeconds": 5}}]
        api.switch(switched, new)
        api.delete(stopped)
        api.emulator.advance(4)
        assert api.call("GET", f"/lm/deployments/{stopped}").status_code == 404

        late = {each["id"]: each for each in api.get("/lm/deployments")["resources"]}
        assert late[switched]["configurationId"] == old
        assert late[stopped]["targetStatus"] == "STOPPED"

        api.emulator.advance(5)
        late = {each["id"]: each for each in api.get("/lm/deployments")["resources"]}
        assert late[switched]["configurationId"] == new
        assert stopped not in late

    def test_resource_groups(self, api: Api) -> None:
        api.emulator.advance(10)
        api.emulator.faults = [{"effect": {"staleListSeconds": 5}}]
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})

        assert api.get("/admin/resourceGroups")["count"] == 1
        assert api.get("/admin/resourceGroups/team-b")["status"] == "PROVISIONING"
        api.emulator.advance(5)
        assert api.get("/admin/resourceGroups")["count"] == 2


class TestOutcomes:
    @pytest.mark.parametrize(
        ("rule", "hit"),
        [
            ({}, True),
            ({"model": "gpt-5*"}, True),
            ({"model": "gpt-4*"}, False),
            ({"version": "2025-*"}, True),
            ({"version": "latest"}, False),
            ({"configurationName": "ch?t"}, True),
            ({"configurationName": "chat-*"}, False),
            ({"model": "gpt-5-mini", "version": "2025-08-07", "configurationName": "chat", "after": "create"}, True),
            ({"after": "both"}, True),
            ({"after": "switch"}, False),
        ],
    )
    def test_matching(self, api: Api, rule: dict[str, Any], hit: bool) -> None:
        api.emulator.faults = [{**rule, "outcome": "DEAD"}]
        deployment = api.create(api.configuration())

        api.emulator.advance(TRANSITION_S)

        assert api.deployment(deployment)["status"] == ("DEAD" if hit else "RUNNING")

    def test_number_probability_and_resource_group(self, api: Api) -> None:
        configuration = api.configuration()

        def dead(number: int, **rule: Any) -> list[bool]:
            api.emulator.faults = [{**rule, "outcome": "DEAD"}]
            made = [api.create(configuration) for _ in range(number)]
            api.emulator.advance(TRANSITION_S)
            return [api.deployment(each)["status"] == "DEAD" for each in made]

        assert dead(3, times=2) == [True, True, False]
        assert dead(2, resourceGroup="team-b") == [False, False]
        assert dead(2, resourceGroup="default") == [True, True]
        some = dead(20, probability=0.5, seed=3)
        assert some == dead(20, probability=0.5, seed=3)
        assert {True, False} == set(some)

    @pytest.mark.parametrize("outcome", ["DEAD", "UNKNOWN", "PENDING"])
    def test_a_create_that_does_not_succeed(self, api: Api, outcome: str) -> None:
        details = {"aiApiDetails": {"reconciler": {"message": [{"code": "05010002", "message": "no"}]}}}
        api.emulator.faults = [{"outcome": outcome, "statusDetails": details, "logs": ["first", "second"]}]
        deployment = api.create(api.configuration())
        api.emulator.faults = []

        api.emulator.advance(6 * TRANSITION_S)

        found = api.deployment(deployment)
        assert (found["status"], found["targetStatus"], found["deploymentUrl"]) == (outcome, "RUNNING", "")
        assert found["statusDetails"] == details
        assert "latestRunningConfigurationId" not in found
        assert "statusDetails" not in api.get("/lm/deployments")["resources"][0]
        logs = api.get(f"/lm/deployments/{deployment}/logs")["data"]["result"]
        assert [line["msg"] for line in logs][-2:] == ["first", "second"]


class TestQuota:
    def test_stopped_and_deleted_ones_count_until_they_are_gone(self, api: Api) -> None:
        configuration = api.configuration()
        api.emulator.faults = [{"deploymentQuota": 1}]
        deployment = api.create(configuration)

        def another() -> int:
            return api.call("POST", "/lm/deployments", json={"configurationId": configuration}).status_code

        refused = api.call("POST", "/lm/deployments", json={"configurationId": configuration})
        assert refused.status_code == 403
        assert "Quota of 1 deployments exceeded" in error_of(refused)["message"]
        api.emulator.advance(TRANSITION_S)
        api.stop(deployment)
        api.emulator.advance(TRANSITION_S)
        assert another() == 403
        api.delete(deployment)
        assert another() == 403
        api.emulator.advance(TRANSITION_S)
        assert another() == 202

    def test_the_admin_resource_tells_it(self, api: Api) -> None:
        api.emulator.faults = [{"deploymentQuota": 5}]
        deployment = api.create(api.configuration())

        answer = api.get("/admin/resourceQuota/deployments")

        assert answer["quotas"][0]["deploymentQuota"]["maxCount"] == 5
        assert answer["usage"]["count"] == 1
        assert answer["usage"]["items"][0]["id"] == deployment
        assert "usage" not in api.get("/admin/resourceQuota/deployments", quotaOnly="true")
