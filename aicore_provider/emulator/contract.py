"""The operations of the contract (SAP AI Core API 2.42.0) that this emulator does not offer.

They are answered with 501, while paths that do not exist are answered with 404.
"""

from __future__ import annotations

import re
from functools import lru_cache

NOT_EMULATED = tuple(
    (method, path)
    for line in """
GET PATCH               /admin/resources/nodes
GET                     /admin/resources/instanceTypes
GET                     /admin/services
GET                     /admin/services/{ServiceName}
GET                     /admin/resourceQuota/executables
GET                     /admin/resourceQuota/applications
GET                     /admin/resourceQuota/repositories
GET                     /admin/resourceQuota/secrets
GET                     /admin/resourceQuota/dockerRegistrySecrets
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
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
