"""The emulator's time, in seconds since the epoch. It is passed in, so that a test steps it instead of waiting.

Every timestamp and every transition of the emulated service uses it.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

MOST_SECONDS = 1e9
"""The longest duration in a setting or request, about thirty years."""
LAST_MOMENT = 253_402_300_799.0
"""The end of the year 9999, in seconds since the epoch: timestamps have four digits for the year."""


class WallClock(Protocol):
    """What the emulator needs of a clock."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait. Only injected latency uses it."""
        ...


class SystemWallClock:
    """The time of this machine."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class SteppedClock:
    """Time that changes only when `sleep` or `Emulator.advance` moves it on; no call waits."""

    def __init__(self, start: float = 1_780_000_000.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move time on, without waiting."""
        with self._lock:
            self._now += seconds


class ShiftedClock:
    """Another clock plus an offset, which `Backend.advance` increases.

    Attributes:
        offset: seconds ahead of the other clock. It is stored in the state file: without it, records written after
            `advance` would be in the future of a restarted emulator.
    """

    def __init__(self, base: WallClock, offset: float = 0.0) -> None:
        self._base = base
        self.offset = offset

    def now(self) -> float:
        """Seconds since the epoch (UTC), offset included."""
        return self._base.now() + self.offset

    def sleep(self, seconds: float) -> None:
        """Wait on the other clock."""
        self._base.sleep(seconds)
