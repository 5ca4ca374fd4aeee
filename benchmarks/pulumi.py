"""`pulumi` on the emulator: how long commands take, and how long an endpoint gives no answer.

The emulator takes two seconds from a POST or PATCH to RUNNING. The rest is the time of Pulumi's engine and the
provider.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aicore_provider.emulator import Emulator
from benchmarks.measuring import Measurement
from benchmarks.selection import Selection
from benchmarks.users import users
from sandbox import pulumi_cli
from sandbox.engine_stack import EngineStack, Run

CHAT = {"model": "gpt-5-mini", "version": "2025-08-07", "executable": "azure-openai"}
OLDER = CHAT | {"version": "2025-05-01"}
TRANSITION_S = 2.0
MANY = 20
CTRL_C_LIMIT_S = 2.0


@contextmanager
def _stack() -> Iterator[tuple[EngineStack, Emulator]]:
    with tempfile.TemporaryDirectory() as folder, Emulator.running(transition_seconds=TRANSITION_S) as emulator:
        yield EngineStack(Path(folder), pulumi_cli.ensure().root, emulator.environment()), emulator


def measurements(_selection: Selection) -> Iterator[Measurement]:
    """Measure `up`, `preview`, switches and Ctrl-C, on new stacks where earlier runs would change the result."""
    with _stack() as (stack, emulator):
        yield from _one(stack, emulator)
    with _stack() as (stack, _):
        stack.configure({f"chat-{n}": CHAT for n in range(MANY)})
        yield Measurement(f"up, {MANY} new deployments", (_timed(lambda: stack.run_up(parallel=2 * MANY)),))
        yield Measurement(f"up, {MANY} unchanged deployments", tuple(_timed(stack.run_up) for _ in range(3)))
    yield _ctrl_c()


def _one(stack: EngineStack, emulator: Emulator) -> Iterator[Measurement]:
    stack.configure({"chat": OLDER})
    yield Measurement("up, one new deployment", (_timed(stack.run_up),))
    yield Measurement("up, nothing to do", tuple(_timed(stack.run_up) for _ in range(5)))
    yield Measurement("preview, nothing to do", tuple(_timed(stack.preview) for _ in range(5)))
    switches = []
    with users(emulator, stack.outputs["chat"]["id"]) as answers:
        for entry in (CHAT, OLDER, CHAT):
            stack.configure({"chat": entry})
            switches.append(_timed(stack.run_up))
    yield Measurement("up, a switch in place", tuple(switches))
    unanswered = answers.unanswered_s()
    yield Measurement(f"longest time without an answer in these switches ({len(answers.all)} requests)", (unanswered,))

    emulator.faults = [{"version": OLDER["version"], "outcome": "DEAD", "after": "switch"}]
    stack.configure({"chat": OLDER})
    with users(emulator, stack.outputs["chat"]["id"]) as answers:
        stack.run_up()
    yield Measurement("time without an answer in a switch that ends DEAD and is rolled back", (answers.unanswered_s(),))


def _ctrl_c() -> Measurement:
    """Measure from the signal to the end of the CLI, while three deployments are waited for."""
    with _stack() as (stack, emulator):
        names = ("a", "b", "c")
        emulator.pace = {"transitions": {"starting": {"seconds": 3600}}}
        stack.configure(dict.fromkeys(names, CHAT))
        with stack.begin("up") as run:
            while not all(re.search(f"AIDeployment {name} creating .* PENDING", run.output) for name in names):
                run.read_until("PENDING")
            begun = time.perf_counter()
            run.interrupt()
            run.end()
            took_s = time.perf_counter() - begun
    return Measurement("Ctrl-C while three deployments are waited for", (took_s,), CTRL_C_LIMIT_S)


def _timed(command: Callable[[], Run]) -> float:
    begun = time.perf_counter()
    command()
    return time.perf_counter() - begun
