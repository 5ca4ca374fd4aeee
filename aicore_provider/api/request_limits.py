"""How long one request may take, and how often it is tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestTimeouts:
    """Seconds that one request may take."""

    connect_s: float = 10.0
    read_s: float = 60.0
    """Between two pieces of the answer."""
    answer_s: float = 120.0
    """For the body of an answer, also when pieces of it come steadily. Pieces of its head have `read_s` each."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often one request is tried, and how long to wait in between; each wait is `factor` times the one before."""

    attempts: int = 5
    first_wait_s: float = 0.5
    factor: float = 2.0
    longest_wait_s: float = 30.0
    """Also of a `Retry-After`: no documented limit of the management API sends one, so a longer one is a fault."""
    budget: int = 100
    """Retries that all requests of a client share, but for those after a 429. Each success gives one back."""
    jitter: float = 0.25
    """Share of a wait that is random, so that many callers do not come back together."""
