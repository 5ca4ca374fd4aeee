"""A record of every request that reached the emulated service, for tests that look at their number and order.

It holds no credentials: of the headers only the resource group, bodies only of operations whose bodies have no secrets,
and all texts without what looks like a credential (`redaction.py`).
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from aicore_provider.emulator.redaction import redacted_document, redacted_path, redacted_query, redacted_text

_BODIES_WITHOUT_SECRETS = re.compile(
    r"/v2/(?:lm/(?:artifacts|configurations|deployments|executions|executionSchedules|metrics)|admin/resourceGroups|inference/deployments)(?:/(?!\.{0,2}(?:/|$))[^/]+)*"
)
_MOST_ENTRIES = 100_000
_SIZE_OF_AN_ENTRY = 500


@dataclass(frozen=True)
class JournalEntry:
    """One request. Credentials in its texts are replaced by `***`, and very long texts are shortened.

    Attributes:
        time: when it arrived, on the emulator's clock, seconds since the epoch.
        method: HTTP method.
        path: without query.
        query: as sent.
        resource_group: header AI-Resource-Group, or None.
        status: HTTP status of the answer; None when the connection was closed instead.
        request_id: also in the answer's header x-request-id, and in error bodies.
        body: the JSON body of the request, or None.
        fault: what fault rules did to it, such as "latency 2 s, drop beforeCommit"; None: nothing.
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
        """The entry as JSON, with names in camel case."""
        names = {"resource_group": "resourceGroup", "request_id": "requestId"}
        return {names.get(key, key): value for key, value in asdict(self).items()}


class Journal:
    """The last requests: at most 100,000, and at most the given number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._lock = threading.Lock()
        self._most_bytes = most_bytes
        self._bytes = 0
        # Bodies are kept as JSON text, whose size is known. As objects they can take thirty times as much memory.
        self._entries: deque[tuple[JournalEntry, str]] = deque()

    def add(self, entry: JournalEntry) -> None:
        """Add a request, without its credentials."""
        redacted = _redacted(entry)
        noted = (replace(redacted, body=None), json.dumps(redacted.body))
        with self._lock:
            self._entries.append(noted)
            self._bytes += _size(*noted)
            while len(self._entries) > 1 and (self._bytes > self._most_bytes or len(self._entries) > _MOST_ENTRIES):
                self._bytes -= _size(*self._entries.popleft())

    def entries(self) -> list[JournalEntry]:
        """All entries, oldest first."""
        with self._lock:
            noted = list(self._entries)
        return [replace(entry, body=json.loads(body)) for entry, body in noted]

    def latest(self, number: int) -> list[JournalEntry]:
        """The newest ones without their bodies, newest first."""
        with self._lock:
            return [entry for entry, _ in islice(reversed(self._entries), number)]

    def clear(self) -> None:
        """Remove all entries."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0


def _redacted(entry: JournalEntry) -> JournalEntry:
    keeps_body = _BODIES_WITHOUT_SECRETS.fullmatch(entry.path)
    return replace(
        entry,
        method=redacted_text(entry.method),
        path=redacted_path(entry.path),
        query=redacted_query(entry.path, entry.query),
        resource_group=None if entry.resource_group is None else redacted_text(entry.resource_group),
        body=redacted_document(entry.body) if keeps_body else None,
    )


def _size(entry: JournalEntry, body: str) -> int:
    return _SIZE_OF_AN_ENTRY + len(entry.path) + len(entry.query) + len(entry.resource_group or "") + len(body)
