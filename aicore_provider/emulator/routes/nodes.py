"""`/admin/resources`: reserved nodes and instance types."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import nodes
from aicore_provider.emulator.nodes import INSTANCE_TYPES, NodeRequests, ReservedNodes
from aicore_provider.emulator.routes._request import body
from aicore_provider.emulator.service import Service


def routes(service: Service) -> Blueprint:
    """Nodes of the tenant."""
    blueprint = Blueprint("nodes", __name__, url_prefix="/v2/admin/resources")

    @blueprint.get("/nodes")
    def reserved() -> Response:
        service.count_reads(ReservedNodes, None)
        now = service.now()
        plans = {name: {"provisioned": 0, "requested": 0} for name in INSTANCE_TYPES}
        for each in service.store.all(ReservedNodes, None):
            plans[each.id] = {"provisioned": each.count(now), "requested": each.requested}
        return jsonify({"resourcePlans": plans})

    @blueprint.patch("/nodes")
    def reserve() -> Response:
        nodes.reserve(service, body(NodeRequests))
        return jsonify({"message": "Reserved resource has been set."})

    @blueprint.get("/instanceTypes")
    def instance_types() -> Response:
        offered = {
            name: {
                "memory": each.memory,
                "cpu": each.cpu,
                "gpu": each.gpu,
                "billableUnitsPerHour": each.billable_units_per_hour,
            }
            for name, each in INSTANCE_TYPES.items()
        }
        return jsonify({"instanceTypes": offered})

    return blueprint
