"""What the requests of one client share, so that many calls together are no burden to the service.

`Throttle` holds all of them back when the service says that there are too many. `RetryBudget` ends retries when
nearly every request fails.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from aicore_provider.api.errors import NotSent, ServiceError, TooManyRequests
from aicore_provider.clock import Clock

_WINDOW_S = 1.0
"""Requests that were answered within this time tell what the service bears."""
_BELOW = 0.9
"""Share of that with which requests go on."""
_SLOWEST = 1.0
"""Requests per second at least."""
_FIRST_LEAST = 8.0
"""Requests per second at least after a first 429: a process that has only begun has sent too few to go by."""
_DOUBLED_AFTER_S = 10.0
_NO_LIMIT = 100.0
"""Requests per second that count as no limit: a process has not so many to send."""


class Throttle:
    """Holds back the requests of a client after a 429. Safe for many threads. Before the first it holds nothing back.

    No limit of the management API is documented, so it is found out. After a 429 all requests wait for its
    `Retry-After`, and then follow each other a little slower than the service bore them just before. That rate grows by
    the third power of the time: hardly in the first seconds, to the double in ten, and to no limit at all in a minute.
    The least rate is halved by each further 429, down to one request per second.
    """

    def __init__(self, clock: Clock, longest_pause_s: float) -> None:
        """Begin.

        Args:
            clock: time.
            longest_pause_s: the limit of a `Retry-After`.
        """
        self._clock = clock
        self._longest_pause_s = longest_pause_s
        self._lock = threading.Lock()
        self._answered: deque[float] = deque()
        self._slowed_at: float | None = None
        self._resumed_at: float | None = None
        self._least_rate = _FIRST_LEAST
        self._base_rate = _FIRST_LEAST
        self._free_at = 0.0

    @contextmanager
    def sending(self, request: str, interrupted: threading.Event) -> Iterator[None]:
        """Send one request in this block, which begins when it may be sent.

        After an interruption a request is sent at once: it is the last look, or removes what nobody keeps. An error
        that the block raises passes through.

        Args:
            request: method and path, for the error.
            interrupted: ends the wait.

        Raises:
            NotSent: the user interrupted the command during the wait.
        """
        sent_at = self._wait(request, interrupted)
        try:
            yield
        except ServiceError as error:
            self._consider(error, sent_at)
            raise
        with self._lock:
            self._answered.append(self._clock.now())
            self._forget()

    def _wait(self, request: str, interrupted: threading.Event) -> float:
        is_last = interrupted.is_set()
        while True:
            with self._lock:
                now = self._clock.now()
                if self._slowed_at is None or is_last:
                    return now
                if now >= self._free_at:
                    rate = self._rate(now)
                    self._free_at = now + 1 / rate
                    if rate > _NO_LIMIT:
                        self._slowed_at, self._least_rate = None, _FIRST_LEAST
                    return now
                pause_s = self._free_at - now
            self._clock.sleep(pause_s, interrupted)
            if interrupted.is_set():
                raise NotSent(request, retryable=True)

    def _rate(self, now: float) -> float:
        """Requests per second. Needs the lock."""
        if self._resumed_at is None and self._slowed_at is not None:
            self._resumed_at = now
            began = self._slowed_at - _WINDOW_S
            # What was under way when the service said 429 may be answered much later.
            span_s = max(_WINDOW_S, self._answered[-1] - began) if self._answered else _WINDOW_S
            self._base_rate = max(self._least_rate, _BELOW * len(self._answered) / span_s)
            self._least_rate = max(_SLOWEST, self._least_rate / 2)
        return self._base_rate * (1 + ((now - (self._resumed_at or now)) / _DOUBLED_AFTER_S) ** 3)

    def _consider(self, error: ServiceError, sent_at: float) -> None:
        with self._lock:
            now = self._clock.now()
            if isinstance(error, TooManyRequests) and (self._slowed_at is None or sent_at > self._slowed_at):
                # One that was sent before the last change says nothing about it.
                self._slowed_at, self._resumed_at = now, None
                self._forget()
            if error.retry_after is not None and self._slowed_at is not None:
                self._free_at = max(self._free_at, now + min(self._longest_pause_s, error.retry_after))

    def _forget(self) -> None:
        """Forget what was answered too long ago. Needs the lock."""
        until = self._slowed_at if self._slowed_at is not None and self._resumed_at is None else self._clock.now()
        while self._answered and self._answered[0] <= until - _WINDOW_S:
            self._answered.popleft()


class RetryBudget:
    """How many retries the requests of a client have together. Safe for many threads.

    Each retry takes one, and each success gives one back. So a service that is down is not asked five times by each of
    many calls.
    """

    def __init__(self, size: int) -> None:
        """Begin with `size` retries."""
        self._size = self._left = size
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one retry; False when there is none left."""
        with self._lock:
            if self._left:
                self._left -= 1
                return True
            return False

    def give_back(self) -> None:
        """Give one back after a success."""
        with self._lock:
            self._left = min(self._size, self._left + 1)
