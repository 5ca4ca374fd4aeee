"""Many calls together are polite: a limit of the service is found and kept, and one that is down is left alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import NotSent, ServiceMessage, ServiceUnavailable, TooManyRequests
from aicore_provider.api.http import Http
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.api.throttle import Throttle
from aicore_provider.emulator import Emulator
from tests.support.clocks import InterruptedWhileWaiting, OneClock, wait_for

THREADS = 50
EACH = 5
PER_SECOND = 10


@pytest.fixture
def clock() -> OneClock:
    return OneClock(sleepers=THREADS)


@pytest.fixture
def emulator(clock: OneClock) -> Iterator[Emulator]:
    with Emulator.running(clock=clock.service) as running:
        yield running


@pytest.fixture
def http(emulator: Emulator, clock: OneClock) -> Http:
    made = Http(find_credentials(emulator.environment()), clock=clock, random_share=lambda: 0.5)
    made.tenant  # noqa: B018  (fetches the token)
    return made


def ask(http: Http, clock: OneClock, times: int = EACH) -> None:
    with clock.one_sleeper():
        for _ in range(times):
            http.request("GET", "/lm/deployments", resource_group="default")


def sent(emulator: Emulator) -> list[int | None]:
    return [entry.status for entry in emulator.journal if entry.path == "/v2/lm/deployments"]


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {}], ids=["Retry-After", "without"])
def test_a_limit_of_the_service_is_found_and_kept(
    http: Http, emulator: Emulator, clock: OneClock, headers: dict[str, str]
) -> None:
    emulator.faults = [{"path": "/v2/*", "allowedPerSecond": PER_SECOND, "effect": {"status": 429, "headers": headers}}]
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(ask, http, clock) for _ in range(THREADS)]:
            done.result()
    assert sent(emulator).count(200) == THREADS * EACH
    assert len(sent(emulator)) <= 2 * THREADS * EACH
    assert clock.elapsed_s <= 1.5 * THREADS * EACH / PER_SECOND


def test_a_429_before_there_is_anything_to_go_by_slows_down_little(
    http: Http, emulator: Emulator, clock: OneClock
) -> None:
    emulator.faults = [{"path": "/v2/*", "times": 1, "effect": {"status": 429, "headers": {"Retry-After": "1"}}}]
    with ThreadPoolExecutor(THREADS) as pool:
        first = pool.submit(ask, http, clock, 1)
        wait_for(lambda: bool(sent(emulator)), "the first request")
        for done in [first, *(pool.submit(ask, http, clock, 1) for _ in range(THREADS - 1))]:
            done.result()
    assert len(sent(emulator)) == THREADS + 1
    assert clock.elapsed_s <= 1 + THREADS / 8


def test_a_low_limit_is_found_by_halves(http: Http, emulator: Emulator, clock: OneClock) -> None:
    emulator.faults = [
        {"path": "/v2/*", "allowedPerSecond": 2, "effect": {"status": 429, "headers": {"Retry-After": "1"}}}
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(ask, http, clock, 1) for _ in range(THREADS)]:
            done.result()
    assert sent(emulator).count(200) == THREADS
    assert len(sent(emulator)) <= 2.5 * THREADS  # all of them at once before the first answer
    assert clock.elapsed_s <= 1.5 * THREADS / 2


def test_all_wait_for_a_retry_after(http: Http, emulator: Emulator, clock: OneClock) -> None:
    emulator.faults = [{"times": 1, "effect": {"status": 429, "headers": {"Retry-After": "7"}}}]
    started = clock.now()
    with ThreadPoolExecutor(THREADS) as pool:
        first = pool.submit(ask, http, clock, 1)
        wait_for(lambda: bool(sent(emulator)), "the first request")
        others = [pool.submit(ask, http, clock, 1) for _ in range(THREADS - 1)]
        for done in [first, *others]:
            done.result()
    answered = [entry.time for entry in emulator.journal if entry.path == "/v2/lm/deployments" and entry.status == 200]
    assert len(answered) == THREADS
    assert min(answered) == pytest.approx(started + 7)


def test_what_is_held_back_is_not_sent_after_an_interruption(emulator: Emulator) -> None:
    clock = InterruptedWhileWaiting()
    http = Http(
        find_credentials(emulator.environment()),
        clock=clock,
        retries=RetryPolicy(attempts=1),
        interrupted=clock.interrupted,
    )
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 429, "headers": {"Retry-After": "20"}}}]
    with pytest.raises(TooManyRequests):
        http.request("GET", "/lm/deployments", resource_group="default")
    emulator.faults = []
    with pytest.raises(NotSent, match=r"^POST /lm/deployments was not sent: interrupted.$") as caught:
        http.request("POST", "/lm/deployments", resource_group="default", body={"configurationId": "c"})
    assert (caught.value.maybe_committed, caught.value.retryable) == (False, True)
    assert sent(emulator) == [429]
    http.request("GET", "/lm/deployments", resource_group="default")
    assert sent(emulator) == [429, 200], "the last look is sent"


def test_answers_that_come_long_after_a_429_do_not_count_as_what_the_service_bears_in_a_second() -> None:
    clock, never = OneClock(), threading.Event()
    throttle = Throttle(clock, longest_pause_s=30.0)
    with ExitStack() as under_way:
        for _ in range(60):
            under_way.enter_context(throttle.sending("GET", never))
        with pytest.raises(TooManyRequests), throttle.sending("GET", never):
            raise TooManyRequests("GET", 429, ServiceMessage(), retry_after=5.0)
        clock.step(4.5)
    clock.waits.clear()
    for _ in range(3):
        with throttle.sending("GET", never):
            pass
    assert min(clock.waits) >= 1 / 15


def test_a_minute_later_nothing_is_held_back(emulator: Emulator) -> None:
    clock = OneClock()
    http = Http(find_credentials(emulator.environment()), clock=clock)
    emulator.faults = [{"path": "/v2/*", "times": 1, "effect": {"status": 429}}]
    http.request("GET", "/lm/deployments", resource_group="default")
    clock.step(120)
    clock.waits.clear()
    for _ in range(20):
        http.request("GET", "/lm/deployments", resource_group="default")
    assert clock.waits == []


def test_a_service_that_is_down_is_not_asked_five_times_by_everybody(emulator: Emulator, clock: OneClock) -> None:
    policy = RetryPolicy(budget=20, jitter=0.0)
    http = Http(find_credentials(emulator.environment()), clock=clock, retries=policy)
    http.tenant  # noqa: B018  (fetches the token)
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 503}}]

    def fail() -> None:
        with pytest.raises(ServiceUnavailable):
            ask(http, clock, 1)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(fail) for _ in range(THREADS)]:
            done.result()
    assert len(sent(emulator)) == THREADS + policy.budget


def test_a_success_gives_a_retry_back(emulator: Emulator) -> None:
    clock = OneClock()
    http = Http(find_credentials(emulator.environment()), clock=clock, retries=RetryPolicy(budget=1))
    http.tenant  # noqa: B018  (fetches the token)
    for _ in range(3):
        emulator.faults = [{"path": "/v2/*", "times": 1, "effect": {"status": 503}}]
        http.request("GET", "/lm/deployments", resource_group="default")
    assert sent(emulator) == [503, 200] * 3
