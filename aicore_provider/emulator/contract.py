"""The operations of the contract (SAP AI Core API 2.42.0) that this emulator does not offer.

They are answered with 501, while paths that do not exist are answered with 404.
"""

from __future__ import annotations

import re
from functools import lru_cache

NOT_EMULATED = tuple(
    (method, path)
    for line in """
GET POST                /lm/artifacts
GET                     /lm/artifacts/$count
GET                     /lm/artifacts/{artifactId}
GET POST PATCH          /lm/executions
GET                     /lm/executions/$count
GET PATCH DELETE        /lm/executions/{executionId}
GET                     /lm/executions/{executionId}/logs
GET POST                /lm/executionSchedules
GET                     /lm/executionSchedules/$count
GET PATCH DELETE        /lm/executionSchedules/{executionScheduleId}
GET PATCH DELETE        /lm/metrics
GET                     /analytics/kpis
GET PUT DELETE          /lm/dataset/files/{path}
""".strip().splitlines()
    for *methods, path in [line.split()]
    for method in methods
)
"""(method, path below /v2), as the contract writes them."""


def is_not_emulated(method: str, path: str) -> bool:
    """Whether a request is for one of them; `path` is the whole path."""
    return any(method == known and pattern.fullmatch(path) for known, pattern in _patterns())


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(method, re.compile(f"/v2{_pattern(path)}")) for method, path in NOT_EMULATED]


def _pattern(path: str) -> str:
    # The path of a file has slashes, an id has none.
    identifier = ".+" if path.startswith("/lm/dataset/files/") else "[^/]+"
    return re.sub(r"\\\{\w+\\\}", identifier, re.escape(path))
