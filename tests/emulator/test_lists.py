"""Lists, counts, filters and pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.client import HALF_WAY_S, TRANSITION_S, Api


class TestConfigurations:
    def test_one_reads_back_as_it_was_made(self, api: Api) -> None:
        made = api.configuration("latest", name="Chat (prod)")

        found = api.get(f"/lm/configurations/{made}")

        assert found.pop("createdAt").endswith("Z")
        assert found == {
            "id": made,
            "name": "Chat (prod)",
            "scenarioId": "foundation-models",
            "executableId": "azure-openai",
            "parameterBindings": [
                {"key": "modelName", "value": "gpt-5-mini"},
                {"key": "modelVersion", "value": "latest"},
            ],
            "inputArtifactBindings": [],
        }
        expanded = api.get(f"/lm/configurations/{made}", **{"$expand": "scenario"})
        assert expanded["scenario"]["id"] == "foundation-models"

    def test_the_answer_of_the_post(self, api: Api) -> None:
        body = {"name": "same", "scenarioId": "orchestration", "executableId": "orchestration"}
        first, second = (api.call("POST", "/lm/configurations", json=body) for _ in range(2))

        assert first.json() == {"id": first.json()["id"], "message": "Configuration created"}
        assert first.headers["Location"].endswith(f"/v2/lm/configurations/{first.json()['id']}")
        assert first.json()["id"] != second.json()["id"]

    @pytest.mark.parametrize(
        ("filters", "names"),
        [
            ({}, ["alpha", "Beta", "gamma"]),
            ({"scenarioId": "orchestration"}, ["gamma"]),
            ({"scenarioId": "nowhere-at-all"}, []),
            ({"executableIds": "azure-openai"}, ["alpha"]),
            ({"executableIds": "azure-openai,orchestration"}, ["alpha", "gamma"]),
            ({"$search": "et"}, ["Beta"]),
            ({"$search": "b"}, []),
            ({"$search": "b", "searchCaseInsensitive": "true"}, ["Beta"]),
            ({"$search": "b", "searchCaseInsensitive": "false"}, []),
            ({"$search": "a", "scenarioId": "foundation-models"}, ["alpha", "Beta"]),
        ],
    )
    def test_filters(self, api: Api, filters: dict[str, str], names: list[str]) -> None:
        api.configuration(name="alpha")
        api.configuration("1", name="Beta", model="amazon--nova-pro", executable="aws-bedrock")
        api.configuration(None, name="gamma", model=None, scenario="orchestration", executable="orchestration")

        found = api.get("/lm/configurations", **filters)

        assert [each["name"] for each in found["resources"]] == names
        assert found["count"] == len(names)
        count = api.call("GET", "/lm/configurations/$count", params=filters)
        assert (count.text, count.headers["Content-Type"].split(";")[0]) == (str(len(names)), "text/plain")

    @pytest.mark.parametrize(
        ("page", "expected"),
        [
            ({"$top": "2"}, ["0", "1"]),
            ({"$top": "2", "$skip": "2"}, ["2", "3"]),
            ({"$skip": "4"}, ["4"]),
            ({"$skip": "9"}, []),
            ({"$top": "0"}, []),
            ({"$top": "100000"}, ["0", "1", "2", "3", "4"]),
            ({"top": "1", "skip": "1"}, ["0", "1", "2", "3", "4"]),
        ],
    )
    def test_pages(self, api: Api, page: dict[str, str], expected: list[str]) -> None:
        for number in range(5):
            api.configuration(name=str(number))

        found = api.get("/lm/configurations", **page)

        assert [each["name"] for each in found["resources"]] == expected
        assert found["count"] == len(expected)
        assert api.call("GET", "/lm/configurations/$count", params=page).text == "5"


class TestDeployments:
    def test_filters(self, api: Api) -> None:
        small, big = api.configuration(), api.configuration(model="gpt-5")
        orchestration = api.configuration(None, model=None, scenario="orchestration", executable="orchestration")
        running, other, third = api.running(small), api.create(big), api.create(orchestration)

        def found(**filters: str) -> list[str]:
            ids = api.ids(**filters)
            assert api.call("GET", "/lm/deployments/$count", params=filters).text == str(len(ids))
            return ids

        assert found() == [running, other, third]
        assert found(status="RUNNING") == [running]
        assert found(status="UNKNOWN") == [other, third]
        assert found(status="COMPLETED") == []
        assert found(configurationId=big) == [other]
        assert found(scenarioId="orchestration") == [third]
        assert found(executableIds="azure-openai") == [running, other]
        assert found(executableIds="azure-openai,orchestration", status="UNKNOWN") == [other, third]
        assert api.ids(**{"$top": "1", "$skip": "1"}) == [other]

    def test_items_have_no_status_details_and_are_otherwise_what_a_get_shows(self, api: Api) -> None:
        deployment = api.running(api.configuration())

        def item() -> dict[str, Any]:
            found: dict[str, Any] = api.get("/lm/deployments")["resources"][0]
            return found

        assert {**item(), "statusDetails": {}} == api.deployment(deployment)
        api.switch(deployment, api.configuration("latest"))
        assert {**item(), "statusDetails": {}} == api.deployment(deployment)
        api.emulator.advance(HALF_WAY_S)
        assert {**item(), "statusDetails": {}} == api.deployment(deployment)

    def test_only_the_status(self, api: Api) -> None:
        """SAP's Python SDK accepts exactly these seven fields."""
        deployment = api.running(api.configuration())
        seven = {"id", "configurationId", "status", "createdAt", "modifiedAt", "statusDetails", "details"}

        one = api.get(f"/lm/deployments/{deployment}", **{"$select": "status"})
        listed = api.get("/lm/deployments", **{"$select": "status"})["resources"][0]

        assert set(one) == seven
        assert set(listed) == seven - {"statusDetails"}

    def test_resource_groups_are_apart(self, api: Api) -> None:
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
        api.emulator.advance(TRANSITION_S)
        there = Api(api.emulator, "team-b")
        here_id, there_id = api.create(api.configuration()), there.create(there.configuration())

        assert (api.ids(), there.ids()) == ([here_id], [there_id])
        assert api.call("GET", f"/lm/deployments/{there_id}").status_code == 404
        assert there.stop(here_id).status_code == 404
        there.session.close()

    def test_the_url_follows_the_address_that_the_client_used(self, api: Api) -> None:
        deployment = api.running(api.configuration())
        port = api.emulator.url.rsplit(":", 1)[1]

        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"127.0.0.1:{port}"):
            headers = {"Host": host}
            expected = f"http://{host}/v2/inference/deployments/{deployment}"
            assert api.call("GET", f"/lm/deployments/{deployment}", headers=headers).json()["deploymentUrl"] == expected
            listed = api.call("GET", "/lm/deployments", headers=headers).json()["resources"]
            assert listed[0]["deploymentUrl"] == expected


class TestLogs:
    def test_order_number_and_period(self, api: Api) -> None:
        deployment = api.running(api.configuration())
        path = f"/lm/deployments/{deployment}/logs"

        def messages(**parameters: str) -> list[str]:
            return [line["msg"] for line in api.get(path, **parameters)["data"]["result"]]

        everything = messages()
        assert len(everything) == 3
        assert messages(**{"$order": "desc"}) == everything[::-1]
        assert messages(**{"$top": "2"}) == everything[:2]
        second = api.get(path)["data"]["result"][1]["timestamp"]
        # SAP's Python SDK reads nanoseconds only in front of +00:00.
        assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{9}\+00:00", second)
        assert messages(start=second) == everything[1:]
        assert messages(end=second) == everything[:2]
        assert messages(start=second.replace("+00:00", "Z"), end=second) == everything[1:2]
        api.emulator.advance(3601)
        assert messages() == []

    def test_without_a_resource_group_it_is_the_default_one(self, api: Api) -> None:
        deployment = api.create(api.configuration())
        del api.session.headers["AI-Resource-Group"]

        assert api.call("GET", f"/lm/deployments/{deployment}/logs").status_code == 200


class TestCatalog:
    def test_models_have_one_latest_version_and_a_known_executable(self, api: Api) -> None:
        executables = {each["id"]: each for each in api.get("/lm/scenarios/foundation-models/executables")["resources"]}
        models = api.get("/lm/scenarios/foundation-models/models")["resources"]

        names = {model["model"] for model in models}
        for model in models:
            assert [version["isLatest"] for version in model["versions"]].count(True) == bool(model["versions"])
            assert model["model"] in executables[model["executableId"]]["parameters"][0]["description"]
            for version in model["versions"]:
                assert set(version["suggestedReplacements"]) <= names
        assert len(names) == len(models)
        assert any(version["deprecated"] for model in models for version in model["versions"])
        assert any(version["retirementDate"] for model in models for version in model["versions"])
        assert {min(len(model["versions"]), 2) for model in models} == {0, 1, 2}

    def test_the_parameters_that_sap_reads(self, api: Api) -> None:
        executable = api.get("/lm/scenarios/foundation-models/executables/azure-openai")

        name, version = executable["parameters"]
        assert name["name"] == "modelName"
        assert "default" not in name
        assert "gpt-5-mini" in name["description"].split(":")[1].split(", ")[0:] or "gpt-5-mini" in name["description"]
        assert (version["name"], version["default"]) == ("modelVersion", "latest")

    def test_versions_and_filters(self, api: Api) -> None:
        path = "/lm/scenarios/foundation-models"

        assert api.get(f"{path}/versions")["resources"][0]["id"] == "0.0.1"
        assert api.get(f"{path}/versions", labelSelector="ext.ai.sap.com/a=b")["count"] == 0
        assert api.get(f"{path}/versions", labelSelector="ext.ai.sap.com/a!=b")["count"] == 1
        assert api.get(f"{path}/executables", versionId="9.9.9")["count"] == 0
        assert api.get(f"{path}/executables", versionId="0.0.1")["count"] > 5
        assert api.get("/lm/scenarios")["count"] == 3
