"""What the service sends, and what it means: it varies, and must never be mistaken for something else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from aicore_provider.api import collection as collection_module
from aicore_provider.api.configurations import Configurations
from aicore_provider.api.decoding import decode, decode_list
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.errors import Forbidden, InvalidRequest, NotFound, UnexpectedAnswer, WrongState
from aicore_provider.api.http import Http
from aicore_provider.api.types import Configuration, Deployment
from aicore_provider.emulator import Emulator
from tests.api.requests_seen import calls

REQUIRED = {"id": "d1a2b3c4", "configurationId": "c-1", "status": "RUNNING"}
OPTIONAL = (
    "targetStatus",
    "latestRunningConfigurationId",
    "executableId",
    "scenarioId",
    "deploymentUrl",
    "ttl",
    "lastOperation",
    "statusMessage",
    "createdAt",
    "modifiedAt",
    "submissionTime",
    "startTime",
    "completionTime",
)
BARE = decode(Deployment, REQUIRED, "GET", str)


@pytest.mark.parametrize("empty", [None, ""], ids=["null", "empty"])
@pytest.mark.parametrize("field", [*OPTIONAL, "details", "statusDetails"])
def test_null_empty_and_absent_mean_the_same(field: str, empty: object) -> None:
    assert decode(Deployment, REQUIRED | {field: empty}, "GET", str) == BARE


@pytest.mark.parametrize("field", OPTIONAL)
def test_every_optional_field_is_read(field: str) -> None:
    assert decode(Deployment, REQUIRED | {field: "2026-02-03T09:11:00Z"}, "GET", str) != BARE


@pytest.mark.parametrize("spelling", ["backendDetails", "backend_details"])
@pytest.mark.parametrize("other", [None, {}])
def test_the_model_is_found_under_both_spellings(spelling: str, other: object) -> None:
    twin = {"backendDetails", "backend_details"} - {spelling}
    resources = {spelling: {"model": {"name": "gpt-5-mini", "version": "latest"}}, twin.pop(): other}
    model = decode(Deployment, REQUIRED | {"details": {"resources": resources}}, "GET", str).model
    assert (model.name, model.version) == ("gpt-5-mini", "latest")


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"resources": None},
        {"resources": "none"},
        {"resources": {"backendDetails": {}, "backend_details": {}}},
        {"resources": {"backendDetails": {"model": None}}},
        {"resources": {"backendDetails": {"predictor": {"resourcePlan": "starter"}}}},
        {"resources": {"backendDetails": ["odd"]}},
        "odd",
    ],
    ids=str,
)
def test_no_model_is_no_error(details: object) -> None:
    model = decode(Deployment, REQUIRED | {"details": details}, "GET", str).model
    assert (model.name, model.version) == (None, None)


def test_unknown_fields_and_statuses_are_taken_as_they_are() -> None:
    odd = REQUIRED | {"createdBy": "me", "status": "HIBERNATING", "targetStatus": "AWAKE", "lastOperation": "NAP"}
    found = decode(Deployment, odd, "GET", str)
    assert (found.status, found.target_status, found.last_operation) == ("HIBERNATING", "AWAKE", "NAP")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-02-03T09:11:00Z", dt.datetime(2026, 2, 3, 9, 11, tzinfo=dt.timezone.utc)),
        ("2026-02-03T09:11:00+00:00", dt.datetime(2026, 2, 3, 9, 11, tzinfo=dt.timezone.utc)),
        ("yesterday", None),
        (17, None),
    ],
)
def test_a_timestamp_is_never_worth_a_crash(written: object, read: dt.datetime | None) -> None:
    assert decode(Deployment, REQUIRED | {"startTime": written}, "GET", str).start_time == read


@pytest.mark.parametrize(
    "item",
    [
        *({k: v for k, v in REQUIRED.items() if k != field} for field in REQUIRED),
        *(REQUIRED | {field: None} for field in REQUIRED),
        REQUIRED | {"id": ["odd"]},
        "odd",
        None,
        [],
    ],
    ids=str,
)
def test_one_unreadable_item_spoils_the_list(item: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="something else than a deployment"):
        decode_list(Deployment, {"resources": [REQUIRED, item]}, "GET /lm/deployments", str)


@pytest.mark.parametrize("document", [None, [], "odd", {}, {"resources": None}, {"resources": {}}, {"count": 0}])
def test_a_list_without_a_list_is_not_an_empty_one(http: Http, emulator: Emulator, document: object) -> None:
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 200, "body": document}}]
    with pytest.raises(UnexpectedAnswer):
        Deployments(http, "default").list()


CONFIGURATION = {"id": "c-1", "name": "n", "scenarioId": "s-01", "executableId": "e-01"}


@pytest.mark.parametrize("empty", [None, "", []], ids=str)
def test_bindings_may_be_missing(empty: object) -> None:
    bare = decode(Configuration, CONFIGURATION, "GET", str)
    assert decode(Configuration, CONFIGURATION | {"parameterBindings": empty}, "GET", str) == bare
    assert bare.parameter_bindings == bare.input_artifact_bindings == {}


def test_bindings_are_maps_and_their_order_means_nothing() -> None:
    bindings = [{"key": "a", "value": "1"}, {"key": "b", "value": 2}, {"key": "c", "value": None}, {"key": "d"}]
    there, back = (
        decode(Configuration, CONFIGURATION | {"parameterBindings": order}, "GET", str)
        for order in (bindings, bindings[::-1])
    )
    assert there == back
    assert there.parameter_bindings == {"a": "1", "b": "2", "c": "", "d": ""}


@pytest.mark.parametrize("bindings", [[{"value": "1"}], [{"key": None}], ["odd"], "odd", {"a": {}}], ids=str)
def test_unreadable_bindings_are_an_unexpected_answer(bindings: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="something else than a configuration"):
        decode(Configuration, CONFIGURATION | {"parameterBindings": bindings}, "GET /lm/configurations/c-1", str)


# --- the calls -------------------------------------------------------------------------------------------------------


@pytest.fixture
def configurations(http: Http) -> Configurations:
    return Configurations(http, "default")


@pytest.fixture
def deployments(http: Http) -> Deployments:
    return Deployments(http, "default")


def configure(configurations: Configurations, version: str = "2025-08-07", **more: Any) -> str:
    wanted: dict[str, Any] = {
        "name": "chat",
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": version},
        "input_artifact_bindings": {},
    }
    return configurations.create(**wanted | more)


def test_a_configuration_comes_back_as_it_was_made(configurations: Configurations) -> None:
    made = configure(configurations, input_artifact_bindings={"data": "a-0001"})
    found = configurations.get(made)
    assert found.parameter_bindings == {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"}
    assert found.input_artifact_bindings == {"data": "a-0001"}
    assert (found.id, found.name, found.scenario_id) == (made, "chat", "foundation-models")
    assert (found.executable_id, found.created_at is not None) == ("azure-openai", True)


def test_a_deployment_lives_and_dies(
    configurations: Configurations, deployments: Deployments, emulator: Emulator
) -> None:
    old, new = configure(configurations), configure(configurations, "latest")
    made = deployments.create(old, ttl="10h")
    found = deployments.get(made)
    assert (found.status, found.configuration_id, found.ttl) == ("UNKNOWN", old, "10h")
    emulator.advance(8)
    deployments.switch(made, new)
    found = deployments.get(made)
    assert (found.configuration_id, found.latest_running_configuration_id) == (new, old)
    emulator.advance(8)
    assert [d.latest_running_configuration_id for d in deployments.list()] == [new]
    deployments.stop(made)
    emulator.advance(8)
    deployments.delete(made)
    assert [d.target_status for d in deployments.list()] == ["DELETED"]
    emulator.advance(8)
    assert deployments.list() == []


def test_what_the_service_refuses_has_a_kind(
    configurations: Configurations, deployments: Deployments, emulator: Emulator
) -> None:
    with pytest.raises(InvalidRequest, match="executable azure-opanai"):
        configure(configurations, executable_id="azure-opanai")
    with pytest.raises(InvalidRequest) as unusable:
        deployments.create(configure(configurations, "1999-01-01"))
    assert unusable.value.message.code == "01510003"
    made = deployments.create(configure(configurations))
    for forbidden in (deployments.stop, lambda made: deployments.switch(made, configure(configurations))):
        with pytest.raises(WrongState, match="Current status UNKNOWN"):
            forbidden(made)
    emulator.advance(8)
    with pytest.raises(WrongState, match="Current status RUNNING"):
        deployments.delete(made)
    with pytest.raises(Forbidden, match="RBAC: access denied"):
        Deployments(deployments.http, "nobodys").list()


def test_only_the_service_itself_can_say_not_found(
    configurations: Configurations, deployments: Deployments, emulator: Emulator
) -> None:
    for get in (deployments.get, configurations.get):
        with pytest.raises(NotFound) as own:
            get("d0000000")
        assert own.value.message.is_from_service
        emulator.faults = [{"path": "/v2/*", "effect": {"status": 404, "body": "no healthy upstream"}}]
        with pytest.raises(NotFound) as gateways:
            get("d0000000")
        assert not gateways.value.message.is_from_service
        emulator.faults = []


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, [], {"message": "Deployment scheduled."}], ids=str)
def test_a_create_without_an_id_says_that_something_exists(
    configurations: Configurations, deployments: Deployments, emulator: Emulator, body: object
) -> None:
    emulator.faults = [{"method": "POST", "path": "/v2/*", "effect": {"status": 202, "body": body}}]
    with pytest.raises(UnexpectedAnswer, match="succeeded, but its answer has no id"):
        deployments.create("c-0001")
    with pytest.raises(UnexpectedAnswer, match="succeeded, but its answer has no id"):
        configure(configurations)


@pytest.mark.parametrize(("existing", "pages"), [(0, 1), (2, 1), (3, 2), (4, 2), (6, 3)])
def test_a_list_is_read_to_its_last_page(
    configurations: Configurations,
    deployments: Deployments,
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    existing: int,
    pages: int,
) -> None:
    monkeypatch.setattr(collection_module, "_PAGE", 3)
    configuration = configure(configurations)
    made = {deployments.create(configuration) for _ in range(existing)}
    emulator.clear_journal()

    listed = [deployment.id for deployment in deployments.list()]

    assert (set(listed), len(listed)) == (made, existing)
    assert calls(emulator) == [("GET", 200)] * pages


def test_a_broken_second_page_is_not_half_a_list(
    configurations: Configurations, deployments: Deployments, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_module, "_PAGE", 1)
    configuration = configure(configurations)
    for _ in range(2):
        deployments.create(configuration)
    emulator.faults = [{"method": "GET", "after": 1, "path": "/v2/*", "effect": {"status": 403, "body": "RBAC"}}]
    with pytest.raises(Forbidden):
        deployments.list()
