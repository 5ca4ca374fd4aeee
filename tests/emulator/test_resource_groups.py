from __future__ import annotations

from typing import Any

import pytest

from tests.support.client import HALF_WAY_S, TRANSITION_S, Api, error_of

OWNER = {"key": "ext.ai.sap.com/owner", "value": "team-b"}
PATH = "/admin/resourceGroups"


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
    there.create(there.configuration())

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
        ("DELETE", "fresh", 400),
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
