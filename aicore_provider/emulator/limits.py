"""Limits of requests, so that no client can use up the memory or the threads of the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerLimits:
    """Limits of requests and of the journal. Python limits the number of headers to 100.

    Attributes:
        body_bytes: of a request body. The largest configuration that the contract allows has a third of it.
        request_seconds: from the first byte of a request until all of it was read; also for each write of the answer.
        idle_seconds: between two requests on one connection; clients keep connections open for minutes.
        connections: open at the same time. Each uses a thread.
        journal_bytes: of the journal; when it is full, the oldest requests are removed.
    """

    body_bytes: int = 16 * 2**20
    request_seconds: float = 30.0
    idle_seconds: float = 600.0
    connections: int = 512
    journal_bytes: int = 64 * 2**20


DEFAULT_LIMITS = ServerLimits()
