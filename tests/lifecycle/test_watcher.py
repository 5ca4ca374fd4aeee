"""One list serves everybody who waits, and nobody is served one that is too old for him."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from aicore_provider.api.errors import ServiceUnavailable
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.limits import Limits
from aicore_provider.lifecycle.watcher import DeploymentWatcher
from tests.support import world as worlds
from tests.support.world import TRANSITION_S, World

THREADS = 40


def test_many_waiting_calls_share_their_looks() -> None:
    with worlds.world() as alone:
        alone.create()
        of_one = alone.lists

    with worlds.world(sleepers=THREADS) as world:
        context = dataclasses.replace(world.context, limits=Limits())

        def create(_: int) -> Deployment:
            with world.clock.one_sleeper():
                return world.create(context=context)

        with ThreadPoolExecutor(THREADS) as pool:
            made = list(pool.map(create, range(THREADS)))

    assert {(d.status, d.configuration_id) for d in made} == {("RUNNING", world.old)}
    assert len({d.id for d in made}) == THREADS == world.writes.count("POST")
    # This clock stands still at first, so every thread has to look for itself once, to see what it has just made.
    lists = [e.time for e in world.emulator.journal if e.method == "GET" and e.path == "/v2/lm/deployments"]
    assert sum(time > min(lists) for time in lists) <= 2 * of_one, f"one alone needs {of_one}"
    assert sum(e.path.startswith("/v2/lm/deployments/") for e in world.emulator.journal) == 0, "nobody asks by id"


def test_who_comes_while_the_list_is_asked_for_takes_that_answer(world: World) -> None:
    come = threading.Semaphore(0)

    def everybody_has_come() -> Iterable[Deployment]:
        for _ in range(THREADS):
            assert come.acquire(timeout=30)
        return world.api.list()

    watcher = DeploymentWatcher(everybody_has_come, world.clock)
    world.clock.step(1)
    before = world.clock.now() - 1

    def look(_: int) -> float:
        come.release()
        return watcher.look(before).asked_at

    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(look, range(THREADS))) == {world.clock.now()}
    assert world.lists == 1


def test_a_writer_always_sees_his_own_write(world: World) -> None:
    watcher = DeploymentWatcher(world.api.list, world.clock)

    def write_and_look(_: int) -> bool:
        made = world.api.create(world.old)
        return made in watcher.look(world.clock.now()).deployments

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write_and_look, range(40)))


@pytest.mark.parametrize(("asked_after", "lists"), [(-5.0, 1), (-0.001, 1), (0.0, 2), (5.0, 2)])
def test_a_snapshot_is_taken_when_it_was_asked_for_late_enough(world: World, asked_after: float, lists: int) -> None:
    watcher = DeploymentWatcher(world.api.list, world.clock)
    first = watcher.look(world.clock.now() - TRANSITION_S)
    world.clock.step(10)
    watcher.look(first.asked_at + asked_after)
    assert world.lists == lists


def test_a_snapshot_is_dated_when_the_service_was_asked_not_when_it_answered(world: World) -> None:
    world.faults({"path": "/v2/lm/deployments", "effect": {"latencySeconds": 30}})
    asked_at = world.clock.now()
    assert DeploymentWatcher(world.api.list, world.clock).look(0.0).asked_at == asked_at
    assert world.clock.now() == asked_at + 30


def test_a_list_that_fails_is_nobodys_snapshot(world: World) -> None:
    watcher = DeploymentWatcher(world.api.list, world.clock)
    world.faults({"times": 5, "path": "/v2/lm/*", "effect": {"status": 503}})
    with pytest.raises(ServiceUnavailable):
        watcher.look(0.0)
    assert watcher.look(0.0).deployments == {}
