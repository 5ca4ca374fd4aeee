"""The logs of deployments and executions."""

from __future__ import annotations

from aicore_provider.api.decoding import decode_list
from aicore_provider.api.http import Http
from aicore_provider.api.types import LogLine


def last_log_lines(http: Http, path: str, resource_group: str, lines: int) -> tuple[LogLine, ...]:
    """Return the last lines, 1 to 5000, of the log of an object of the last hour, oldest first."""
    params: dict[str, str | int] = {"$top": lines, "$order": "desc"}
    answer = http.request("GET", f"{path}/logs", resource_group=resource_group, params=params)
    data = answer.get("data") if isinstance(answer, dict) else None
    listed = {"resources": data.get("result")} if isinstance(data, dict) else data
    return tuple(reversed(decode_list(LogLine, listed, f"GET {path}/logs", http.redact)))
