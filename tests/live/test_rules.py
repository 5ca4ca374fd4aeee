"""The rules. What a test asserts is what the emulator does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.support.tenant import DEPLOYMENTS, GROUPS, NotOurs, Tenant

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal in the service's own shape."""
    error = answer.json()["error"]
    assert error["message"], answer.text
    assert error["requestId"], answer.text
    return answer.status_code, error["code"]


class TestGateway:
    def test_a_token_that_is_none(self, tenant: Tenant) -> None:
        answer = requests.get(f"{tenant.base_url}/v2/lm/meta", headers={"Authorization": "Bearer nonsense"}, timeout=60)

        assert answer.status_code == 401
        assert answer.text.startswith("Jwt")

    def test_an_unknown_resource_group(self, tenant: Tenant) -> None:
        assert tenant.call("GET", DEPLOYMENTS, group="no-such-group-here").status_code == 403

    def test_no_resource_group(self, tenant: Tenant) -> None:
        assert tenant.call("GET", DEPLOYMENTS, group="").status_code == 400


class TestResourceGroups:
    def test_what_it_shows(self, tenant: Tenant) -> None:
        shown = tenant.get(f"{GROUPS}/{tenant.group}")

        assert shown["status"] == "PROVISIONED"
        assert {"resourceGroupId", "tenantId", "zoneId", "createdAt", "labels"} <= set(shown)

    def test_one_that_exists(self, tenant: Tenant) -> None:
        answer = tenant.call("POST", GROUPS, json={"resourceGroupId": tenant.group})

        assert answer.status_code == 409

    def test_labels_are_replaced_as_a_whole(self, tenant: Tenant) -> None:
        labels = [{"key": "ext.ai.sap.com/made-by", "value": "aicore-provider-tests, changed"}]

        answer = tenant.call("PATCH", f"{GROUPS}/{tenant.group}", json={"labels": labels})

        assert (answer.status_code, answer.text) == (202, "")

        def look() -> bool | None:
            return True if tenant.get(f"{GROUPS}/{tenant.group}")["labels"] == labels else None

        tenant.until("the labels are there", look, "group")

    def test_an_unknown_one(self, tenant: Tenant) -> None:
        assert tenant.call("GET", f"{GROUPS}/no-such-group-here").status_code == 404


class TestCatalog:
    def test_meta(self, tenant: Tenant) -> None:
        meta = tenant.get("/lm/meta")["aiApi"]

        assert meta["capabilities"]["userDeployments"] is True
        assert meta["capabilities"]["bulkUpdates"]["deployments"] is True
        assert meta["limits"]["deployments"]["maxRunningCount"] == -1

    def test_scenarios(self, tenant: Tenant) -> None:
        names = {each["id"] for each in tenant.get("/lm/scenarios")["resources"]}

        assert {"foundation-models", "orchestration"} <= names
        assert tenant.call("GET", "/lm/scenarios/no-such-scenario").status_code == 404

    def test_lists_below_an_unknown_scenario(self, tenant: Tenant) -> None:
        assert tenant.call("GET", "/lm/scenarios/no-such-scenario/executables").status_code == 400

    def test_parameters_of_a_model_executable(self, tenant: Tenant) -> None:
        path = "/lm/scenarios/foundation-models/executables/azure-openai"
        parameters = {each["name"]: each for each in tenant.get(path)["parameters"]}

        assert parameters["modelVersion"]["default"] == "latest"
        assert "default" not in parameters["modelName"]

    def test_each_model_has_one_latest_version(self, tenant: Tenant) -> None:
        for model in tenant.get("/lm/scenarios/foundation-models/models")["resources"]:
            latest = [version["name"] for version in model["versions"] if version["isLatest"]]
            assert len(latest) == bool(model["versions"]), model["model"]


class TestArtifacts:
    BODY: dict[str, Any] = {  # noqa: RUF012
        "name": "rules",
        "kind": "dataset",
        "url": "ai://default/rules",
        "scenarioId": "foundation-models",
    }

    def register(self, tenant: Tenant, **more: Any) -> requests.Response:
        answer = tenant.call("POST", "/lm/artifacts", json={**self.BODY, **more})
        assert answer.status_code == 201, answer.text
        return answer

    def test_the_answer_and_the_artifact(self, tenant: Tenant) -> None:
        answer = self.register(tenant)

        assert answer.headers["Location"].endswith(answer.json()["id"])
        assert answer.json()["url"] == self.BODY["url"]
        shown = tenant.get(f"/lm/artifacts/{answer.json()['id']}")
        assert self.BODY.items() <= shown.items()

    def test_a_label_with_another_value(self, tenant: Tenant) -> None:
        def labelled(value: str) -> str:
            label = {"key": "ext.ai.sap.com/rules", "value": value}
            return str(self.register(tenant, labels=[label]).json()["id"])

        one, _, plain = labelled("one"), labelled("two"), self.register(tenant).json()["id"]

        found = tenant.get("/lm/artifacts", artifactLabelSelector="ext.ai.sap.com/rules!=two")["resources"]
        ids = {each["id"] for each in found}
        assert one in ids
        assert plain not in ids

    def test_artifacts_that_are_not_there(self, tenant: Tenant) -> None:
        assert tenant.call("GET", "/lm/artifacts/no-such-artifact").status_code == 404


class TestExecutions:
    def test_executions_that_are_not_there(self, tenant: Tenant) -> None:
        assert refusal(tenant.call("GET", "/lm/executions/no-such-execution")) == (404, "01010020")

    def test_metrics_are_asked_for_by_one_of_two(self, tenant: Tenant) -> None:
        unknown = {"executionIds": "no-such-execution"}

        assert tenant.call("GET", "/lm/metrics", params=unknown).status_code == 404
        both = {**unknown, "$filter": "executionId eq 'no-such-execution'"}
        assert tenant.call("GET", "/lm/metrics", params=both).status_code == 400


class TestConfigurations:
    BODY: dict[str, Any] = {"name": "rules", "scenarioId": "foundation-models", "executableId": "azure-openai"}  # noqa: RUF012

    def test_the_answer_and_the_object(self, tenant: Tenant) -> None:
        bindings = [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]
        answer = tenant.call("POST", "/lm/configurations", json={**self.BODY, "parameterBindings": bindings})

        assert answer.status_code == 201
        assert answer.headers["Location"].endswith(answer.json()["id"])
        shown = tenant.get(f"/lm/configurations/{answer.json()['id']}")
        assert shown["parameterBindings"] == bindings
        assert shown["inputArtifactBindings"] == []

    def test_names_need_not_differ(self, tenant: Tenant) -> None:
        assert tenant.configuration("twice") != tenant.configuration("twice")

    def test_an_empty_name(self, tenant: Tenant) -> None:
        assert tenant.call("POST", "/lm/configurations", json={**self.BODY, "name": ""}).status_code == 201

    def test_unknown_properties_are_ignored(self, tenant: Tenant) -> None:
        assert tenant.call("POST", "/lm/configurations", json={**self.BODY, "versionId": "0.0.1"}).status_code == 201

    def test_an_unknown_executable(self, tenant: Tenant) -> None:
        answer = tenant.call("POST", "/lm/configurations", json={**self.BODY, "executableId": "no-such-one"})

        assert answer.status_code == 400
        assert "is not found" in answer.json()["error"]["message"]

    def test_an_unknown_one(self, tenant: Tenant) -> None:
        assert tenant.call("GET", "/lm/configurations/no-such-configuration").status_code == 404

    @pytest.mark.parametrize("top", ["-1", "100001", "x"])
    def test_paging_out_of_range(self, tenant: Tenant, top: str) -> None:
        assert tenant.call("GET", "/lm/configurations", params={"$top": top}).status_code == 400

    def test_count_of_a_list_is_that_of_the_answer(self, tenant: Tenant) -> None:
        for _ in range(2):
            tenant.configuration()

        assert tenant.get("/lm/configurations", **{"$top": "1"})["count"] == 1

    def test_the_model_is_checked_when_it_is_deployed(self, tenant: Tenant) -> None:
        bindings = [{"key": "modelName", "value": "gpt-5-mini"}, {"key": "modelVersion", "value": "1999-01-01"}]
        made = tenant.call("POST", "/lm/configurations", json={**self.BODY, "parameterBindings": bindings}).json()["id"]

        answer = tenant.call("POST", DEPLOYMENTS, json={"configurationId": made})

        assert refusal(answer) == (400, "01510003")

    def test_a_missing_parameter_is_found_when_it_is_deployed(self, tenant: Tenant) -> None:
        made = tenant.call("POST", "/lm/configurations", json=self.BODY).json()["id"]

        answer = tenant.call("POST", DEPLOYMENTS, json={"configurationId": made})

        assert answer.status_code == 400
        assert "placeholder" in answer.json()["error"]["message"]


@dataclass
class Running:
    """A deployment, and what was seen on its way to RUNNING."""

    id: str
    configuration: str
    posted: requests.Response
    first: dict[str, Any]
    shown: dict[str, Any]


@pytest.fixture(scope="module")
def running(tenant: Tenant) -> Running:
    """One for all; no test leaves it in another status."""
    configuration = tenant.configuration("first")
    posted = tenant.call("POST", DEPLOYMENTS, json={"configurationId": configuration, "ttl": "4H"})
    assert posted.status_code == 202, posted.text
    deployment = posted.json()["id"]
    first = tenant.get(f"{DEPLOYMENTS}/{deployment}")
    return Running(deployment, configuration, posted, first, tenant.in_status(deployment, "RUNNING"))


class TestDeployments:
    def test_the_answer_of_a_create(self, tenant: Tenant, running: Running) -> None:
        assert running.posted.json() == {
            "id": running.id,
            "message": "Deployment scheduled.",
            "deploymentUrl": "",
            "status": "UNKNOWN",
            "ttl": "4H",
        }
        assert running.posted.headers["Location"].endswith(f"{DEPLOYMENTS}/{running.id}")

    def test_readable_at_once(self, running: Running) -> None:
        assert running.first["targetStatus"] == "RUNNING"
        assert running.first["deploymentUrl"] == ""
        assert running.first["lastOperation"] == "CREATE"

    @pytest.mark.parametrize("change", ["switch", "stop"])
    def test_nothing_can_be_changed_in_unknown(self, tenant: Tenant, change: str) -> None:
        configuration = tenant.configuration()
        made = tenant.call("POST", DEPLOYMENTS, json={"configurationId": configuration}).json()["id"]
        body = {"configurationId": configuration} if change == "switch" else {"targetStatus": "STOPPED"}

        answer = tenant.call("PATCH", f"{DEPLOYMENTS}/{made}", json=body)

        if answer.ok:
            pytest.skip("it was no longer UNKNOWN")
        assert refusal(answer) == (400, "01010076")
        tenant.call("DELETE", f"{DEPLOYMENTS}/{made}")

    def test_once_it_runs(self, tenant: Tenant, running: Running) -> None:
        assert running.shown["status"] == "RUNNING"
        assert running.shown["deploymentUrl"] == f"{tenant.base_url}/v2/inference/deployments/{running.id}"
        assert running.shown["latestRunningConfigurationId"] == running.configuration
        assert running.shown["ttl"] == "4H"
        assert running.shown["details"]["resources"]["backendDetails"] == {}

    def test_what_select_status_leaves(self, tenant: Tenant, running: Running) -> None:
        shown = tenant.get(f"{DEPLOYMENTS}/{running.id}", **{"$select": "status"})

        assert set(shown) <= {
            "id", "configurationId", "status", "createdAt", "modifiedAt", "statusDetails", "details"
        }  # fmt: skip

    def test_status_details_are_not_in_lists(self, tenant: Tenant, running: Running) -> None:
        (listed,) = [each for each in tenant.get(DEPLOYMENTS)["resources"] if each["id"] == running.id]

        assert "statusDetails" not in listed

    def test_no_deletion_while_it_runs(self, tenant: Tenant, running: Running) -> None:
        assert refusal(tenant.call("DELETE", f"{DEPLOYMENTS}/{running.id}"))[0] == 412

    @pytest.mark.parametrize("body", [{}, {"targetStatus": "STOPPED", "configurationId": "some-configuration"}])
    def test_one_change_at_a_time(self, tenant: Tenant, running: Running, body: dict[str, str]) -> None:
        assert tenant.call("PATCH", f"{DEPLOYMENTS}/{running.id}", json=body).status_code == 400

    def test_a_configuration_of_another_executable(self, tenant: Tenant, running: Running) -> None:
        bindings = [{"key": "modelName", "value": "gpt-5-mini"}]
        body = {**TestConfigurations.BODY, "parameterBindings": bindings}
        other = tenant.call("POST", "/lm/configurations", json=body).json()["id"]

        answer = tenant.call("PATCH", f"{DEPLOYMENTS}/{running.id}", json={"configurationId": other})

        assert answer.status_code == 400

    def test_an_unknown_one(self, tenant: Tenant) -> None:
        assert refusal(tenant.call("GET", f"{DEPLOYMENTS}/d0123456789abcde")) == (404, "01010016")

    def test_a_bulk_change_refuses_each_by_itself(self, tenant: Tenant) -> None:
        body = {"deployments": [{"id": "d0123456789abcde", "targetStatus": "STOPPED"}]}

        answer = tenant.call("PATCH", DEPLOYMENTS, json=body, headers=MERGE_PATCH)

        assert answer.status_code == 202
        assert answer.json()["deployments"][0]["error"]["code"] == "01010016"

    @pytest.mark.parametrize("ttl", ["9m", "10,", "4h30m"])
    def test_times_to_live_that_are_none(self, tenant: Tenant, ttl: str) -> None:
        body = {"configurationId": tenant.configuration(), "ttl": ttl}

        assert tenant.call("POST", DEPLOYMENTS, json=body).status_code == 400

    def test_deleted_straight_from_unknown(self, tenant: Tenant) -> None:
        made = tenant.call("POST", DEPLOYMENTS, json={"configurationId": tenant.configuration()}).json()["id"]

        answer = tenant.call("DELETE", f"{DEPLOYMENTS}/{made}")

        assert answer.status_code == 202
        assert answer.json() == {"id": made, "message": "Deletion scheduled", "targetStatus": "DELETED"}
        found = tenant.deployment(made)
        assert found is None or found["targetStatus"] == "DELETED"
        tenant.gone(made)

    def test_a_switch_and_back(self, tenant: Tenant, running: Running) -> None:
        for wanted, before in ((tenant.configuration("third"), running.configuration), (running.configuration, None)):
            answer = tenant.call("PATCH", f"{DEPLOYMENTS}/{running.id}", json={"configurationId": wanted})
            assert (answer.status_code, answer.json()["message"]) == (202, "Deployment modification scheduled")
            at_once = tenant.get(f"{DEPLOYMENTS}/{running.id}")
            assert at_once["configurationId"] == wanted
            assert at_once["lastOperation"] == "UPDATE"
            assert before is None or at_once["latestRunningConfigurationId"] == before
            self.until_it_runs_on(tenant, running.id, wanted)

    def test_stopped_for_good(self, tenant: Tenant) -> None:
        made = tenant.call("POST", DEPLOYMENTS, json={"configurationId": tenant.configuration()}).json()["id"]
        path = f"{DEPLOYMENTS}/{made}"
        tenant.in_status(made, "RUNNING")

        assert tenant.call("PATCH", path, json={"targetStatus": "STOPPED"}).status_code == 202
        stopped = tenant.in_status(made, "STOPPED")

        assert stopped["targetStatus"] == "STOPPED"
        assert "completionTime" in stopped
        assert stopped.get("lastOperation") is None
        assert stopped.get("latestRunningConfigurationId") is None
        again = tenant.call("PATCH", path, json={"configurationId": tenant.configuration()})
        assert refusal(again)[0] == 412
        assert tenant.call("DELETE", path).status_code == 202
        tenant.gone(made)

    @staticmethod
    def until_it_runs_on(tenant: Tenant, deployment: str, configuration: str) -> None:
        def look() -> bool | None:
            shown = tenant.get(f"{DEPLOYMENTS}/{deployment}")
            assert shown["status"] != "DEAD", shown
            done = shown["status"] == "RUNNING" and shown["latestRunningConfigurationId"] == configuration
            return True if done else None

        tenant.until("the switch is done", look)


class TestOrchestration:
    """Refusals only: they ask no model, and cost nothing."""

    @staticmethod
    def refused(tenant: Tenant, running: Running, body: dict[str, Any]) -> dict[str, Any]:
        answer = tenant.call("POST", f"/inference/deployments/{running.id}/v2/completion", json=body)
        assert answer.status_code == 400, answer.text
        error: dict[str, Any] = answer.json()["error"]
        assert error["code"] == 400
        assert error["request_id"]
        return error

    def test_a_request_without_a_configuration(self, tenant: Tenant, running: Running) -> None:
        assert "'config' is a required property" in self.refused(tenant, running, {})["message"]

    def test_a_model_that_orchestration_does_not_offer(self, tenant: Tenant, running: Running) -> None:
        templating = {
            "model": {"name": "no-such-model"},
            "prompt": {"template": [{"role": "user", "content": "Nobody reads this."}]},
        }
        error = self.refused(tenant, running, {"config": {"modules": {"prompt_templating": templating}}})

        assert "Model no-such-model not supported" in error["message"]
        assert error["location"] == "Request Body"


@pytest.mark.parametrize(
    ("method", "path", "group", "body"),
    [
        ("DELETE", f"{DEPLOYMENTS}/d0123456789abcde", "default", None),
        ("POST", "/inference/deployments/d0123456789abcde/v2/completion", "default", {}),
        ("POST", "/lm/configurations", "default", {}),
        ("POST", DEPLOYMENTS, "", {}),
        ("DELETE", f"{GROUPS}/default", None, None),
        ("PATCH", f"{GROUPS}/default", None, {"labels": []}),
        ("POST", GROUPS, None, {"resourceGroupId": "default"}),
        ("POST", "/admin/secrets", None, {}),
    ],
)
def test_nothing_else_can_be_touched(tenant: Tenant, method: str, path: str, group: str | None, body: Any) -> None:
    with pytest.raises(NotOurs):
        tenant.call(method, path, group=group, json=body)
