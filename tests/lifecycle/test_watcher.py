"""One list serves everybody who waits, and nobody is served one that is too old for him."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from aicore_provider.api.errors import ServiceMessage, ServiceUnavailable
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.limits import Pace
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Absent, Running
from aicore_provider.lifecycle.watcher import DeploymentWatcher
from tests.support import world as worlds
from tests.support.world import GROUP, LIMITS, OLD, TRANSITION_S, World, watcher

THREADS = 40


def _together(world: World, actions: Iterable[Callable[[], object]]) -> None:
    """Run actions at the same time, each in a thread of its own that may sleep."""

    def run(action: Callable[[], object]) -> None:
        with world.clock.one_sleeper():
            action()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, actions))


@pytest.mark.parametrize("done", ["create", "switch", "delete"])
def test_many_waiting_calls_share_the_lists_that_one_alone_needs(done: str) -> None:
    def lists(count: int) -> int:
        with worlds.world(sleepers=count) as world:
            call = partial(reconcile, context=world.context, timeout_s=1800.0)
            calls: list[Callable[[], object]]
            if done == "create":
                own = [world.configuration(OLD) for _ in range(count)]
                calls = [partial(call, Running(each, is_configuration_new=True)) for each in own]
            else:
                goal = Running(world.new) if done == "switch" else Absent()
                calls = [partial(call, goal, deployment_id=world.api.create(world.old)) for _ in range(count)]
                world.clock.step(2 * TRANSITION_S)
            world.emulator.clear_journal()
            _together(world, calls)
            journal = world.emulator.journal
            writes = {"create": ["POST"], "switch": ["PATCH new"], "delete": ["PATCH STOPPED", "DELETE"]}[done]
            assert sorted(world.writes) == sorted(writes * count)
            assert all(entry.path == "/v2/lm/deployments" for entry in journal if entry.method == "GET"), "none by id"
            return world.lists

    alone = lists(1)
    assert lists(THREADS) <= alone + 2


def test_no_list_is_asked_for_right_after_a_write(world: World) -> None:
    world.create()
    journal = list(world.emulator.journal)
    posted = next(number for number, entry in enumerate(journal) if entry.method == "POST")
    assert journal[posted + 1].time >= journal[posted].time + LIMITS.pace.tick_s / 2


def test_looks_are_rare_until_the_quickest_of_the_same_executable_was_ready(world: World) -> None:
    quickest_s = 0.75 * TRANSITION_S
    world.create()
    first = world.lists
    world.emulator.clear_journal()
    started = world.clock.now()
    world.create()
    assert world.lists < 2 * first / 3
    looks = [e.time - started for e in world.emulator.journal if e.method == "GET"]
    rare = [each for each in looks if each < quickest_s - LIMITS.pace.tick_s]
    assert len(rare) <= quickest_s / LIMITS.pace.early_s + 3, "each is half-way there, or ten seconds later"
    assert looks[-1] - TRANSITION_S <= LIMITS.pace.tick_s / 2, "lists are left for a look half-way between two ticks"


@pytest.mark.parametrize("later_s", [0.0, 0.7, 5.0])
def test_a_resource_group_gets_no_more_lists_than_one_a_tick_and_those_that_it_may_be_ahead(later_s: float) -> None:
    with worlds.world(sleepers=THREADS) as world:
        own = [world.configuration(OLD) for _ in range(THREADS)]
        world.emulator.clear_journal()
        begun = world.clock.now()

        def create(number: int) -> None:
            world.clock.sleep(number * later_s)
            reconcile(Running(own[number], is_configuration_new=True), world.context, timeout_s=1800.0)

        _together(world, [partial(create, number) for number in range(THREADS)])
        took_s = world.clock.now() - begun
        assert world.lists <= 1 + took_s / LIMITS.pace.tick_s + LIMITS.pace.ahead


def test_there_is_a_look_between_two_ticks_when_something_is_likely_to_be_ready(world: World) -> None:
    mine, begun = watcher(world.client, GROUP), world.clock.now()

    def looks(number: int, **options: bool) -> list[float]:
        """How long after the one before each look is made."""
        waited = []
        for _ in range(number):
            before = world.clock.now()
            mine.look(mine.wait(1.0, deadline=math.inf, interrupted=threading.Event(), **options))
            waited.append(world.clock.now() - before)
        return waited

    assert looks(5) == [1.0, 1.0, 2.0, 2.0, 2.0], "lists are counted from the first wait on"
    assert looks(4, is_due=True) == [1.0, 1.0, 2.0, 2.0], "one is ahead of the ticks"
    world.clock.step(10.0)
    assert looks(2) == [1.0, 1.0], "the ticks of ten seconds have needed no list"
    assert looks(20)[-3:] == [2.0, 2.0, 2.0]
    mine.note_ready()
    assert looks(1) == [1.0], "what was begun with something that is ready now"
    assert world.lists <= 1 + (world.clock.now() - begun) / LIMITS.pace.tick_s + LIMITS.pace.ahead


@pytest.mark.parametrize("phase", [0.0, 0.2, 0.4, 0.6, 0.8])
@pytest.mark.parametrize(("takes_s", "quickest_s"), [(5.2, 3.0), (5.0, 5.0), (9.7, 8.0), (20.5, 15.0), (33.0, 30.0)])
def test_what_takes_little_longer_than_the_quickest_is_noticed_within_half_a_tick(
    world: World, phase: float, takes_s: float, quickest_s: float
) -> None:
    pace, clock = LIMITS.pace, world.clock
    mine = DeploymentWatcher(world.api.list, clock, pace=pace, random_share=lambda: phase)
    for _ in range(3):
        clock.step(0.1)
        mine.look(clock.now() - 0.1)  # for a refresh, which is no wait
    world.emulator.clear_journal()
    begun = clock.now()
    while (waited_s := clock.now() - begun) < takes_s:
        step_s, is_due = pace.step_s(waited_s, quickest_s), pace.is_due(waited_s, quickest_s)
        mine.look(mine.wait(step_s, deadline=math.inf, interrupted=threading.Event(), is_due=is_due))
    assert waited_s - takes_s <= pace.tick_s / 2
    assert world.lists <= 1 + waited_s / pace.tick_s + pace.ahead


def test_who_comes_while_the_list_is_asked_for_takes_that_answer(world: World) -> None:
    come = threading.Semaphore(0)

    def everybody_has_come() -> Iterable[Deployment]:
        for _ in range(THREADS):
            assert come.acquire(timeout=30)
        return world.api.list()

    mine = DeploymentWatcher(everybody_has_come, world.clock, pace=Pace())
    world.clock.step(1)
    before = world.clock.now() - 1

    def look(_: int) -> float:
        come.release()
        return mine.look(before).asked_at

    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(look, range(THREADS))) == {world.clock.now()}
    assert world.lists == 1


def test_a_writer_always_sees_his_own_write(world: World) -> None:
    mine = watcher(world.client, GROUP)

    def write_and_look(_: int) -> bool:
        made = world.api.create(world.old)
        return made in mine.look(world.clock.now()).deployments

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write_and_look, range(40)))


@pytest.mark.parametrize(("asked_after", "lists"), [(-5.0, 1), (-0.001, 1), (0.0, 2), (5.0, 2)])
def test_a_snapshot_is_taken_when_it_was_asked_for_late_enough(world: World, asked_after: float, lists: int) -> None:
    mine = watcher(world.client, GROUP)
    first = mine.look(world.clock.now() - TRANSITION_S)
    world.clock.step(10)
    mine.look(first.asked_at + asked_after)
    assert world.lists == lists


def test_a_snapshot_is_dated_when_the_service_was_asked_not_when_it_answered(world: World) -> None:
    world.faults({"path": "/v2/lm/deployments", "effect": {"latencySeconds": 30}})
    asked_at = world.clock.now()
    assert watcher(world.client, GROUP).look(0.0).asked_at == asked_at
    assert world.clock.now() == asked_at + 30


def test_who_waits_while_the_list_fails_shares_the_failure_and_who_comes_later_asks_again(world: World) -> None:
    come, lists = threading.Semaphore(0), 0

    def fail() -> Iterable[Deployment]:
        nonlocal lists
        lists += 1
        for _ in range(THREADS if lists == 1 else 0):
            assert come.acquire(timeout=30)
        raise ServiceUnavailable("GET /lm/deployments", 503, ServiceMessage())

    mine = DeploymentWatcher(fail, world.clock, pace=Pace())

    def look(_: int) -> None:
        come.release()
        with pytest.raises(ServiceUnavailable):
            mine.look(0.0)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(look, range(THREADS)))
    assert lists <= 2, "one, and one more if a thread was late to come"
    before = lists
    with pytest.raises(ServiceUnavailable):
        mine.look(0.0)
    assert lists == before + 1


def test_a_list_that_fails_is_nobodys_snapshot(world: World) -> None:
    mine = watcher(world.client, GROUP)
    world.faults({"times": 5, "path": "/v2/lm/*", "effect": {"status": 503}})
    with pytest.raises(ServiceUnavailable):
        mine.look(0.0)
    assert mine.look(0.0).deployments == {}


@pytest.mark.parametrize(
    ("now", "step_s", "until"),
    [
        (0.0, 2.0, 2.0),
        (0.9, 2.0, 2.0),
        (1.1, 2.0, 4.0),  # less than half a tick away
        (0.0, 9.9, 10.0),
        (0.1, 30.0, 30.0),
        (0.0, 0.0, 1.0),  # half-way, since no list has been needed yet
    ],
)
def test_all_wait_for_the_same_ticks(world: World, now: float, step_s: float, until: float) -> None:
    mine = watcher(world.client, GROUP)
    begun = world.clock.now()
    assert begun % LIMITS.pace.tick_s == 0
    world.clock.step(now)
    reached = mine.wait(step_s, deadline=math.inf, interrupted=threading.Event())
    assert world.clock.now() - begun == pytest.approx(until)
    snapshot = mine.look(reached)
    assert mine.look(reached) is snapshot, "who has waited for the same tick shares it"
    assert world.lists == 1


def test_a_wait_ends_at_a_deadline_that_comes_first(world: World) -> None:
    mine, begun = watcher(world.client, GROUP), world.clock.now()
    mine.wait(30.0, deadline=begun + 7.0, interrupted=threading.Event())
    assert world.clock.now() - begun == pytest.approx(7.0)


def test_a_wait_that_is_interrupted_asks_for_no_newer_list(world: World) -> None:
    interrupted = threading.Event()
    interrupted.set()
    assert watcher(world.client, GROUP).wait(30.0, deadline=math.inf, interrupted=interrupted) == -math.inf


def test_what_the_quickest_took_is_known_while_all_are_switched(world: World) -> None:
    running = world.running()
    mine = watcher(world.client, GROUP)
    mine.look(0.0)
    world.api.switch(running, world.new)
    world.clock.step(TRANSITION_S / 2)
    assert mine.look(world.clock.now() - 1.0).quickest_s == {}
    assert mine.quickest_s("azure-openai") == 0.75 * TRANSITION_S
    assert mine.quickest_s("aws-bedrock") is None


def test_a_snapshot_tells_what_the_quickest_of_an_executable_took(world: World) -> None:
    running = world.running()
    world.api.create(world.old)
    snapshot = watcher(world.client, GROUP).look(0.0)
    assert snapshot.quickest_s == {"azure-openai": 0.75 * TRANSITION_S}
    assert snapshot.by_configuration[world.old] == set(snapshot.deployments) >= {running}
