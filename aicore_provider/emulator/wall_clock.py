"""The emulator's time: seconds since the epoch, passed in, so that a test steps it instead of waiting.

Every timestamp and every transition of the emulated service is taken from here, and from nowhere else.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

MOST_SECONDS = 1e9
"""The longest time that can be asked for at once, some thirty years."""
LAST_MOMENT = 253_402_300_799.0
"""The last second that a timestamp can tell, seconds since the epoch."""


class WallClock(Protocol):
    """Where the emulator gets its time from."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass; used by injected latency only."""
        ...


class SystemWallClock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)


class SteppedClock:
    """Time that stands still until somebody steps it. A sleep is a step, so injected latency takes no real time."""

    def __init__(self, start: float = 1_780_000_000.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on by that many seconds, at once."""
        with self._lock:
            self._now += seconds


class ShiftedClock:
    """Another clock plus an offset: what `advance` moves.

    Attributes:
        offset: seconds ahead of the clock below. It is part of the stored state: without it, records written after a
            step would lie in the future of a restarted emulator.
    """

    def __init__(self, base: WallClock, offset: float = 0.0) -> None:
        self._base = base
        self.offset = offset

    def now(self) -> float:
        """Seconds since the epoch (UTC), offset included."""
        return self._base.now() + self.offset

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass on the clock below."""
        self._base.sleep(seconds)
