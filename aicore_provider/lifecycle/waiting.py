"""`wait_until`: looks at an object until it is as it is wanted.

Deployments have a loop of their own, `reconcile`, since they need further requests while they are waited for.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from aicore_provider.api.errors import AICoreError, ServiceError, UnexpectedAnswer
from aicore_provider.clock import Clock
from aicore_provider.lifecycle import messages
from aicore_provider.lifecycle.limits import PollInterval
from aicore_provider.lifecycle.values import Done, Wait

FAILED_REQUESTS_IN_A_ROW = 5
"""A wait goes on for at least so many failed requests in a row. The client tries each of them several times."""

Observation = TypeVar("Observation")


@dataclass(frozen=True)
class Outage:
    """Requests that failed in a row: when the first of them was begun, on the clock, and how many there were."""

    since: float
    failed: int = 1

    def with_one_more(self) -> Outage:
        """Return the same with one more request."""
        return replace(self, failed=self.failed + 1)

    def is_too_long(self, now: float, outage_s: float, *, deadline: float = math.inf) -> bool:
        """Whether a wait ends because of it, after `outage_s` seconds and enough requests; one, after the deadline."""
        is_enough = self.failed >= FAILED_REQUESTS_IN_A_ROW or now >= deadline
        return is_enough and now - self.since >= outage_s


@dataclass(frozen=True)
class Failed:
    """The object will never be as it is wanted."""

    why: str


class WaitError(AICoreError):
    """A wait ended without success; the text `why` does not name the object.

    `last` is the object as it was last observed; None when no look succeeded.
    """

    def __init__(self, what: str, why: str, last: object) -> None:
        super().__init__(f"{what}: {why}")
        self.why = why
        self.last = last


class WaitFailed(WaitError):
    """The object will never be as it is wanted."""


class WaitTimedOut(WaitError):
    """The object was not as it is wanted within the time."""


class WaitInterrupted(WaitError):
    """The user interrupted the wait."""


class LookFailed(WaitError):
    """The service does not tell. The error of the request is the cause."""


def wait_until(
    look: Callable[[], Observation],
    judge: Callable[[Observation], Wait | Done | Failed],
    *,
    what: str,
    deadline: float,
    clock: Clock,
    poll_interval: PollInterval,
    outage_s: float,
    interrupted: threading.Event,
    report: Callable[[str], None] = lambda _: None,
) -> Observation:
    """Look until `judge` says that it is done, and return what was observed then.

    The last look is made at the deadline, which is on the clock, in seconds; once `interrupted` is set, the next look
    is the last one. A failed request does not end the wait if a later one may succeed, unless several fail in a row,
    for longer than `outage_s`.

    A look may send several requests; `judge` has no side effects. `what` names the object for people, such as
    `Resource group team-a`. `report` is passed a line after every look that does not end the wait.

    Raises:
        WaitError: it is not done; the subclass tells why, and carries the last observation.
    """
    started, looks = clock.now(), 0
    outage: Outage | None = None
    last: Observation | None = None
    while True:
        begun_at = clock.now()
        try:
            last = observed = look()
        except AICoreError as error:
            outage = outage.with_one_more() if outage else Outage(begun_at)
            if outage.is_too_long(clock.now(), outage_s) or not is_transient(error):
                raise LookFailed(what, str(error), last) from error
            why = messages.no_answer(error)
        else:
            outage = None
            match judge(observed):
                case Done():
                    return observed
                case Failed(why):
                    raise WaitFailed(what, f"{why}.", last)
                case Wait(why):
                    pass
        now = clock.now()
        if interrupted.is_set():
            raise WaitInterrupted(what, f"interrupted ({why}).", last)
        if now >= deadline:
            raise WaitTimedOut(what, f"{messages.late(deadline - started, why)}.", last)
        report(messages.progress(why, what, now - started))
        clock.sleep(min(poll_interval.after(looks), deadline - now), interrupted)
        looks += 1


def is_transient(error: AICoreError) -> bool:
    """Whether a later look may succeed. An answer of a gateway, or a page, says nothing about the object."""
    if isinstance(error, UnexpectedAnswer):
        return not error.maybe_committed
    return error.retryable or (isinstance(error, ServiceError) and not error.message.is_from_service)
