"""What SAP's own Python SDK, 3.5, makes of the emulator's answers: a life of each kind of object besides deployments.

The SDK cannot read one generic secret, nor give a secret labels. It cannot delete artifacts and configurations, nor can
the API. Its client of AI Core has no execution schedules; its client of the AI API has them. The API shows no secret
values, so that the emulator's digests tell what has arrived.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ai_api_client_sdk.ai_api_v2_client import AIAPIV2Client
from ai_api_client_sdk.exception import AIAPIInvalidRequestException, AIAPINotFoundException, AIAPIServerException
from ai_api_client_sdk.models.artifact import Artifact
from ai_api_client_sdk.models.input_artifact_binding import InputArtifactBinding
from ai_api_client_sdk.models.label import Label
from ai_api_client_sdk.models.parameter_binding import ParameterBinding
from ai_api_client_sdk.models.status import ScheduleStatus, Status
from ai_api_client_sdk.models.target_status import TargetStatus
from ai_core_sdk.ai_core_v2_client import AICoreV2Client
from ai_core_sdk.models.repository_status import RepositoryStatus

from aicore_provider.emulator import Emulator, SteppedClock

START = dt.datetime(2026, 11, 26, 10, 30, tzinfo=dt.timezone.utc)
PACE = {
    "transitions": {
        key: {"reads": 1}
        for key in (
            *("submitted", "starting", "running", "stopping", "deleting"),
            *("replicating", "changing-secret", "removing-secret", "onboarding", "syncing"),
        )
    }
}
SCENARIO, EXECUTABLE = "text-classification", "text-classification-training"
SYNCED = ("Healthy", "Synced")
REPOSITORY = "https://github.com/example/templates"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(pace=PACE, clock=SteppedClock(START.timestamp())) as running:
        yield running


@pytest.fixture
def arguments(emulator: Emulator) -> dict[str, Any]:
    return {
        "auth_url": f"{emulator.url}/oauth/token",
        "client_id": "emulator",
        "client_secret": "emulator",
        "resource_group": "default",
        "num_request_retries": 0,
    }


@pytest.fixture
def core(emulator: Emulator, arguments: dict[str, Any]) -> Any:
    return AICoreV2Client(base_url=f"{emulator.url}/v2", **arguments)


@pytest.fixture
def schedules(emulator: Emulator, arguments: dict[str, Any]) -> Any:
    return AIAPIV2Client(base_url=f"{emulator.url}/v2/lm", **arguments).execution_schedule


def digests(emulator: Emulator) -> dict[str, str]:
    """The digests of the one object with secret values."""
    (found,) = emulator.secret_digests
    return dict(found["digests"])


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def names(answer: Any) -> list[str]:
    assert answer.count == len(answer.resources)
    return [each.name for each in answer.resources]


def seen(read: Callable[[], Any], count: int) -> list[Any]:
    """What so many reads in a row show."""
    return [read() for _ in range(count)]


def is_missing(read: Callable[[], Any]) -> bool:
    with pytest.raises(AIAPINotFoundException):
        read()
    return True


@pytest.mark.parametrize("scope", [{"ai_tenant_scope": True}, {"ai_tenant_scope": False}], ids=["tenant", "group"])
def test_generic_secrets(emulator: Emulator, core: Any, scope: dict[str, bool]) -> None:
    def data(value: str) -> dict[str, str]:
        return {"value": base64.b64encode(value.encode()).decode()}

    core.secrets.create("token", data("first"), **scope)
    assert names(core.secrets.query(**scope)) == ["token"]
    assert names(core.secrets.query(ai_tenant_scope=not scope["ai_tenant_scope"])) == []
    assert digests(emulator) == {"value": digest("first")}

    core.secrets.modify("token", data("second"), **scope)
    assert digests(emulator) == {"value": digest("second")}
    with pytest.raises(AIAPIServerException) as refused:
        core.secrets.create("token", data("third"), **scope)
    assert refused.value.status_code == 409

    core.secrets.delete("token", **scope)
    assert names(core.secrets.query(**scope)) == []
    with pytest.raises(AIAPINotFoundException):
        core.secrets.modify("token", data("third"), **scope)


def test_object_store_secrets(emulator: Emulator, core: Any) -> None:
    stores = core.object_store_secrets

    def wanted(bucket: str, key: str) -> dict[str, Any]:
        return {
            "type": "S3",
            "bucket": bucket,
            "endpoint": "s3.eu-central-1.amazonaws.com",
            "region": "eu-central-1",
            "path_prefix": "training",
            "data": {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": key},
        }

    stores.create("store", **wanted("texts", "first"))
    assert names(stores.query()) == ["store"]
    assert stores.get("store").metadata["storage.ai.sap.com/pathPrefix"] == "training"

    assert stores.modify("store", **wanted("others", "second")).id == "store"
    shown = [each.metadata["storage.ai.sap.com/bucket"] for each in seen(lambda: stores.get("store"), 2)]
    assert shown == ["texts", "others"]
    assert digests(emulator)["AWS_SECRET_ACCESS_KEY"] == digest("second")

    assert stores.delete("store").id == "store"
    assert names(stores.query()) == ["store"]
    assert is_missing(lambda: stores.get("store"))
    assert names(stores.query()) == []


def test_docker_registry_secrets(emulator: Emulator, core: Any) -> None:
    registries = core.docker_registry_secrets

    def data(password: str) -> dict[str, str]:
        login = {"auths": {"https://registry.example.com": {"username": "reader", "password": password}}}
        return {".dockerconfigjson": json.dumps(login)}

    registries.create("registry", data("first"))
    assert names(registries.query()) == ["registry"]
    assert registries.get("registry").name == "registry"

    before = digests(emulator)
    assert registries.modify("registry", data("second")).id == "registry"
    assert digests(emulator).keys() == before.keys()
    assert digests(emulator) != before

    assert registries.delete("registry").id == "registry"
    assert names(registries.query()) == ["registry"]
    assert is_missing(lambda: registries.get("registry"))
    assert names(registries.query()) == []


def test_repositories_and_applications(emulator: Emulator, core: Any) -> None:
    repositories, applications = core.repositories, core.applications

    assert repositories.create("templates", REPOSITORY, "reader", "first").message
    shown = seen(lambda: repositories.get("templates"), 2)
    assert [each.status for each in shown] == [RepositoryStatus.IN_PROGRESS, RepositoryStatus.COMPLETED]
    assert {each.url for each in shown} == {REPOSITORY}
    assert names(repositories.query()) == ["templates"]
    repositories.modify("templates", "reader", "second")
    assert digests(emulator)["password"] == digest("second")

    made = applications.create("HEAD", "training", application_name="training", repository_url=REPOSITORY)
    by_name = applications.create("HEAD", "serving", application_name="serving", repository_name="templates")
    assert [each.application_name for each in applications.query().resources] == [made.id, by_name.id]
    assert applications.get("serving").repository_url == REPOSITORY

    def status() -> tuple[str, str]:
        found = applications.get_status(made.id)
        assert (found.source.repourl, found.source.path, found.sync_resources_status) == (REPOSITORY, path, [])
        return found.health_status, found.sync_status

    path = "training"
    assert seen(status, 2)[-1] == SYNCED
    path = "batch"
    assert applications.modify(made.id, REPOSITORY, path, "main").id == made.id
    changed = applications.get(made.id)
    assert (changed.path, changed.revision) == (path, "main")
    assert seen(status, 2)[-1] == SYNCED
    before = applications.get_status(made.id).sync_started_at
    emulator.advance(1)
    assert applications.refresh(made.id).id == made.id
    assert seen(status, 2)[-1] == SYNCED
    assert applications.get_status(made.id).sync_started_at > before

    for each in (made, by_name):
        applications.delete(each.id)
    assert applications.query().resources == []
    assert is_missing(lambda: applications.get_status(made.id))
    repositories.delete("templates")
    assert names(repositories.query()) == []


def dataset(core: Any) -> str:
    made = core.artifact.create(
        "texts",
        Artifact.Kind.DATASET,
        "ai://default/texts",
        SCENARIO,
        description="Texts to learn from",
        labels=[Label("ext.ai.sap.com/owner", "team-a")],
    )
    return str(made.id)


def training(core: Any) -> str:
    made = core.configuration.create(
        "training",
        SCENARIO,
        EXECUTABLE,
        parameter_bindings=[ParameterBinding("epochs", "3")],
        input_artifact_bindings=[InputArtifactBinding("texts", dataset(core))],
    )
    return str(made.id)


def test_artifacts(core: Any) -> None:
    id_ = dataset(core)
    shown = core.artifact.get(id_, expand="scenario")
    assert (shown.name, shown.kind, shown.description) == ("texts", Artifact.Kind.DATASET, "Texts to learn from")
    assert [(each.key, each.value) for each in shown.labels] == [("ext.ai.sap.com/owner", "team-a")]
    assert shown.scenario.id == SCENARIO
    assert shown.created_at == START

    selected = {"artifact_label_selector": ["ext.ai.sap.com/owner=team-a"], "kind": Artifact.Kind.DATASET}
    assert names(core.artifact.query(scenario_id=SCENARIO, **selected)) == ["texts"]
    assert core.artifact.count(**selected) == 1
    assert core.artifact.count(kind=Artifact.Kind.MODEL) == 0
    with pytest.raises(AIAPIInvalidRequestException):
        core.artifact.create("texts", Artifact.Kind.DATASET, "no url", SCENARIO)


def test_executions(core: Any) -> None:
    configuration = training(core)
    (binding,) = core.configuration.get(configuration).input_artifact_bindings
    assert core.artifact.get(binding.artifact_id).name == "texts"

    run = core.execution.create(configuration).id
    shown = seen(lambda: core.execution.get(run), 4)
    assert [each.status for each in shown] == [Status.UNKNOWN, Status.PENDING, Status.RUNNING, Status.COMPLETED]
    assert {each.target_status for each in shown} == {TargetStatus.COMPLETED}
    (made,) = shown[-1].output_artifacts
    assert (made.kind, made.execution_id) == (Artifact.Kind.MODEL, run)
    assert core.artifact.query(execution_id=run).resources[0].id == made.id
    assert core.execution.get(run, select="status").status == Status.COMPLETED
    lines = core.execution.query_logs(run, start=START - dt.timedelta(hours=1)).data.result
    assert [line.msg for line in lines]
    assert all(line.timestamp >= START for line in lines)

    stopped = core.execution.create(configuration).id
    seen(lambda: core.execution.get(stopped), 3)
    core.execution.modify(stopped, TargetStatus.STOPPED)
    assert [each.status for each in seen(lambda: core.execution.get(stopped), 2)] == [Status.STOPPING, Status.STOPPED]
    assert [each.id for each in core.execution.query(status=Status.STOPPED).resources] == [stopped]
    assert core.execution.count(configuration_id=configuration) == 2

    for each in (run, stopped):
        core.execution.delete(each)
        assert core.execution.get(each).target_status == TargetStatus.DELETED
    assert core.execution.query().resources == []


def test_execution_schedules(emulator: Emulator, core: Any, schedules: Any) -> None:
    configuration = training(core)
    end = START + dt.timedelta(days=7)
    schedule = schedules.create("hourly", "0 * * * *", configuration, end=end).id
    shown = schedules.get(schedule)
    assert (shown.name, shown.cron, shown.configuration_id) == ("hourly", "0 * * * *", configuration)
    assert (shown.status, shown.end) == (ScheduleStatus.ACTIVE, end)
    assert names(schedules.query(configuration_id=configuration, status=ScheduleStatus.ACTIVE)) == ["hourly"]

    emulator.advance(3600)
    assert core.execution.count(execution_schedule_id=schedule) == 1

    other = training(core)
    schedules.modify(schedule, cron="30 * * * *", configurationId=other, status=ScheduleStatus.INACTIVE)
    changed = schedules.get(schedule)
    assert (changed.cron, changed.configuration_id, changed.status) == ("30 * * * *", other, ScheduleStatus.INACTIVE)
    emulator.advance(2 * 3600)
    assert core.execution.count(execution_schedule_id=schedule) == 1
    assert schedules.count(status=ScheduleStatus.INACTIVE) == 1

    schedules.delete(schedule)
    assert schedules.count() == 0
    assert is_missing(lambda: schedules.get(schedule))
