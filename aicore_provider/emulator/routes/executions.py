"""`/lm/executions`: create, read, stop, delete, also in bulk, and logs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import executions, schedules, serialize
from aicore_provider.emulator.execution_machine import Execution, outcome_is_there
from aicore_provider.emulator.executions import BulkExecutionChange, ExecutionChange, NewExecution
from aicore_provider.emulator.routes._answer import bulk_result, log_lines
from aicore_provider.emulator.routes._request import base_url, body, query, resource_group
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import MERGE_PATCH, STATUS_FILTER, BulkItem, check_id

MODIFIED = "Execution modification scheduled"


def routes(service: Service) -> Blueprint:
    """Executions."""
    blueprint = Blueprint("executions", __name__, url_prefix="/v2/lm/executions")

    @blueprint.before_request
    def catch_up() -> None:
        schedules.catch_up(service)

    @blueprint.get("")
    def listed() -> Response:
        executions.count_reads(service, resource_group(service))
        found = selected()[query().page()]
        show = serialize.execution_status if only_status() else shown
        return jsonify({"count": len(found), "resources": [show(each) for each in found]})

    @blueprint.get("/$count")
    def count() -> Response:
        return Response(str(len(selected())), content_type="text/plain")

    @blueprint.post("")
    def create() -> tuple[Response, int]:
        created = executions.create(service, resource_group(service), body(NewExecution).configuration_id)
        answer = {
            "id": created.id,
            "message": "Execution scheduled",
            "status": created.status,
            "targetStatus": created.target_status,
        }
        response = jsonify(answer)
        response.headers["Location"] = f"{base_url()}/v2/lm/executions/{created.id}"
        return response, HTTPStatus.ACCEPTED

    @blueprint.patch("")
    def change_many() -> tuple[Response, int]:
        group, sent = resource_group(service), body(BulkExecutionChange, MERGE_PATCH)
        return jsonify({"executions": [changed(group, item) for item in sent.executions]}), HTTPStatus.ACCEPTED

    @blueprint.get("/<execution_id>")
    def one(execution_id: str) -> Response:
        group = resource_group(service)
        executions.count_reads(service, group, check_id(execution_id, "executionId"))
        record = executions.one(service, group, execution_id)
        document = serialize.execution_status(record) if only_status() else shown(record)
        details = dict(record.fate.status_details) if outcome_is_there(record) else {}
        return jsonify({**document, "statusDetails": details})

    @blueprint.patch("/<execution_id>")
    def change(execution_id: str) -> tuple[Response, int]:
        group = resource_group(service)
        check_id(execution_id, "executionId")
        body(ExecutionChange)
        executions.stop(service, group, execution_id)
        return jsonify({"id": execution_id, "message": MODIFIED}), HTTPStatus.ACCEPTED

    @blueprint.delete("/<execution_id>")
    def delete(execution_id: str) -> tuple[Response, int]:
        group = resource_group(service)
        executions.delete(service, group, check_id(execution_id, "executionId"))
        answer = {"id": execution_id, "message": "Deletion scheduled", "targetStatus": "DELETED"}
        return jsonify(answer), HTTPStatus.ACCEPTED

    @blueprint.get("/<execution_id>/logs")
    def logs(execution_id: str) -> Response:
        # The contract has no header for the resource group here, although clients send one.
        group = resource_group(service, required=False)
        record = executions.one(service, group, check_id(execution_id, "executionId"))
        return log_lines(record.log, "main", record.id, service.now())

    def selected() -> list[Execution]:
        group, asked = resource_group(service), query()
        return executions.selected(
            service,
            group,
            scenario_id=asked.id("scenarioId"),
            executable_ids=asked.ids("executableIds"),
            configuration_id=asked.id("configurationId"),
            schedule_id=asked.id("executionScheduleId"),
            status=asked.choice("status", *STATUS_FILTER),
        )

    def only_status() -> bool:
        return query().choice("$select", "status") is not None

    def shown(record: Execution) -> dict[str, Any]:
        configuration = service.configuration(record.resource_group, record.configuration_id)
        return serialize.execution(record, configuration.name, executions.outputs(service, record))

    def changed(group: str, item: BulkItem) -> dict[str, Any]:
        """The result for one item of a bulk PATCH."""
        change = executions.delete if item.target_status == "DELETED" else executions.stop
        return bulk_result(item.id, MODIFIED, lambda: change(service, group, item.id))

    return blueprint
