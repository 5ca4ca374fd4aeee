"""Time for tests: nobody really waits, and every wait is written down."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aicore_provider.clock import utc_now
from aicore_provider.emulator import SteppedClock

_ROUNDING_S = 1e-6
_TIMEOUT_S = 60.0


class StillWaiting(AssertionError):
    """The code under test has waited longer than anything should."""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Processes of other programs have no clock that could be stepped."""
    ends = time.monotonic() + _TIMEOUT_S
    while not condition():
        assert time.monotonic() < ends, f"waited in vain: {what}"
        time.sleep(0.05)


class OneClock:
    """One time for the product and for an emulator, which gets it as `Emulator(clock=clock.service)`.

    A sleep moves time on at once. With several `sleepers` (threads), time moves on only when all of them sleep, and
    then to the moment at which the first of them wakes up: as many minutes as real threads would need, in no time.

    Attributes:
        waits: the seconds of every sleep so far.
        limit_s: a test that waits longer than this fails instead of waiting for ever.
    """

    def __init__(self, *, sleepers: int = 1, limit_s: float = 6 * 3600) -> None:
        self.service = SteppedClock()
        self.waits: list[float] = []
        self.limit_s = limit_s
        self._started = self.service.now()
        self._sleepers = sleepers
        self._until: list[float] = []
        self._changed = threading.Condition()

    def now(self) -> float:
        return self.service.now()

    @property
    def elapsed_s(self) -> float:
        return self.now() - self._started

    def step(self, seconds: float) -> None:
        self.service.sleep(seconds)

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        if self.elapsed_s > self.limit_s:
            raise StillWaiting(f"after {self.elapsed_s:.0f} s")
        if wake is not None and wake.is_set():
            return
        with self._changed:
            self.waits.append(seconds)
            until = self.now() + max(0.0, seconds)
            self._until.append(until)
            self._move_on()
            assert self._changed.wait_for(lambda: not self._sleeps(until), timeout=30), "nobody moved time on"
            self._until.remove(until)

    @contextmanager
    def one_sleeper(self) -> Iterator[None]:
        """For the thread of one of several `sleepers`: it counts until the end of the block."""
        try:
            yield
        finally:
            with self._changed:
                self._sleepers -= 1
                self._move_on()

    def _sleeps(self, until: float) -> bool:
        return until > self.now() + _ROUNDING_S

    def _move_on(self) -> None:
        asleep = [until for until in self._until if self._sleeps(until)]
        if asleep and len(asleep) >= self._sleepers:
            self.step(min(asleep) - self.now())
        self._changed.notify_all()


class InterruptedWhileWaiting(OneClock):
    """The user interrupts the command during the first wait of at least so many seconds.

    Attributes:
        interrupted: set by the user.
    """

    def __init__(self, shortest_s: float = 0.0) -> None:
        super().__init__()
        self.interrupted = threading.Event()
        self._shortest_s = shortest_s

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        super().sleep(seconds, wake)
        if seconds >= self._shortest_s:
            self.interrupted.set()


def today() -> dt.date:
    """This machine's date in UTC."""
    return utc_now().date()
