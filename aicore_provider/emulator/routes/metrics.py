"""`/lm/metrics`: store, find, delete."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import metrics, schedules
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.metrics import MOST_EXECUTION_IDS, Metric, MetricResource, MetricsChange
from aicore_provider.emulator.routes._request import body, query, resource_group
from aicore_provider.emulator.serialize import log_timestamp, timestamp
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import JSON, MERGE_PATCH, check_id

MAX_TOP = 10_000
DEFAULT_TOP = 1000
_PARTS = ("metrics", "tags", "customInfo")


def routes(service: Service) -> Blueprint:
    """Metrics."""
    blueprint = Blueprint("metrics", __name__, url_prefix="/v2/lm/metrics")

    @blueprint.before_request
    def catch_up() -> None:
        schedules.catch_up(service)

    @blueprint.get("")
    def find() -> Response:
        group, asked = resource_group(service), query()
        ids, old = asked.text("executionIds"), asked.text("$filter")
        if (ids is None) == (old is None):
            raise invalid("either executionIds or $filter is needed")
        wanted = metrics.ids_of_filter(old or "") if ids is None else ids.split(",")
        if len(wanted) > MOST_EXECUTION_IDS:
            raise invalid(f"executionIds: at most {MOST_EXECUTION_IDS} items")
        for each in wanted:
            check_id(each, "executionIds")
        parts = asked.choices("$select", *_PARTS, "*")
        tags = asked.text("tagFilters")
        if tags is not None and len(tags) > metrics.LONGEST_TAG_FILTERS:
            raise invalid(f"tagFilters: should have at most {metrics.LONGEST_TAG_FILTERS} characters")
        page = asked.page(most=MAX_TOP, default=DEFAULT_TOP)
        filters = [] if tags is None else metrics.tag_filters(tags)
        found = metrics.found(service, group, wanted, filters)[page]
        shown = _PARTS if parts is None or "*" in parts else parts
        return jsonify({"count": len(found), "resources": [_shown(each, shown) for each in found]})

    @blueprint.patch("")
    def change() -> Response:
        # A test that SAP runs against the service sends plain JSON.
        group, sent = resource_group(service), body(MetricsChange, MERGE_PATCH, JSON)
        metrics.change(service, group, sent, log_timestamp(service.now()))
        return Response(status=HTTPStatus.NO_CONTENT)

    @blueprint.delete("")
    def delete() -> Response:
        # The contract has no 400 here, so an id that is none is one that is not found.
        execution_id = query().text("executionId") or ""
        metrics.delete(service, resource_group(service), execution_id)
        return jsonify({"id": execution_id, "message": "Metric Resource was successfully deleted"})

    return blueprint


def _shown(resource: MetricResource, parts: tuple[str, ...]) -> dict[str, Any]:
    everything: dict[str, Any] = {
        "metrics": [_metric(each) for each in resource.metrics],
        "tags": _named(resource.tags),
        "customInfo": _named(resource.custom_info),
    }
    return {
        "executionId": resource.id,
        "createdAt": timestamp(resource.created_at),
        "modifiedAt": timestamp(resource.modified_at),
        **{part: everything[part] for part in _PARTS if part in parts},
    }


def _metric(metric: Metric) -> dict[str, Any]:
    step = {} if metric.step is None else {"step": metric.step}
    shown = {"name": metric.name, "value": metric.value, "timestamp": metric.timestamp}
    return {**shown, **step, "labels": _named(metric.labels)}


def _named(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
