"""Every request that reached the emulated service, for tests that count and order them.

Credentials never enter it: no headers but the resource group, nothing of the token endpoint but its path, and bodies
only of the operations whose bodies hold no secrets.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from aicore_provider.emulator.rules import any_json

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
_BODIES_WITHOUT_SECRETS = ("/v2/lm/", "/v2/admin/resourceGroups", "/v2/inference/")
_MOST_ENTRIES = 100_000


@dataclass(frozen=True)
class JournalEntry:
    """One request.

    Attributes:
        time: when it arrived, on the emulator's clock, seconds since the epoch.
        method: HTTP method.
        path: without query.
        query: as sent; "" for the token endpoint, which takes credentials there.
        resource_group: header AI-Resource-Group, or None.
        status: HTTP status of the answer; None when the connection was closed instead.
        request_id: also in the answer's header x-request-id, and in error bodies.
        body: the JSON body of the request, or None.
        fault: what rules made of it, in words, such as "latency 2 s, drop beforeCommit"; None: nothing.
    """

    time: float
    method: str
    path: str
    query: str
    resource_group: str | None
    status: int | None
    request_id: str
    body: Any
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry with the API's kind of names."""
        names = {"resource_group": "resourceGroup", "request_id": "requestId"}
        return {names.get(key, key): value for key, value in asdict(self).items()}


class Journal:
    """The requests of the past, oldest first; only the last 100,000 are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[JournalEntry] = deque(maxlen=_MOST_ENTRIES)

    def add(self, entry: JournalEntry) -> None:
        """Note a request."""
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[JournalEntry]:
        """A copy of what is noted so far."""
        with self._lock:
            return list(self._entries)

    def latest(self, number: int) -> list[JournalEntry]:
        """The newest ones, newest first."""
        with self._lock:
            return list(islice(reversed(self._entries), number))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()


def harmless_query(path: str, query: str) -> str:
    """The query, unless it may hold credentials."""
    return "" if path == TOKEN_PATH else query


def harmless_body(path: str, body: bytes) -> Any:
    """The JSON body of a request, unless it may hold secrets or is none."""
    return any_json(body) if path.startswith(_BODIES_WITHOUT_SECRETS) else None
