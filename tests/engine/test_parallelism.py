"""The engine begins four operations for each core at once, unless `PULUMI_PARALLEL` says another number."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from sandbox.pulumi_process import PulumiProcess
from tests.engine.pace import COUNTED, HOUR_S, SLOW
from tests.support.client import Api
from tests.support.clocks import wait_for
from tests.support.models import CHAT, OLDER

SIX = {f"chat-{n}": CHAT for n in range(6)}
SLOW_STOP = {"transitions": SLOW["transitions"] | {"stopping": {"seconds": HOUR_S}}}
ADVICE = "4 of 6 deployments are worked on at once, 2 are still to come; PULUMI_PARALLEL=64"


@pytest.fixture
def one_core() -> Iterator[None]:
    """Each process that is started has one core, so that the engine begins the same number on every machine."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    yield
    os.sched_setaffinity(0, cores)


def end(run: PulumiProcess, emulator: Emulator) -> list[str]:
    """Let everything run at once; the lines about parallelism of the run's final output."""
    emulator.pace = COUNTED
    emulator.advance(HOUR_S)
    assert run.end() == 0, run.output
    _, _, diagnostics = run.output.partition("Diagnostics:")
    return [line.strip() for line in diagnostics.splitlines() if "PULUMI_PARALLEL" in line]


def pending(emulator: Emulator) -> int:
    return [each["status"] for each in Api(emulator).get("/lm/deployments")["resources"]].count("PENDING")


@pytest.mark.usefixtures("one_core")
def test_who_waits_in_turns_is_told_once_what_saves_them(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure(SIX)
    emulator.pace = SLOW
    with stack.begin("up") as run:
        run.read_until(ADVICE)
        assert pending(emulator) == 4
        (told,) = end(run, emulator)
    assert told == f"{ADVICE} in the environment lets all 6 wait at the same time"
    assert stack.preview().changes == {}

    emulator.pace = SLOW
    stack.configure(dict.fromkeys(SIX, OLDER))
    with stack.begin("up") as run:
        run.read_until(ADVICE)
        assert len(end(run, emulator)) == 1
    assert stack.preview().changes == {}

    emulator.pace = SLOW_STOP
    with stack.begin("destroy") as run:
        run.read_until(ADVICE)
        assert len(end(run, emulator)) == 1
    assert stack.resources == []


@pytest.mark.usefixtures("one_core")
def test_with_the_number_that_is_advised_all_wait_at_once_and_nothing_is_said(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.environment["PULUMI_PARALLEL"] = "64"
    stack.configure(SIX)
    emulator.pace = SLOW
    with stack.begin("up") as run:
        wait_for(lambda: pending(emulator) == len(SIX), "all are PENDING")
        assert end(run, emulator) == []
    assert stack.preview().changes == {}
