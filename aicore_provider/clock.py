"""Time, passed in wherever it is used: tests step a clock of their own, and no other module reads the real one."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What a waiting loop needs of time. All numbers are seconds."""

    def now(self) -> float:
        """Monotonic time: only differences mean something."""

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Return after `seconds`, or at once when `wake` is or becomes set."""


class SystemClock:
    """The real clock."""

    def now(self) -> float:
        """Monotonic time, in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Sleep, but no longer than until `wake` is set."""
        (wake or threading.Event()).wait(max(0.0, seconds))


def utc_now() -> dt.datetime:
    """This machine's time in UTC, for where no service has told its own."""
    return dt.datetime.now(dt.timezone.utc)


def today() -> dt.date:
    """This machine's date in UTC."""
    return utc_now().date()
