"""How long one request may take, and how often it is tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestTimeouts:
    """Of one request, in seconds.

    Attributes:
        connect_s: until the connection stands.
        read_s: between two pieces of the answer.
        answer_s: for the whole answer, also when pieces of it come steadily.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    answer_s: float = 120.0


@dataclass(frozen=True)
class RetryPolicy:
    """How often one request is tried, and how long to wait in between.

    Attributes:
        attempts: tries in all.
        first_wait_s: seconds before the second try.
        factor: by which each wait is longer than the one before.
        longest_wait_s: also the limit of a `Retry-After`: no documented limit of the management API sends one, so a
            longer one is taken for a fault.
        budget: retries that all requests of a client may have together without a success in between.
        jitter: share of a wait that is random, so that many callers do not come back together.
    """

    attempts: int = 5
    first_wait_s: float = 0.5
    factor: float = 2.0
    longest_wait_s: float = 30.0
    budget: int = 100
    jitter: float = 0.25
