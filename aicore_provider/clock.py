"""Time. A clock is passed in where time is needed, so that tests can use one of their own that they step."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Protocol


class Clock(Protocol):
    """A clock to wait by. All numbers are seconds."""

    def now(self) -> float:
        """Return monotonic time: only the difference of two values has a meaning."""

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Return after `seconds`, or at once when `wake` is or becomes set."""


class SystemClock:
    """The real clock."""

    def now(self) -> float:
        """Return monotonic time, in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Sleep, but no longer than until `wake` is set."""
        (wake or threading.Event()).wait(max(0.0, seconds))


def utc_now() -> dt.datetime:
    """Return this machine's time in UTC. The service's own time is preferred where an answer has told it."""
    return dt.datetime.now(dt.timezone.utc)
