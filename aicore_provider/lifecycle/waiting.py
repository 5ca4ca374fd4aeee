"""`wait_until`: looks at an object until it is as it is wanted.

Deployments have a loop of their own, `reconcile`, since they need further requests while they are waited for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from aicore_provider.api.errors import AICoreError, ServiceError
from aicore_provider.clock import Clock
from aicore_provider.lifecycle import messages
from aicore_provider.lifecycle.limits import PollInterval
from aicore_provider.lifecycle.values import Done, Wait

FAILED_REQUESTS_IN_A_ROW = 5
"""A wait goes on for at least so many failed requests in a row. The client tries each of them several times."""

Observation = TypeVar("Observation")


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
    started, looks, failed_requests = clock.now(), 0, 0
    failing_since = started
    last: Observation | None = None
    while True:
        try:
            last = observed = look()
        except AICoreError as error:
            failing_since = failing_since if failed_requests else clock.now()
            failed_requests += 1
            is_too_long = failed_requests >= FAILED_REQUESTS_IN_A_ROW and clock.now() - failing_since >= outage_s
            if is_too_long or not is_transient(error):
                raise LookFailed(what, str(error), last) from error
            why = messages.no_answer(error)
        else:
            failed_requests = 0
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
    """Whether a later look may succeed. An answer of a gateway says nothing about the object."""
    return error.retryable or (isinstance(error, ServiceError) and not error.message.is_from_service)
