"""Lists the objects of one collection, once for all calls that need them at the same time."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from aicore_provider.api.collection import Collection
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.types import IdentifiedObject
from aicore_provider.clock import Clock


class _Dated(Protocol):
    @property
    def asked_at(self) -> float: ...


Dated = TypeVar("Dated", bound=_Dated)
Object = TypeVar("Object", bound=IdentifiedObject)


@dataclass(frozen=True)
class Listed(Generic[Object]):
    """All objects of a collection, by id.

    The service was asked at `asked_at`, on the clock: what happened later may be missing.
    """

    asked_at: float
    objects: Mapping[str, Object]


class SharedList(Generic[Dated]):
    """What one list shows. Safe for many threads.

    It has no thread of its own: a caller that needs a newer answer sends the request. Callers that come meanwhile wait
    for its answer, and take that if it is new enough for them.
    """

    def __init__(self, ask: Callable[[float], Dated], clock: Clock) -> None:
        """Begin; sends nothing. `ask` is passed the present time, requests the list and returns what it shows."""
        self._ask = ask
        self._clock = clock
        self._turn = threading.Lock()
        self._latest: Dated | None = None
        self._failure: AICoreError | None = None
        self._writes = threading.Lock()
        self._written_at = -math.inf

    @property
    def latest(self) -> Dated | None:
        """What the newest answer shows; None before the first."""
        return self._latest

    def note_write(self) -> None:
        """Note that a call has changed an object of the list, or may have."""
        # Not the lock of the list, which a write must not wait for.
        with self._writes:
            self._written_at = max(self._written_at, self._clock.now())

    def look_after_writes(self, asked_after: float = -math.inf) -> Dated:
        """Return an answer that shows all writes that were noted, and is no older than said. Raises as `look` does."""
        return self.look(max(self._written_at, asked_after))

    def look(self, asked_after: float) -> Dated:
        """Return an answer that was requested later than `asked_after`, a time on the clock in seconds.

        A caller passes the time of its own last write, so that it never acts on an older answer.

        Raises:
            AICoreError: the list cannot be read.
        """
        before = self._failure
        with self._turn:
            if self._latest is not None and self._latest.asked_at > asked_after:
                return self._latest
            if self._failure is not None and self._failure is not before:
                # Somebody has asked in vain meanwhile, and so would everybody who waits here, one after the other.
                raise self._failure
            try:
                self._latest = self._ask(self._clock.now())
            except AICoreError as error:
                self._failure = error
                raise
            return self._latest


def shared(collection: Collection[Object], clock: Clock) -> SharedList[Listed[Object]]:
    """Return the list of a collection."""
    return SharedList(lambda asked_at: Listed(asked_at, {each.id: each for each in collection.list()}), clock)
