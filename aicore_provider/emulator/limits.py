"""What one client may ask of the emulator, so that none can take the machine's memory or all its threads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerLimits:
    """Limits of requests and of what is kept of them. How many headers a request has is limited by Python, to 100.

    Attributes:
        body_bytes: of a request body. The largest configuration that the contract allows takes a third of it.
        request_seconds: from the first byte of a request until it has been read, and for each piece of the answer.
        idle_seconds: between two requests of one connection; clients keep theirs for minutes.
        connections: open at the same time; each has a thread.
        journal_bytes: of all requests in the journal; the oldest are forgotten.
    """

    body_bytes: int = 16 * 2**20
    request_seconds: float = 30.0
    idle_seconds: float = 600.0
    connections: int = 512
    journal_bytes: int = 64 * 2**20


DEFAULT_LIMITS = ServerLimits()
