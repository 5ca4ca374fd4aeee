"""`/admin`: resource groups and tenant; and `/lm/meta`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from aicore_provider.api.naming import RESOURCE_GROUP
from aicore_provider.emulator import serialize
from aicore_provider.emulator.paging import page, page_size, read_token
from aicore_provider.emulator.records import ResourceGroup
from aicore_provider.emulator.routes._request import base_url, body, query
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import (
    LABEL_SELECTOR,
    NewResourceGroup,
    ResourceGroupChange,
    check_pattern,
)

META: dict[str, Any] = {
    "runtimeIdentifier": "aicore",
    "runtimeApiVersion": "2.42.0",
    "description": "SAP AI Core, emulated",
    "aiApi": {
        "version": "2.42.0",
        "capabilities": {
            "multitenant": True,
            "shareable": True,
            "staticDeployments": True,
            "userDeployments": True,
            "userExecutions": True,
            "timeToLiveDeployments": True,
            "executionSchedules": True,
            "logs": {"executions": True, "deployments": True},
            "bulkUpdates": {"executions": True, "deployments": True},
        },
        "limits": {
            "executions": {"maxRunningCount": -1},
            "deployments": {"maxRunningCount": -1},
            "timeToLiveDeployments": {"minimum": "10m", "maximum": "-1"},
            "minimumFrequencyHour": 1,
        },
    },
    "extensions": {
        "analytics": {"version": "1.0.0"},
        "resourceGroups": {"version": "1.0.0"},
        "dataset": {
            "version": "1.0.0",
            "capabilities": {"upload": True, "download": True, "delete": True},
            "limits": {
                "maxUploadFileSize": 104_857_600,
                "maxFilesPerDataset": -1,
                "acceptedContentTypes": ["text/csv"],
            },
        },
        "metrics": {"version": "1.0.0", "capabilities": {"extendedResults": True}},
    },
}
"""What the service declares [live test]; the extension `dataset` and its limits are guesses."""


def routes(service: Service, tenant_id: str) -> Blueprint:
    """Administration and meta data. Requests have no resource group."""
    blueprint = Blueprint("admin", __name__, url_prefix="/v2")

    @blueprint.get("/lm/meta")
    def meta() -> Response:
        return jsonify(META)

    @blueprint.get("/admin/tenantInfo")
    def tenant() -> Response:
        return jsonify({"tenantId": tenant_id, "servicePlan": "extended", "status": "PROVISIONED"})

    @blueprint.get("/admin/resourceGroups")
    def listed() -> Response:
        asked = query()
        token, now = asked.text("continueToken"), service.now()
        before = None if token is None else read_token(token, now)
        skip, top = asked.integer("$skip") or 0, asked.integer("$top")
        selectors = asked.selectors("labelSelector", LABEL_SELECTOR)
        count_all = asked.boolean("$count")
        service.count_group_reads()

        def is_selected(group: ResourceGroup) -> bool:
            return all((dict(group.labels).get(key) == value) is equal for key, equal, value in selectors)

        everything = service.resource_groups()
        groups, following = page(everything, before, page_size(request.headers.get("Prefer")), now)
        # The contract applies filters after paging, so a page may have few groups or none.
        found = [group for group in groups if is_selected(group)][skip:][:top]
        answer = jsonify(
            {
                "count": len([group for group in everything if is_selected(group)] if count_all else found),
                "resources": [serialize.resource_group(group, tenant_id, now) for group in found],
            }
        )
        if following is not None:
            again = request.args.to_dict() | {"continueToken": following.token()}
            answer.headers["Link"] = f'<{base_url()}{request.path}?{urlencode(again)}>; rel="next"'
        return answer

    @blueprint.post("/admin/resourceGroups")
    def create() -> tuple[Response, int]:
        created = service.create_resource_group(body(NewResourceGroup))
        answer = {"resourceGroupId": created.id, "tenantId": tenant_id, "zoneId": tenant_id}
        return jsonify(answer), HTTPStatus.ACCEPTED

    @blueprint.get("/admin/resourceGroups/<resource_group_id>")
    def one(resource_group_id: str) -> Response:
        service.count_group_reads(_checked(resource_group_id))
        group = service.resource_group(resource_group_id)
        return jsonify(serialize.resource_group(group, tenant_id, service.now()))

    @blueprint.patch("/admin/resourceGroups/<resource_group_id>")
    def relabel(resource_group_id: str) -> Response:
        service.relabel_resource_group(_checked(resource_group_id), body(ResourceGroupChange))
        location = f"{base_url()}/v2/admin/resourceGroups/{resource_group_id}"
        return Response(status=HTTPStatus.ACCEPTED, headers={"Location": location})

    @blueprint.delete("/admin/resourceGroups/<resource_group_id>")
    def delete(resource_group_id: str) -> tuple[Response, int]:
        service.delete_resource_group(_checked(resource_group_id))
        return jsonify({"id": resource_group_id, "message": "Resource Group deletion scheduled"}), HTTPStatus.ACCEPTED

    return blueprint


def _checked(resource_group_id: str) -> str:
    return check_pattern(resource_group_id, "resourceGroupId", RESOURCE_GROUP)
