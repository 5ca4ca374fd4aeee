"""Against the contract itself, SAP's OpenAPI document, where a copy lies beside this repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.emulator.coverage import emulated
from tests.emulator.spec import document, needs_spec, operations
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api

pytestmark = needs_spec

EMULATED = set(emulated())
NEVER_A_SUCCESS = {("GET", "/admin/services/{ServiceName}")}
"""No tenant has a service."""


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    plain: dict[str, Any] = _without_nullable(document())
    return plain


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


def _without_nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema lists the type null."""
    if isinstance(node, list):
        return [_without_nullable(each) for each in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _without_nullable(value) for key, value in node.items()}
    if changed.pop("nullable", False) is True and isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"], "null"]
    return changed


def check(spec: dict[str, Any], method: str, path: str, answer: requests.Response) -> None:
    """The answer has a declared status, and its body and headers are what the contract says."""
    responses = spec["paths"][path][method.lower()]["responses"]
    declared = responses.get(str(answer.status_code), responses.get("default"))
    assert declared is not None, f"{method} {path} never answers {answer.status_code}"
    if "$ref" in declared:
        declared = spec["components"]["responses"][declared["$ref"].rsplit("/", 1)[1]]
    assert not declared.get("headers", {}).keys() - answer.headers.keys()
    content = declared.get("content")
    if content is None:
        assert answer.text == ""
        return
    media_type = answer.headers["Content-Type"].split(";")[0]
    if media_type == "application/octet-stream":
        assert media_type in content
        return
    schema = {**content[media_type]["schema"], "components": spec["components"]}
    jsonschema.Draft7Validator(schema).validate(answer.json())


def test_every_operation_of_the_contract_is_answered(api: Api) -> None:
    for method, path in operations():
        answer = api.call(method, re.sub(r"\{\w+\}", "some-id-1", path))
        assert answer.status_code not in (405, 500, 501), (method, path)
        assert answer.status_code != 404 or "contract has no" not in answer.text


class Checked:
    """Calls whose answers are checked against the contract."""

    def __init__(self, spec: dict[str, Any], api: Api) -> None:
        self.spec = spec
        self.api = api
        self.answered: set[tuple[str, str]] = set()

    def __call__(
        self, method: str, template: str, ids: dict[str, str] | None = None, **arguments: Any
    ) -> requests.Response:
        path = re.sub(r"\{(\w+)\}", lambda match: (ids or {})[match[1]], template)
        answer = self.api.call(method, path, **arguments)
        check(self.spec, method, template, answer)
        if answer.ok:
            self.answered.add((method, template))
        return answer


def test_answers_are_what_the_contract_says(spec: dict[str, Any], api: Api) -> None:
    call = Checked(spec, api)

    read_the_catalog(call)
    old, new = use_configurations(call)
    lead_deployments_through_their_life(call, old, new)
    register_artifacts(call)
    lead_executions_through_their_life(call)
    schedule_executions(call)
    store_metrics(call)
    use_files(call)
    call("GET", "/analytics/kpis")
    call("GET", "/analytics/kpis", params={"$select": "Scenario,Executions"})
    call("GET", "/analytics/kpis", params={"$select": "Models"})
    administer(call)
    keep_secrets(call)
    synchronise(call)

    assert call.answered == EMULATED - NEVER_A_SUCCESS


def read_the_catalog(call: Checked) -> None:
    scenario = {"scenarioId": "foundation-models", "executableId": "azure-openai"}
    call("GET", "/lm/scenarios")
    for below in ("", "/executables", "/executables/{executableId}", "/versions", "/models"):
        call("GET", f"/lm/scenarios/{{scenarioId}}{below}", scenario)
    call("GET", "/lm/scenarios/{scenarioId}", {"scenarioId": "unknown"})


def use_configurations(call: Checked) -> tuple[str, str]:
    old, new = call.api.configuration("2025-05-01"), call.api.configuration("latest")
    minimal = {"name": "x", "scenarioId": "orchestration", "executableId": "orchestration"}
    call("POST", "/lm/configurations", json=minimal)
    call("POST", "/lm/configurations", json={})
    call("GET", "/lm/configurations", params={"$expand": "scenario"})
    call("GET", "/lm/configurations/$count")
    for configuration in (old, "unknown", "-"):
        call("GET", "/lm/configurations/{configurationId}", {"configurationId": configuration})
    return old, new


def lead_deployments_through_their_life(call: Checked, old: str, new: str) -> None:
    api = call.api
    running = {"deploymentId": api.running(old)}
    one = "/lm/deployments/{deploymentId}"
    fresh = {"deploymentId": call("POST", "/lm/deployments", json={"configurationId": old, "ttl": "24H"}).json()["id"]}
    call("POST", "/lm/deployments", json={"configurationId": "unknown"})
    call("PATCH", one, running, json={"configurationId": new})
    for _ in range(3):
        for ids in (running, fresh):
            call("GET", one, ids)
            call("GET", one, ids, params={"$select": "status"})
            call("GET", f"{one}/logs", ids)
        call("GET", "/lm/deployments")
        call("GET", "/lm/deployments", params={"$select": "status"})
        call("GET", "/lm/deployments/$count")
        api.emulator.advance(HALF_WAY_S)
    call("GET", one, {"deploymentId": "unknown"})
    call("GET", f"{one}/logs", {"deploymentId": "unknown"})
    call("DELETE", one, running)
    call("DELETE", one, {"deploymentId": "unknown"})
    items = [{"id": running["deploymentId"], "targetStatus": "STOPPED"}, {"id": "unknown", "targetStatus": "DELETED"}]
    bulk = {"Content-Type": "application/merge-patch+json"}
    call("PATCH", "/lm/deployments", json={"deployments": items}, headers=bulk)
    call("PATCH", one, running, json={"targetStatus": "STOPPED"})
    call("GET", one, running)
    api.emulator.advance(TRANSITION_S)
    call("GET", one, running)
    call("DELETE", one, running)
    call("GET", one, running)


def register_artifacts(call: Checked) -> None:
    body = {"name": "texts", "kind": "dataset", "url": "ai://default/texts", "scenarioId": "text-classification"}
    labels = [{"key": "ext.ai.sap.com/team", "value": "a"}]
    made = call("POST", "/lm/artifacts", json={**body, "labels": labels, "description": "of May"}).json()["id"]
    call("POST", "/lm/artifacts", json=body)
    call("POST", "/lm/artifacts", json={})
    call("GET", "/lm/artifacts", params={"$expand": "scenario"})
    call("GET", "/lm/artifacts", params={"kind": "picture"})
    call("GET", "/lm/artifacts/$count")
    for artifact in (made, "unknown", "-"):
        call("GET", "/lm/artifacts/{artifactId}", {"artifactId": artifact})


def lead_executions_through_their_life(call: Checked) -> None:
    api, one = call.api, "/lm/executions/{executionId}"
    configuration = {"configurationId": api.training()}
    completed = {"executionId": call("POST", "/lm/executions", json=configuration).json()["id"]}
    stopped = {"executionId": api.execute(api.training())}
    call("POST", "/lm/executions", json={"configurationId": "unknown"})
    call("PATCH", one, stopped, json={"targetStatus": "STOPPED"})
    for _ in range(4):
        call("GET", one, completed)
        call("GET", one, completed, params={"$select": "status"})
        call("GET", f"{one}/logs", completed)
        call("GET", "/lm/executions")
        call("GET", "/lm/executions", params={"$select": "status"})
        call("GET", "/lm/executions/$count")
        api.emulator.advance(TRANSITION_S / 4)
        call("PATCH", one, stopped, json={"targetStatus": "STOPPED"})
        call("DELETE", one, stopped)
    call("GET", one, completed)
    call("GET", one, {"executionId": "unknown"})
    call("GET", f"{one}/logs", {"executionId": "unknown"})
    items = [{"id": stopped["executionId"], "targetStatus": "DELETED"}, {"id": "unknown", "targetStatus": "STOPPED"}]
    bulk = {"Content-Type": "application/merge-patch+json"}
    call("PATCH", "/lm/executions", json={"executions": items}, headers=bulk)
    call("PATCH", "/lm/executions", json={"executions": []}, headers=bulk)
    call("DELETE", one, completed)
    call("GET", one, completed)
    call("DELETE", one, {"executionId": "unknown"})


def schedule_executions(call: Checked) -> None:
    api, one = call.api, "/lm/executionSchedules/{executionScheduleId}"
    body = {"name": "nightly", "cron": "0 0 * * *", "configurationId": api.training()}
    times = {"start": "2026-01-01T00:00:00Z", "end": "2036-01-01T00:00:00Z"}
    made = {
        "executionScheduleId": call("POST", "/lm/executionSchedules", json={**body, **times}).json()["id"],
    }
    call("POST", "/lm/executionSchedules", json=body)
    call("POST", "/lm/executionSchedules", json={**body, "cron": "never"})
    call("GET", "/lm/executionSchedules")
    call("GET", "/lm/executionSchedules/$count")
    call("GET", one, made)
    call("PATCH", one, made, json={"status": "INACTIVE"})
    call("PATCH", one, made, json={"cron": "never"})
    call("GET", one, made)
    call("DELETE", one, made)
    for method in ("GET", "PATCH", "DELETE"):
        call(method, one, made, json={})


def store_metrics(call: Checked) -> None:
    execution, bulk = call.api.execute(call.api.training()), {"Content-Type": "application/merge-patch+json"}
    pair = {"name": "stage", "value": "test"}
    metric = {"name": "loss", "value": 0.5, "step": 1, "labels": [pair]}
    parts = {"metrics": [metric, {"name": "loss", "value": 1}], "tags": [pair], "customInfo": [pair]}
    call("PATCH", "/lm/metrics", json={"executionId": execution, **parts}, headers=bulk)
    call("PATCH", "/lm/metrics", json={}, headers=bulk)
    call("PATCH", "/lm/metrics", json={"executionId": execution, "tags": [pair] * 101}, headers=bulk)
    tags = [{"name": f"t{number}", "value": "x"} for number in range(101)]
    call("PATCH", "/lm/metrics", json={"executionId": execution, "tags": tags}, headers=bulk)
    call("GET", "/lm/metrics", params={"executionIds": execution})
    call("GET", "/lm/metrics", params={"executionIds": execution, "$select": "tags", "tagFilters": "stage"})
    call("GET", "/lm/metrics")
    call("DELETE", "/lm/metrics", params={"executionId": execution})
    call("DELETE", "/lm/metrics", params={"executionId": execution})


def use_files(call: Checked) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}
    secret = {"name": "files", "type": "S3", "bucket": "data", "data": keys}
    call("POST", "/admin/objectStoreSecrets", json=secret)
    files, train = "/lm/dataset/files/{path}", {"path": "files/May/train.csv"}
    csv = {"Content-Type": "text/csv"}
    for ids in (train, train, {"path": "elsewhere/train.csv"}):
        call("PUT", files, ids, data=b"text,class", headers=csv)
    call("PUT", files, {"path": "files/all.csv"}, data=b"x" * 2**20 * 15, headers=csv)
    for number in range(4):
        call("PUT", files, {"path": f"files/{number}.csv"}, data=b"x" * 2**20 * 15, headers=csv)
    for method in ("GET", "DELETE", "GET", "DELETE"):
        call(method, files, train)
    call("GET", files, {"path": "files/*"})


def administer(call: Checked) -> None:
    label = {"key": "ext.ai.sap.com/owner", "value": "x"}
    group = {"resourceGroupId": "team-b"}
    call("POST", "/admin/resourceGroups", json={**group, "labels": [label]})
    call("POST", "/admin/resourceGroups", json=group)
    call("GET", "/admin/resourceGroups")
    call.api.emulator.advance(TRANSITION_S)
    call("GET", "/admin/resourceGroups/{resourceGroupId}", group)
    call("PATCH", "/admin/resourceGroups/{resourceGroupId}", group, json={"labels": []})
    call("DELETE", "/admin/resourceGroups/{resourceGroupId}", group)
    call("DELETE", "/admin/resourceGroups/{resourceGroupId}", group)
    call("GET", "/admin/resourceGroups/{resourceGroupId}", {"resourceGroupId": "unknown"})
    call.api.emulator.faults = [{"outcome": "ERROR"}]
    call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-c"})
    call.api.emulator.advance(TRANSITION_S)
    call("GET", "/admin/resourceGroups/{resourceGroupId}", {"resourceGroupId": "team-c"})
    call("GET", "/lm/meta")
    call("GET", "/admin/tenantInfo")
    call("GET", "/admin/services")
    call("GET", "/admin/services/{ServiceName}", {"ServiceName": "unknown"})
    call("GET", "/admin/resources/instanceTypes")
    call("PATCH", "/admin/resources/nodes", json={"resourcePlans": [{"name": "basic", "request": 1}]})
    call("PATCH", "/admin/resources/nodes", json={})
    call("GET", "/admin/resources/nodes")
    for _, path in EMULATED:
        if path.startswith("/admin/resourceQuota/"):
            call("GET", path)
            call("GET", path, params={"quotaOnly": "true"})


def keep_secrets(call: Checked) -> None:
    one, named = "/admin/secrets/{secretName}", {"secretName": "token"}
    body = {"name": "token", "data": {"value": "eA=="}, "labels": [{"key": "ext.ai.sap.com/owner", "value": "x"}]}
    for headers in ({}, {"AI-Tenant-Scope": "true"}, {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"}):
        call("POST", "/admin/secrets", json=body, headers=headers)
        call("POST", "/admin/secrets", json=body, headers=headers)
        call("GET", "/admin/secrets", headers=headers)
        call("GET", one, named, headers=headers)
        call("PATCH", one, named, json={"data": {}}, headers=headers)
        call("PATCH", one, named, json={}, headers=headers)
        call("DELETE", one, named, headers=headers)
        call("DELETE", one, named, headers=headers)
    data = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    store: dict[str, Any] = {"name": "store", "type": "S3", "bucket": "b", "endpoint": "e", "region": "r", "data": data}
    registry: dict[str, Any] = {"name": "store", "data": {".dockerconfigjson": "{}"}}
    for above, body, key in (
        ("/admin/objectStoreSecrets", store, "objectStoreName"),
        ("/admin/dockerRegistrySecrets", registry, "dockerRegistryName"),
    ):
        one, named = f"{above}/{{{key}}}", {key: "store"}
        for _ in range(2):
            call("POST", above, json=body)
            call("PATCH", one, named, json=body)
            call("PATCH", one, named, json={})
            call("GET", above)
            call("GET", one, named)
            call("DELETE", one, named)
            call("DELETE", one, named)
            call.api.emulator.advance(TRANSITION_S)
            call("GET", one, named)


def synchronise(call: Checked) -> None:
    repository, application = {"repositoryName": "models"}, {"applicationName": "app-one"}
    one, login = "/admin/repositories/{repositoryName}", {"username": "x", "password": "x"}
    source = {"repositoryUrl": "https://git.example.com/models", "revision": "HEAD", "path": "p"}
    for _ in range(2):
        call("POST", "/admin/repositories", json={"name": "models", "url": source["repositoryUrl"], **login})
        call("GET", "/admin/repositories")
        call("GET", one, repository)
        call("PATCH", one, repository, json=login)
    call("PATCH", one, repository, json={})
    one = "/admin/applications/{applicationName}"
    for _ in range(2):
        call("POST", "/admin/applications", json={**source, **application})
        call("GET", "/admin/applications")
        call("GET", one, application)
        call("GET", f"{one}/status", application)
        call("POST", f"{one}/refresh", application)
        call("PATCH", one, application, json=source)
        call.api.emulator.advance(TRANSITION_S)
    call("DELETE", "/admin/repositories/{repositoryName}", repository)
    call("DELETE", "/admin/repositories/{repositoryName}", repository)
    call("GET", f"{one}/status", application)
    call("PATCH", one, application, json={})
    for _ in range(2):
        call("DELETE", one, application)
        call("GET", one, application)
        call("GET", f"{one}/status", application)
        call("POST", f"{one}/refresh", application)
