"""`/analytics/kpis`. Requests have no resource group."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import kpis, schedules
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.routes._request import query
from aicore_provider.emulator.service import Service


def routes(service: Service) -> Blueprint:
    """KPIs."""
    blueprint = Blueprint("analytics", __name__, url_prefix="/v2/analytics")

    @blueprint.get("/kpis")
    def table() -> Response:
        schedules.catch_up(service)
        columns = query().choices("$select", *kpis.KEYS, *kpis.COUNTS) or kpis.DEFAULT
        if len(set(columns)) < len(columns):
            raise invalid("$select: should name each column once")
        return jsonify({"header": columns, "rows": kpis.rows(service, columns)})

    return blueprint
