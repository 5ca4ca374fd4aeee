"""A wait looks as often as its interval says and ends at its deadline; each failed end carries the last look."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from aicore_provider.api.errors import (
    AICoreError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    ServiceMessage,
    ServiceUnavailable,
)
from aicore_provider.lifecycle.limits import PollInterval
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.lifecycle.waiting import (
    FAILED_REQUESTS_IN_A_ROW,
    Failed,
    LookFailed,
    WaitFailed,
    WaitInterrupted,
    WaitTimedOut,
    wait_until,
)
from tests.support.clocks import OneClock

EVERY_S = 10.0
UNAVAILABLE = ServiceUnavailable("GET /things/t", 503, ServiceMessage(), retryable=True)
UNREACHABLE = ConnectionFailed("GET /things/t", "no answer in time", maybe_committed=False)
GATEWAY = NotFound("GET /things/t", 404, ServiceMessage(text="no healthy upstream"))
FORBIDDEN = Forbidden("GET /things/t", 403, ServiceMessage("0101", "not for you", is_from_service=True))


class Waiting:
    """One wait for a thing whose looks are a sequence; the last of them is repeated.

    Attributes:
        heard: the progress lines.
        looks: how often it was looked at.
    """

    def __init__(self, *observations: str | AICoreError) -> None:
        self.clock, self.interrupted = OneClock(), threading.Event()
        self.heard: list[str] = []
        self.looks = 0
        self.observations = observations
        self.meanwhile: Callable[[], None] = lambda: None

    def look(self) -> str:
        observed = self.observations[min(self.looks, len(self.observations) - 1)]
        self.looks += 1
        if isinstance(observed, AICoreError):
            raise observed
        return observed

    def report(self, line: str) -> None:
        self.heard.append(line)
        self.meanwhile()

    def run(self, timeout_s: float = 600.0) -> str:
        return wait_until(
            self.look,
            judge,
            what="Thing t",
            deadline=self.clock.now() + timeout_s,
            clock=self.clock,
            poll_interval=PollInterval(first_s=EVERY_S, factor=1.0, jitter=0.0),
            outage_s=0.0,
            interrupted=self.interrupted,
            report=self.report,
        )


def judge(observed: str) -> Wait | Done | Failed:
    match observed:
        case "READY":
            return Done()
        case "ERROR":
            return Failed("it ended in ERROR")
        case other:
            return Wait(f"{other}: not ready yet")


def test_what_is_done_already_is_looked_at_once() -> None:
    waiting = Waiting("READY")
    assert waiting.run() == "READY"
    assert (waiting.looks, waiting.clock.waits, waiting.heard) == (1, [], [])


def test_each_look_that_does_not_end_the_wait_is_reported() -> None:
    waiting = Waiting("MAKING", "MAKING", "ALMOST", "READY")
    assert waiting.run() == "READY"
    assert (waiting.looks, waiting.clock.waits) == (4, [EVERY_S] * 3)
    assert waiting.heard == [
        "Thing t: MAKING: not ready yet (0:00)",
        "Thing t: MAKING: not ready yet (0:10)",
        "Thing t: ALMOST: not ready yet (0:20)",
    ]


def test_intervals_grow() -> None:
    waiting = Waiting("MAKING", "MAKING", "MAKING", "READY")
    wait_until(
        waiting.look,
        judge,
        what="Thing t",
        deadline=waiting.clock.now() + 600,
        clock=waiting.clock,
        poll_interval=PollInterval(first_s=1.0, factor=2.0, longest_s=3.0, jitter=0.0),
        outage_s=0.0,
        interrupted=waiting.interrupted,
    )
    assert waiting.clock.waits == [1.0, 2.0, 3.0]


def test_what_can_never_be_done_ends_the_wait() -> None:
    waiting = Waiting("MAKING", "ERROR")
    with pytest.raises(WaitFailed) as caught:
        waiting.run()
    assert str(caught.value) == "Thing t: it ended in ERROR."
    assert caught.value.last == "ERROR"
    assert waiting.looks == 2


def test_the_last_look_is_at_the_deadline() -> None:
    waiting = Waiting("MAKING")
    with pytest.raises(WaitTimedOut) as caught:
        waiting.run(timeout_s=95.0)
    assert str(caught.value) == "Thing t: not done within 1 min 35 s, last seen as: MAKING: not ready yet."
    assert (caught.value.why, caught.value.last) == (
        "not done within 1 min 35 s, last seen as: MAKING: not ready yet.",
        "MAKING",
    )
    assert waiting.clock.waits == [EVERY_S] * 9 + [pytest.approx(5.0)]
    assert waiting.looks == 11


def test_what_becomes_done_just_before_the_deadline_is_done() -> None:
    waiting = Waiting("MAKING", "MAKING", "READY")
    assert waiting.run(timeout_s=15.0) == "READY"
    assert waiting.clock.elapsed_s == pytest.approx(15.0)


def test_an_interrupted_wait_looks_once_more() -> None:
    waiting = Waiting("MAKING", "MAKING", "ALMOST")
    waiting.meanwhile = lambda: waiting.interrupted.set() if waiting.looks == 2 else None
    with pytest.raises(WaitInterrupted) as caught:
        waiting.run()
    assert str(caught.value) == "Thing t: interrupted (ALMOST: not ready yet)."
    assert caught.value.last == "ALMOST"
    assert (waiting.looks, waiting.clock.waits) == (3, [EVERY_S])


def test_what_is_done_when_it_is_interrupted_is_done() -> None:
    waiting = Waiting("MAKING", "READY")
    waiting.meanwhile = waiting.interrupted.set
    assert waiting.run() == "READY"


@pytest.mark.parametrize("error", [UNAVAILABLE, UNREACHABLE, GATEWAY], ids=["503", "no answer", "a gateway's 404"])
def test_failures_that_may_pass_are_endured_unless_several_come_in_a_row(error: AICoreError) -> None:
    endured = [error] * (FAILED_REQUESTS_IN_A_ROW - 1)
    waiting = Waiting("MAKING", *endured, "MAKING", *endured, "READY")
    assert waiting.run() == "READY"
    assert waiting.looks == 2 * FAILED_REQUESTS_IN_A_ROW + 1
    first_line = str(error).splitlines()[0]
    assert waiting.heard[1] == f"Thing t: no proper answer from the service: {first_line} (0:10)"

    waiting = Waiting("MAKING", error)
    with pytest.raises(LookFailed) as caught:
        waiting.run()
    assert str(caught.value) == f"Thing t: {error}"
    assert (caught.value.last, caught.value.__cause__) == ("MAKING", error)
    assert waiting.looks == 1 + FAILED_REQUESTS_IN_A_ROW


def test_a_refusal_ends_the_wait_at_once() -> None:
    waiting = Waiting(FORBIDDEN)
    with pytest.raises(
        LookFailed, match=r"Thing t: GET /things/t was refused: not for you \(HTTP 403, code 0101\)"
    ) as e:
        waiting.run()
    assert (waiting.looks, e.value.last) == (1, None)


@pytest.mark.parametrize(("timeout_s", "interrupted"), [(0.0, False), (600.0, True)])
def test_a_failed_request_hides_neither_deadline_nor_interruption(timeout_s: float, interrupted: bool) -> None:
    waiting = Waiting(UNAVAILABLE)
    if interrupted:
        waiting.interrupted.set()
    with pytest.raises(WaitInterrupted if interrupted else WaitTimedOut, match="no proper answer from the service"):
        waiting.run(timeout_s)
    assert waiting.looks == 1
