from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, InvalidFaults, SteppedClock, datasets
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api, error_of

OWNER = {"key": "ext.ai.sap.com/owner", "value": "team-b"}
PATH = "/admin/resourceGroups"
WIDE = {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"}
STORE = {
    "name": "default",
    "type": "S3",
    "bucket": "data",
    "data": {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"},
}


def create(api: Api, group: str = "team-b", **more: Any) -> None:
    answer = api.call("POST", PATH, json={"resourceGroupId": group, **more})
    assert answer.status_code == 202, answer.text


def test_default_exists_from_the_start(api: Api) -> None:
    (default,) = api.get(PATH)["resources"]

    assert (default["resourceGroupId"], default["status"]) == ("default", "PROVISIONED")
    assert default["tenantId"] == api.get("/admin/tenantInfo")["tenantId"]


def test_provisioning(api: Api) -> None:
    answer = api.call("POST", PATH, json={"resourceGroupId": "team-b", "labels": [OWNER]})
    there = Api(api.emulator, "team-b")

    assert set(answer.json()) == {"resourceGroupId", "tenantId", "zoneId"}
    assert api.get(f"{PATH}/team-b")["status"] == "PROVISIONING"
    assert there.call("GET", "/lm/deployments").status_code == 403
    api.emulator.advance(HALF_WAY_S)
    assert api.get(f"{PATH}/team-b")["status"] == "PROVISIONED"
    assert api.get(f"{PATH}/team-b")["labels"] == [OWNER]
    assert there.ids() == []
    there.session.close()


def test_labels_are_replaced_as_a_whole_and_late(api: Api) -> None:
    other = {"key": "ext.ai.sap.com/cost-centre", "value": "4711"}
    create(api, labels=[OWNER])
    api.emulator.advance(TRANSITION_S)

    answer = api.call("PATCH", f"{PATH}/team-b", json={"labels": [other]})

    assert (answer.status_code, answer.text) == (202, "")
    assert answer.headers["Location"].endswith(f"{PATH}/team-b")
    assert api.get(f"{PATH}/team-b")["labels"] == [OWNER]
    api.emulator.advance(HALF_WAY_S)
    assert api.get(f"{PATH}/team-b")["labels"] == [other]


def test_deletion_takes_everything_with_it(api: Api) -> None:
    create(api)
    api.emulator.advance(TRANSITION_S)
    there = Api(api.emulator, "team-b")
    there.running(there.configuration())

    answer = api.call("DELETE", f"{PATH}/team-b")

    assert answer.json() == {"id": "team-b", "message": "Resource Group deletion scheduled"}
    assert api.get(f"{PATH}/team-b")["status"] == "PROVISIONED"
    api.emulator.advance(HALF_WAY_S)
    assert api.call("GET", f"{PATH}/team-b").status_code == 404
    assert there.call("GET", "/lm/deployments").status_code == 403
    create(api)
    api.emulator.advance(TRANSITION_S)
    assert there.ids() == []
    assert there.get("/lm/configurations")["count"] == 0
    there.session.close()


class TestOnceItIsGone:
    """Nobody has looked at it since."""

    @pytest.fixture
    def clock(self) -> SteppedClock:
        return SteppedClock()

    @pytest.fixture
    def emulator(self, clock: SteppedClock) -> Iterator[Emulator]:
        with Emulator.running(transition_seconds=TRANSITION_S, clock=clock) as running:
            yield running

    @pytest.fixture
    def there(self, api: Api, clock: SteppedClock) -> Iterator[Api]:
        create(api)
        api.emulator.advance(TRANSITION_S)
        there = Api(api.emulator, "team-b")
        there.running(there.configuration())
        api.call("POST", "/admin/secrets", json={"name": "wide", "data": {}}, headers=WIDE)
        for each in (api, there):
            assert each.call("POST", "/admin/objectStoreSecrets", json=STORE).status_code == 202
        hourly = {"name": "hourly", "cron": "0 * * * *", "configurationId": there.training()}
        assert there.call("POST", "/lm/executionSchedules", json=hourly).status_code == 202
        yield there
        there.session.close()

    @pytest.fixture
    def gone(self, api: Api, there: Api, clock: SteppedClock) -> None:
        self.delete(api, clock)

    def delete(self, api: Api, clock: SteppedClock) -> None:
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202
        clock.sleep(HALF_WAY_S)

    @pytest.mark.usefixtures("gone")
    def test_the_page_shows_nothing_of_it(self, api: Api) -> None:
        answer = requests.get(f"{api.emulator.url}/_emulator/overview", timeout=10)

        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert [each["id"] for each in shown["resourceGroups"]] == [None, "default"]
        assert (shown["deployments"], {each["resourceGroup"] for each in shown["objects"]}) == ([], {None, "default"})

    @pytest.mark.usefixtures("gone")
    def test_it_counts_nowhere(self, api: Api) -> None:
        assert api.get("/analytics/kpis")["rows"] == []
        assert api.get("/admin/resourceQuota/deployments")["usage"]["count"] == 0
        assert {each["scope"] for each in api.emulator.secret_digests} == {"*", "default"}

    def test_its_files_take_no_room(self, api: Api, there: Api, clock: SteppedClock) -> None:
        quarter = {"data": b"x" * (datasets.MOST_BYTES // 4), "headers": {"Content-Type": "text/csv"}}
        for number in range(4):
            assert there.call("PUT", f"/lm/dataset/files/default/{number}.csv", **quarter).status_code == 201
        self.delete(api, clock)

        assert api.call("PUT", "/lm/dataset/files/default/0.csv", **quarter).status_code == 201

    @pytest.mark.usefixtures("gone")
    def test_its_schedules_start_nothing(self, api: Api, clock: SteppedClock) -> None:
        clock.sleep(7200)

        assert api.get("/analytics/kpis", **{"$select": "Executions"})["rows"] == [[0]]

    @pytest.mark.usefixtures("gone")
    def test_no_deployment_of_it_can_be_changed(self, api: Api) -> None:
        assert api.emulator.cascade_update(model="gpt-5-mini") == []


class HastyClock(SteppedClock):
    """Time that goes on a little each time that it is asked for."""

    def now(self) -> float:
        self.sleep(0.01)
        return super().now()


def test_one_that_goes_in_the_middle_of_a_request_is_there_until_its_end() -> None:
    clock = HastyClock()
    with Emulator.running(transition_seconds=TRANSITION_S, clock=clock) as emulator:
        api, there = Api(emulator), Api(emulator, "team-b")
        api.call("POST", "/admin/secrets", json={"name": "wide", "data": {}}, headers=WIDE)
        create(api)
        clock.sleep(HALF_WAY_S)
        for _ in range(10):
            there.create(there.configuration())
        clock.sleep(TRANSITION_S)
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202
        clock.sleep(HALF_WAY_S - 1)

        pages: list[requests.Response] = []
        lists: list[int] = []
        while not lists or lists[-1] == 200:
            pages.append(requests.get(f"{emulator.url}/_emulator/overview", timeout=10))
            lists.append(there.call("GET", "/lm/deployments").status_code)

        assert {each.status_code for each in pages} == {200}
        assert {len(each.json()["deployments"]) for each in pages} <= {10, 0}
        assert lists[-1] == 403
        for each in (api, there):
            each.session.close()


def test_a_patch_without_labels_keeps_them(api: Api) -> None:
    create(api, labels=[OWNER])

    assert api.call("PATCH", f"{PATH}/team-b", json={}).status_code == 202
    assert api.call("PATCH", f"{PATH}/team-b", json={"labels": None}).status_code == 400
    api.emulator.advance(TRANSITION_S)
    assert api.get(f"{PATH}/team-b")["labels"] == [OWNER]
    assert api.call("PATCH", f"{PATH}/team-b", json={"labels": []}).status_code == 202
    api.emulator.advance(TRANSITION_S)
    assert api.get(f"{PATH}/team-b")["labels"] == []


def test_the_last_of_two_patches_counts(api: Api) -> None:
    create(api)
    api.emulator.advance(TRANSITION_S)

    for value in ("first", "second"):
        api.call("PATCH", f"{PATH}/team-b", json={"labels": [{**OWNER, "value": value}]})
        api.emulator.advance(HALF_WAY_S / 2)

    assert api.get(f"{PATH}/team-b")["labels"] == []
    api.emulator.advance(HALF_WAY_S / 2)
    assert api.get(f"{PATH}/team-b")["labels"] == [{**OWNER, "value": "second"}]


class TestConflicts:
    @pytest.fixture
    def there(self, api: Api) -> Iterator[Api]:
        """A client in a resource group that can be used."""
        create(api)
        api.emulator.advance(TRANSITION_S)
        client = Api(api.emulator, "team-b")
        with client.session:
            yield client

    def test_a_deletion_waits_for_provisioning(self, api: Api) -> None:
        create(api)

        refused = api.call("DELETE", f"{PATH}/team-b")

        assert refused.status_code == 409
        assert error_of(refused)["message"].startswith("Conflicting ongoing action")
        api.emulator.advance(HALF_WAY_S)
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202

    @pytest.mark.parametrize("method", ["DELETE", "PATCH"])
    def test_nothing_is_accepted_while_a_deletion_is_under_way(self, api: Api, there: Api, method: str) -> None:
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202

        assert api.call(method, f"{PATH}/team-b", json={"labels": []}).status_code == 409
        assert api.call("POST", PATH, json={"resourceGroupId": "team-b"}).status_code == 409
        api.emulator.advance(HALF_WAY_S)
        assert api.call(method, f"{PATH}/team-b", json={"labels": []}).status_code == 404

    def test_a_deletion_waits_for_every_operation_on_a_deployment(self, api: Api, there: Api) -> None:
        transitions = ("submitted", "starting", "switch-accepted", "switching", "stopping", "deleting")
        api.emulator.pace = {"transitions": {each: {"seconds": 10} for each in transitions}}
        deployment = there.create(there.configuration("2025-05-01"))

        def refused_in(*statuses: str) -> None:
            for status in statuses:
                assert there.deployment(deployment)["status"] == status
                answer = api.call("DELETE", f"{PATH}/team-b")
                assert answer.status_code == 409
                assert deployment in error_of(answer)["message"]
                api.emulator.advance(10)

        refused_in("UNKNOWN", "PENDING")
        there.switch(deployment, there.configuration())
        refused_in("RUNNING", "PENDING")
        there.stop(deployment)
        refused_in("STOPPING")
        there.delete(deployment)
        refused_in("STOPPED")
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202

    @pytest.mark.parametrize("outcome", ["DEAD", "PENDING", "UNKNOWN"])
    def test_a_deployment_that_failed(self, api: Api, there: Api, outcome: str) -> None:
        api.emulator.faults = [{"outcome": outcome}]
        there.create(there.configuration())
        api.emulator.advance(TRANSITION_S)

        assert api.call("DELETE", f"{PATH}/team-b").status_code == (202 if outcome == "DEAD" else 409)

    def test_deployments_elsewhere_do_not_matter(self, api: Api, there: Api) -> None:
        api.create(api.configuration())

        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202


class TestFaults:
    def test_provisioning_that_fails(self, api: Api) -> None:
        rule = {"outcome": "ERROR", "resourceGroup": "team-*", "times": 1, "statusMessage": "no capacity"}
        api.emulator.faults = [rule]
        create(api, "other")
        create(api, "team-b", labels=[OWNER])
        create(api, "team-c")
        there = Api(api.emulator, "team-b")

        assert api.get(f"{PATH}/team-b")["status"] == "PROVISIONING"
        api.emulator.advance(HALF_WAY_S)

        shown = api.get(f"{PATH}/team-b")
        assert (shown["status"], shown["statusMessage"], shown["labels"]) == ("ERROR", "no capacity", [OWNER])
        assert {each["resourceGroupId"]: each["status"] for each in api.get(PATH)["resources"]} == {
            "default": "PROVISIONED",
            "other": "PROVISIONED",
            "team-b": "ERROR",
            "team-c": "PROVISIONED",
        }
        assert there.call("GET", "/lm/deployments").status_code == 403
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202
        api.emulator.advance(HALF_WAY_S)
        assert api.call("GET", f"{PATH}/team-b").status_code == 404
        assert api.emulator.faults == [rule]
        there.session.close()

    @pytest.mark.parametrize("rule", [{"model": "x"}, {"statusDetails": {}}, {"resourceGroup": 1}])
    def test_what_a_rule_for_groups_does_not_take(self, api: Api, rule: dict[str, Any]) -> None:
        with pytest.raises(InvalidFaults):
            api.emulator.faults = [{"outcome": "ERROR", **rule}]

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_one_group_by_its_path(self, api: Api, method: str) -> None:
        for group in ("team-b", "team-c"):
            create(api, group)
        api.emulator.advance(TRANSITION_S)
        api.emulator.faults = [
            {"method": method, "path": f"/v2{PATH}/team-b", "times": 1, "effect": {"status": 412, "body": "not yet"}}
        ]

        def status(group: str) -> int:
            return api.call(method, f"{PATH}/{group}", json={"labels": []}).status_code

        expected = 200 if method == "GET" else 202
        assert [status("team-c"), status("team-b"), status("team-b")] == [expected, 412, expected]

    def test_a_create_whose_answer_is_lost(self, api: Api) -> None:
        api.emulator.faults = [{"method": "POST", "path": f"/v2{PATH}", "effect": {"drop": "afterCommit"}}]

        with pytest.raises(requests.ConnectionError):
            api.call("POST", PATH, json={"resourceGroupId": "team-b"})

        assert api.get(f"{PATH}/team-b")["status"] == "PROVISIONING"


def test_what_is_under_way_survives_a_restart(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"state": tmp_path / "state.db", "clock": SteppedClock(), "transition_seconds": 8.0}
    with Emulator.running(**settings, faults=[{"outcome": "ERROR", "statusMessage": "no capacity"}]) as emulator:
        api = Api(emulator)
        create(api)
        api.session.close()
    with Emulator.running(**settings) as emulator:
        api = Api(emulator)
        assert api.get(f"{PATH}/team-b")["status"] == "PROVISIONING"
        emulator.advance(HALF_WAY_S)
        assert api.get(f"{PATH}/team-b")["statusMessage"] == "no capacity"
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 202
        api.session.close()
    with Emulator.running(**settings) as emulator:
        api = Api(emulator)
        assert api.call("DELETE", f"{PATH}/team-b").status_code == 409
        emulator.advance(HALF_WAY_S)
        assert api.call("GET", f"{PATH}/team-b").status_code == 404
        api.session.close()


def test_lists(api: Api) -> None:
    create(api, "team-a", labels=[{"key": "ext.ai.sap.com/stage", "value": "prod"}])
    create(api, "team-b", labels=[OWNER, {"key": "ext.ai.sap.com/stage", "value": "prod"}])

    def found(**parameters: str) -> tuple[list[str], int]:
        answer = api.get(PATH, **parameters)
        return [each["resourceGroupId"] for each in answer["resources"]], answer["count"]

    assert found() == (["default", "team-a", "team-b"], 3)
    assert found(**{"$top": "1", "$skip": "1"}) == (["team-a"], 1)
    assert found(**{"$top": "1", "$skip": "1", "$count": "true"}) == (["team-a"], 3)
    assert found(**{"$top": "0"}) == ([], 0)
    assert found(labelSelector="ext.ai.sap.com/stage=prod") == (["team-a", "team-b"], 2)
    assert found(labelSelector="ext.ai.sap.com/stage=prod,ext.ai.sap.com/owner=team-b") == (["team-b"], 1)
    assert found(labelSelector="ext.ai.sap.com/stage!=prod") == (["default"], 1)
    assert api.call("GET", PATH, params={"continueToken": "never-handed-out"}).status_code == 410


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"resourceGroupId": "ab"}, 400),
        ({"resourceGroupId": "a" * 254}, 400),
        ({"resourceGroupId": "-team"}, 400),
        ({"resourceGroupId": "team_b"}, 400),
        ({"resourceGroupId": "team-b", "labels": [{"key": "owner", "value": "x"}]}, 400),
        ({"resourceGroupId": "team-b", "labels": [{"key": "ext.ai.sap.com/-x", "value": "x"}]}, 400),
        ({"resourceGroupId": "team-b", "labels": [{"key": f"ext.ai.sap.com/{'x' * 49}", "value": "x"}]}, 400),
        ({"resourceGroupId": "team-b", "labels": [{**OWNER, "value": "x" * 5001}]}, 400),
        ({"resourceGroupId": "team-b", "labels": [{"key": "ext.ai.sap.com/owner"}]}, 400),
        ({"resourceGroupId": "shared"}, 400),
        ({"resourceGroupId": "default"}, 409),
    ],
)
def test_what_is_refused(api: Api, body: dict[str, Any], status: int) -> None:
    answer = api.call("POST", PATH, json=body)

    assert answer.status_code == status
    assert error_of(answer)["target"] == "/api/v2/resourceGroups"
    assert api.get(PATH)["count"] == 1


@pytest.mark.parametrize(
    ("method", "group", "status"),
    [
        ("DELETE", "default", 400),
        ("DELETE", "shared", 400),
        ("PATCH", "shared", 400),
        ("DELETE", "fresh", 409),
        ("DELETE", "nobody", 404),
        ("PATCH", "nobody", 404),
    ],
)
def test_changes_that_are_refused(api: Api, method: str, group: str, status: int) -> None:
    create(api, "fresh")

    assert api.call(method, f"{PATH}/{group}", json={"labels": []}).status_code == status


def test_fifty_at_most(api: Api) -> None:
    for number in range(49):
        create(api, f"group-{number}")

    assert api.call("POST", PATH, json={"resourceGroupId": "one-more"}).status_code == 400


class TestQuota:
    def test_those_being_deleted_count_until_they_are_gone(self, api: Api) -> None:
        api.emulator.faults = [{"resourceGroupQuota": 2}]
        create(api)

        refused = api.call("POST", PATH, json={"resourceGroupId": "team-c"})

        assert (refused.status_code, error_of(refused)["message"]) == (400, "Quota of 2 resource groups exceeded")
        api.emulator.advance(TRANSITION_S)
        api.call("DELETE", f"{PATH}/team-b")
        assert api.call("POST", PATH, json={"resourceGroupId": "team-c"}).status_code == 400
        api.emulator.advance(TRANSITION_S)
        create(api, "team-c")

    def test_a_list_that_lags_does_not_raise_it(self, api: Api) -> None:
        api.emulator.faults = [{"resourceGroupQuota": 2}, {"effect": {"staleListSeconds": 100}}]
        create(api)

        assert api.call("POST", PATH, json={"resourceGroupId": "team-c"}).status_code == 400

    def test_the_admin_resource_tells_it(self, api: Api) -> None:
        path = "/admin/resourceQuota/resourceGroups"
        create(api)

        assert api.get(path) == {"quota": {"maxCount": 50}, "usage": {"count": 2}}
        api.emulator.faults = [{"resourceGroupQuota": 7}]
        assert api.get(path, quotaOnly="true") == {"quota": {"maxCount": 7}}


class TestContinuation:
    def pages(self, api: Api, size: int, **parameters: str) -> list[list[str]]:
        """The ids of all pages, each got by the link of the one before."""
        answer = api.call("GET", PATH, params=parameters, headers={"Prefer": f"respond-async, maxpagesize={size}"})
        found = [[each["resourceGroupId"] for each in answer.json()["resources"]]]
        while "next" in answer.links:
            answer = api.session.get(answer.links["next"]["url"], timeout=10)
            assert answer.json()["count"] == len(answer.json()["resources"])
            found.append([each["resourceGroupId"] for each in answer.json()["resources"]])
        return found

    def test_pages_follow_one_another(self, api: Api) -> None:
        for number in range(4):
            api.emulator.advance(1)
            create(api, f"team-{number}")

        assert self.pages(api, 2) == [["default", "team-0"], ["team-1", "team-2"], ["team-3"]]
        assert self.pages(api, 5) == [["default", "team-0", "team-1", "team-2", "team-3"]]
        assert self.pages(api, 0) == self.pages(api, 100)

    def test_a_filter_makes_pages_short_or_empty(self, api: Api) -> None:
        for number in range(4):
            api.emulator.advance(1)
            create(api, f"team-{number}", labels=[OWNER] if number == 2 else [])

        selector = "ext.ai.sap.com/owner=team-b"
        assert self.pages(api, 2, labelSelector=selector) == [[], ["team-2"], []]

    def test_what_is_deleted_meanwhile_shifts_nothing(self, api: Api) -> None:
        for number in range(4):
            create(api, f"team-{number}")
        api.emulator.advance(TRANSITION_S)
        first = api.call("GET", PATH, headers={"Prefer": "maxpagesize=2"})
        (*_, last) = first.json()["resources"]
        api.call("DELETE", f"{PATH}/{last['resourceGroupId']}")
        api.emulator.advance(TRANSITION_S)

        rest = api.session.get(first.links["next"]["url"], timeout=10).json()["resources"]

        assert [each["resourceGroupId"] for each in rest] == ["team-1", "team-2"]

    def test_a_token_is_gone_after_a_while(self, api: Api) -> None:
        create(api)
        url = api.call("GET", PATH, headers={"Prefer": "maxpagesize=1"}).links["next"]["url"]
        api.emulator.advance(599)
        assert api.session.get(url, timeout=10).status_code == 200
        api.emulator.advance(1)

        answer = api.session.get(url, timeout=10)

        assert (answer.status_code, "expired" in error_of(answer)["message"]) == (410, True)

    @pytest.mark.parametrize("token", ["", "x", "e30=", "bnVsbA==", "ä"])
    def test_a_token_that_was_never_issued(self, api: Api, token: str) -> None:
        assert api.call("GET", PATH, params={"continueToken": token}).status_code == 410
