"""`/lm/deployments`: create, read, switch, stop, delete, also in bulk, and logs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import serialize
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.machine import Deployment
from aicore_provider.emulator.routes._answer import bulk_result, log_lines
from aicore_provider.emulator.routes._request import base_url, body, query, resource_group
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import (
    MERGE_PATCH,
    STATUS_FILTER,
    BulkChange,
    BulkItem,
    DeploymentChange,
    NewDeployment,
    Query,
    check_id,
)

MODIFIED = "Deployment modification scheduled"
DELETED = "Deletion scheduled"


def routes(service: Service, writer: serialize.DeploymentWriter) -> Blueprint:
    """Deployments."""
    blueprint = Blueprint("deployments", __name__, url_prefix="/v2/lm/deployments")

    @blueprint.get("")
    def listed() -> Response:
        asked = query()
        service.count_read(resource_group(service))
        found = matching(asked)
        only_status = _selects_status(asked)
        text = writer.listed(found[asked.page()], base_url(), status_only=only_status)
        return Response(text, content_type="application/json")

    @blueprint.get("/$count")
    def count() -> Response:
        return Response(str(len(matching(query()))), content_type="text/plain")

    @blueprint.post("")
    def create() -> tuple[Response, int]:
        group, sent = resource_group(service), body(NewDeployment)
        created = service.create_deployment(group, sent.configuration_id, sent.ttl)
        answer = {
            "id": created.id,
            "message": "Deployment scheduled.",
            "deploymentUrl": "",
            "status": created.status,
        }
        response = jsonify(answer if created.ttl is None else {**answer, "ttl": created.ttl})
        response.headers["Location"] = f"{base_url()}/v2/lm/deployments/{created.id}"
        return response, HTTPStatus.ACCEPTED

    @blueprint.patch("")
    def change_many() -> tuple[Response, int]:
        group, sent = resource_group(service), body(BulkChange, MERGE_PATCH)
        return jsonify({"deployments": [changed(group, item) for item in sent.deployments]}), HTTPStatus.ACCEPTED

    @blueprint.get("/<deployment_id>")
    def one(deployment_id: str) -> Response:
        group = resource_group(service)
        service.count_read(group, check_id(deployment_id, "deploymentId"))
        record = service.deployment(group, deployment_id)
        if _selects_status(query()):
            return jsonify(writer.detailed_status(record))
        return jsonify(writer.detailed(record, base_url()))

    @blueprint.patch("/<deployment_id>")
    def change(deployment_id: str) -> tuple[Response, int]:
        group = resource_group(service)
        check_id(deployment_id, "deploymentId")
        sent = body(DeploymentChange)
        if sent.configuration_id is not None and sent.target_status is None:
            service.switch_deployment(group, deployment_id, sent.configuration_id)
        elif sent.target_status is not None and sent.configuration_id is None:
            service.stop_deployment(group, deployment_id)
        else:
            raise invalid("the body should have either targetStatus or configurationId")
        return jsonify({"id": deployment_id, "message": MODIFIED}), HTTPStatus.ACCEPTED

    @blueprint.delete("/<deployment_id>")
    def delete(deployment_id: str) -> tuple[Response, int]:
        group = resource_group(service)
        service.delete_deployment(group, check_id(deployment_id, "deploymentId"))
        return jsonify({"id": deployment_id, "message": DELETED, "targetStatus": "DELETED"}), HTTPStatus.ACCEPTED

    @blueprint.get("/<deployment_id>/logs")
    def logs(deployment_id: str) -> Response:
        # The contract has no header for the resource group here, although clients send one.
        group = resource_group(service, required=False)
        record = service.deployment(group, check_id(deployment_id, "deploymentId"))
        return log_lines(record.log, "kserve-container", f"{record.id}-0", service.now())

    def matching(asked: Query) -> list[Deployment]:
        return service.deployments(
            resource_group(service),
            scenario_id=asked.id("scenarioId"),
            executable_ids=asked.ids("executableIds"),
            configuration_id=asked.id("configurationId"),
            status=asked.choice("status", *STATUS_FILTER),
        )

    def changed(group: str, item: BulkItem) -> dict[str, Any]:
        """The result for one item of a bulk PATCH."""
        change = service.delete_deployment if item.target_status == "DELETED" else service.stop_deployment
        return bulk_result(item.id, MODIFIED, lambda: change(group, item.id))

    return blueprint


def _selects_status(asked: Query) -> bool:
    return asked.choice("$select", "status") is not None
