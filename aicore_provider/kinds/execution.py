"""`AIExecution`: one run of a configuration. It runs once, and again whenever an input changes.

An execution cannot be changed. It is deleted once it has ended; before, it is stopped first (API contract 2.42.0).
"""

from __future__ import annotations

import datetime as dt

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.naming import generic_id_problem
from aicore_provider.api.paths import EXECUTIONS
from aicore_provider.api.types import Execution
from aicore_provider.kinds.posted import posted, take_over_by_id
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Due, Standard
from aicore_provider.kinds.values import HOME, RESOURCE_GROUP, SECRET_INPUTS, iso, text
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.lifecycle.waiting import Failed

_COMPLETED, _FAILED, _UNDER_WAY = "COMPLETED", ("DEAD", "STOPPED"), ("PENDING", "RUNNING")
_LOG_LINES = 3
PROPERTIES = (
    Property(
        "configuration_id",
        "Id of the configuration that is executed.",
        Change.REPLACES,
        rule=generic_id_problem,
        is_required=True,
    ),
    Property("triggers", "Texts of any meaning; another one means another run.", Change.REPLACES, type="map"),
    RESOURCE_GROUP,
    Property("wait", "False to go on while it runs.", Change.NO_DIFFERENCE, type="flag", default=True),
    take_over_by_id("Id of an execution that exists already, which counts as this run."),
    *HOME,
    Property("status", "COMPLETED, DEAD, STOPPED, PENDING, RUNNING, or something new."),
    Property("status_message", "What the service tells of its status."),
    Property("scenario_id", "Scenario of its executable."),
    Property("executable_id", "Its executable."),
    Property("output_artifacts", "Ids of the artifacts that it has made, by name.", type="map"),
    Property("created_at", "When it was created; ISO 8601, UTC.", is_constant=True),
    Property("completed_at", "When it ended; ISO 8601, UTC."),
    SECRET_INPUTS,
)


def _told(found: Execution, _inputs: Properties) -> dict[str, object]:
    return {
        "configuration_id": found.configuration_id,
        "status": found.status,
        "status_message": found.status_message,
        "scenario_id": found.scenario_id,
        "executable_id": found.executable_id,
        "output_artifacts": {each.name: each.id for each in found.output_artifacts},
        "created_at": iso(found.created_at),
        "completed_at": iso(found.completion_time),
    }


def _is_waited_for(properties: Properties) -> bool:
    return properties.get("wait") is not False


def _judge(found: Execution, inputs: Properties, _written_at: dt.datetime) -> Wait | Done | Failed:
    if found.status == _COMPLETED or not _is_waited_for(inputs):
        return Done()
    if found.status in _FAILED or found.is_being_deleted:
        message = f", {found.status_message}" if found.status_message else ""
        return Failed(f"status {found.status}{message}")
    return Wait(found.status)


def _due(outputs: Properties) -> Due:
    status = text(outputs, "status")
    if status == _COMPLETED or not _is_waited_for(outputs):
        return ""
    return "replace" if status in _FAILED else "update"


def _before_delete(client: AICore, group: str, found: Execution) -> str:
    if found.is_being_deleted:
        return "deletion accepted, still there"
    if found.status in _UNDER_WAY:
        if found.target_status != "STOPPED":
            client.stop_execution(group, found.id)
        return f"{found.status}, is being stopped"
    return found.status if found.status == "STOPPING" else ""


def _evidence(client: AICore, group: str, id_: str) -> str:
    try:
        lines = client.execution_logs(group, id_, _LOG_LINES)
    except AICoreError:
        return ""
    told = " | ".join(each.msg.strip() for each in lines if each.msg.strip())
    return f"Its last log lines: {told}" if told else ""


KIND = posted(
    Standard(
        kind="AIExecution",
        doc="One run of a configuration. It runs once, and again whenever an input changes.",
        noun="execution",
        properties=PROPERTIES,
        path=EXECUTIONS,
        home="group",
        name=None,
        collection=lambda client, properties: client.executions(text(properties, "resource_group")),
        body=lambda inputs: {"configurationId": text(inputs, "configuration_id")},
        patch=None,
        told=_told,
        judge=_judge,
        before_delete=_before_delete,
        is_kept_when_gone=lambda outputs: text(outputs, "status") == _COMPLETED,
        due=_due,
        evidence=_evidence,
        advice="Check its configuration: the values of parameters and the artifacts that the executable wants.",
    ),
    is_same=lambda found, inputs: (
        found.configuration_id == text(inputs, "configuration_id") and found.execution_schedule_id is None
    ),
)
