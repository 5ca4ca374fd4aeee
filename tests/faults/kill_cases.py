"""The kill matrix: somebody ends processes at one request, and then runs the command again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from tests.faults.console import Process, Running, until
from tests.faults.matrix import BY_ITSELF, BY_THE_NEXT, Case, Result, begin, judge
from tests.faults.points import Point
from tests.faults.world import SCENARIOS, Scenario, World

UNSEEN, CARRIED_OUT = "not seen yet", "carried out, not answered"
STRAY = "by the next, stray named and removed"
_ENDS_WITHIN_S = 30.0


def _kill_cli(running: Running, _: Sequence[Process]) -> None:
    running.kill()


def _kill_provider(_: Running, family: Sequence[Process]) -> None:
    for process in family:
        if process.is_plugin:
            process.kill()


def _kill_both(running: Running, family: Sequence[Process]) -> None:
    running.kill()
    _kill_provider(running, family)


CLI, PROVIDER, BOTH = "CLI killed", "provider killed", "both killed"
CTRL_C, CTRL_C_TWICE = "Ctrl-C", "Ctrl-C twice"
ENDS: Mapping[str, Callable[[Running, Sequence[Process]], None]] = {
    CLI: _kill_cli,
    PROVIDER: _kill_provider,
    BOTH: _kill_both,
    CTRL_C: lambda running, _: running.ctrl_c(),
    CTRL_C_TWICE: lambda running, _: running.ctrl_c(twice=True),
}


def kill_cases(
    recorded: Mapping[str, Sequence[Point]],
    scenarios: Iterable[Scenario] = SCENARIOS,
    ends: Iterable[str] = tuple(ENDS),
) -> list[Case]:
    """All cases; a request that changes nothing is held at one moment only."""
    return [
        Case(scenario, point, f"{end}, {moment}")
        for end in ends
        for scenario in scenarios
        for point in recorded[scenario.name]
        for moment in ((UNSEEN, CARRIED_OUT) if point.changes else (UNSEEN,))
    ]


def run_kill(here: World, case: Case) -> Result:
    """Run one case."""
    end, _, moment = case.what.partition(", ")
    provider_dies = end in (PROVIDER, BOTH)
    before = begin(here, case.scenario)
    hold = case.point.hold(committed=moment == CARRIED_OUT)
    here.emulator.watch(hold)
    running = here.start()
    until(lambda: hold.reached.is_set() or running.is_over, "the request did not come")
    assert hold.reached.is_set(), f"the request did not come:\n{running.output}"
    family = running.family
    ENDS[end](running, family)
    # A request of a process that lives on reaches the service; one of a dead process need not.
    hold.dropped = provider_dies and not hold.committed
    hold.released.set()
    first = running.finish()
    problems = _left_running(family)
    if not first.ok:
        here.cancel()
    strays = here.strays()
    if strays and not provider_dies:
        problems.append(f"left over: {strays}")
    kept = BY_ITSELF if first.ok else BY_THE_NEXT
    output = first.output
    if not first.ok:
        second = here.run()
        assert second.ok, f"after\n{first.output}\nthe next command failed as well:\n{second.output}"
        problems += [f"stray {id_} is not named" for id_ in strays if id_ not in second.output]
        output += second.output
    if strays:
        kept = STRAY
        problems += _remove(here, strays)
    return judge(here, case, kept, before, problems, output)


def _left_running(family: Sequence[Process]) -> list[str]:
    """Wait for the end of all processes; kills what does not end and tells.

    Pulumi's own language host looks only every five minutes whether its engine still lives, so nobody waits for it.
    """
    hosts = [process for process in family if process.is_language_host]
    family = [process for process in family if process not in hosts]
    try:
        until(lambda: not any(process.is_alive() for process in family), "", _ENDS_WITHIN_S)
    except AssertionError:
        left = [process for process in family if process.is_alive()]
        for process in left:
            process.kill()
        return [f"still runs after {_ENDS_WITHIN_S:.0f} s: {process.command}" for process in left]
    finally:
        for host in hosts:
            if host.is_alive():
                host.kill()
    return []


def _remove(here: World, strays: set[str]) -> list[str]:
    """Remove what is left over with the product's command; complains unless it removes exactly that."""
    command = [sys.executable, "-m", "aicore_provider.cli", "orphans", "--stack", "test", "--remove", "--yes", "--json"]
    done = subprocess.run(
        command, cwd=here.console.folder, env=here.console.environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return [f"`aicore-provider orphans` failed:\n{done.stdout}{done.stderr}"]
    json.loads(done.stdout)
    return [f"`aicore-provider orphans` left {id_}" for id_ in strays & here.strays()]
