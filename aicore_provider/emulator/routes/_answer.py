"""What routes of deployments and executions answer alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, jsonify, request

from aicore_provider.emulator import serialize
from aicore_provider.emulator.errors import ServiceRefusal, error_target
from aicore_provider.emulator.gateway import REQUEST_ID
from aicore_provider.emulator.routes._request import query
from aicore_provider.emulator.validation import DEFAULT_LOG_LINES, MAX_LOG_LINES

_LOGS_REACH_BACK_S = 3600.0
"""Without `start`: the last hour up to `end`."""


def bulk_result(object_id: str, message: str, change: Callable[[], None]) -> dict[str, Any]:
    """The result for one item of a bulk PATCH. A refused one does not affect the others [live test]."""
    try:
        change()
    except ServiceRefusal as refusal:
        error = {
            "code": refusal.code,
            "message": refusal.text,
            "requestId": request.environ.get(REQUEST_ID, ""),
            "target": error_target(request.path),
        }
        return {"id": object_id, "error": error}
    return {"id": object_id, "message": message}


def log_lines(log: Iterable[tuple[float, str]], container: str, pod: str, now: float) -> Response:
    """Those log lines that the request selects by `start`, `end`, `$order` and `$top`."""
    asked = query()
    order = asked.choice("$order", "asc", "desc")
    top = asked.integer("$top", minimum=1, maximum=MAX_LOG_LINES) or DEFAULT_LOG_LINES
    end = asked.moment("end")
    end = now if end is None else end
    start = asked.moment("start")
    start = end - _LOGS_REACH_BACK_S if start is None else start
    lines = [
        {"timestamp": serialize.log_timestamp(at), "msg": text, "container": container, "pod": pod}
        for at, text in log
        if start <= at <= end
    ]
    return jsonify({"data": {"result": (lines[::-1] if order == "desc" else lines)[:top]}})
