"""The kill matrix: somebody ends processes at one request, and then runs the command again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sandbox.processes import is_running
from sandbox.pulumi_process import PulumiProcess
from tests.faults.front_ends import DEPLOYMENT, FRONT_ENDS, FrontEnd
from tests.faults.matrix import BY_ITSELF, BY_THE_NEXT, Case, Recorded, Result, Target, begin, judge, side_by_side
from tests.faults.objects import OBJECTS, is_named
from tests.faults.scenarios import Scenario
from tests.faults.world import TAKE_OVER, Finished, World
from tests.support.client import Api
from tests.support.clocks import wait_for

UNSEEN, CARRIED_OUT = "not seen yet", "carried out, not answered"
ORPHAN, BY_ID = "by the next, orphan removed", "by the next, left over removed by its id"
TAKEN_OVER, STRAY = "by the next with take_over", "by the next, a second one made"


def _kill_provider(command: PulumiProcess) -> None:
    providers = [pid for each in FRONT_ENDS for pid in command.processes(each.process)]
    assert providers, "no process of a provider was found"
    for pid in providers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _ctrl_c(command: PulumiProcess) -> None:
    command.interrupt()
    command.read_until("^C received")


def _ctrl_c_twice(command: PulumiProcess) -> None:
    _ctrl_c(command)
    command.interrupt()


CLI, PROVIDER, BOTH, CTRL_C, CTRL_C_TWICE = "CLI killed", "provider killed", "both killed", "Ctrl-C", "Ctrl-C twice"
ENDS: Mapping[str, Callable[[PulumiProcess], None]] = {
    CLI: PulumiProcess.kill,
    PROVIDER: _kill_provider,
    BOTH: PulumiProcess.kill_with_providers,
    CTRL_C: _ctrl_c,
    CTRL_C_TWICE: _ctrl_c_twice,
}


def kill_cases(
    front_end: FrontEnd,
    recorded: Recorded,
    scenarios: Iterable[Scenario],
    ends: Iterable[str] = tuple(ENDS),
) -> list[Case]:
    """All cases with a front end; a request that changes nothing is held at one moment only."""
    return [
        Case(front_end, scenario, targets, end)
        for end in ends
        for scenario in scenarios
        for targets in side_by_side(
            scenario,
            [
                Target(part, path, point, moment)
                for part, path in scenario.paths.items()
                for point in recorded[scenario.name][part]
                for moment in ((UNSEEN, CARRIED_OUT) if point.changes else (UNSEEN,))
            ],
        )
    ]


def run_kill(here: World, case: Case) -> Result:
    """Run one case."""
    provider_dies = case.what in (PROVIDER, BOTH)
    before = begin(here, case.scenario)
    holds = {each: each.point.hold(committed=each.moment == CARRIED_OUT) for each in case.abreast}
    here.emulator.watch(*holds.values())
    with here.begin() as command:
        if not here.emulator.wait_for_holds():
            raise AssertionError(f"no request came:\n{command.output}")
        processes = command.processes()
        ENDS[case.what](command)
        met = [target for target, hold in holds.items() if hold.reached.is_set()]
        for target, hold in holds.items():
            # A request of a process that lives on reaches the service; one of a dead process need not. What has not
            # come is asked by a later command.
            hold.dropped = provider_dies and not hold.committed and target in met
            hold.released.set()
        first = Finished(command.end() == 0, command.output)
    problems = _left_running(processes)
    if not first.ok:
        here.restore_cut_state()
        here.cancel()
    orphans = here.orphans()
    if orphans and case.what == CTRL_C:
        problems.append(f"left over: {orphans}")
    kept = dict.fromkeys(met, BY_ITSELF if first.ok else BY_THE_NEXT)
    later = ""
    if not first.ok:
        second = here.run()
        later = second.output
        refused: set[str] = set()
        while not second.ok and (more := _refused_as_existing(second, orphans) - refused):
            refused |= more
            second = _take_over(here, refused)
            later += second.output
        kept |= {each: TAKEN_OVER for each in met if _kind(each) in refused}
        assert second.ok, f"after\n{first.output}\nthe next command failed as well:\n{later}"
        # What the interrupted command has said of it counts for nothing.
        unnamed = [(kind, id_) for kind, id_ in here.orphans() & orphans if id_ not in later]
        problems += [f"{kind} {id_} is not named" for kind, id_ in unnamed if OBJECTS[kind].is_named_when_left]
    if left := here.orphans() & orphans:
        removed = _removed(here, left)
        kept |= {each: removed for each in met if _kind(each) in {kind for kind, _ in left}}
    return judge(here, case, kept, before, problems, first.output + later)


def _kind(target: Target) -> str:
    return next((kind for kind, objects in OBJECTS.items() if f"/v2{objects.path}" == target.path), DEPLOYMENT)


def _refused_as_existing(done: Finished, orphans: set[tuple[str, str]]) -> set[str]:
    """The kinds of which the command would not make what an interrupted one has made, if it says what to do."""
    told = " ".join(done.output.split())
    is_told = "exists already" in told and "take_over=True" in told
    return {kind for kind, id_ in orphans if is_told and is_named(kind) and id_ in told}


def _take_over(here: World, kinds: set[str]) -> Finished:
    """Follow the advice for these kinds, and take the permission out of the program again."""
    declared = here.declared
    here.declare(
        {
            kind: {name: {**inputs, TAKE_OVER: True} for name, inputs in given.items()} if kind in kinds else given
            for kind, given in declared.items()
        }
    )
    taken = here.run()
    here.declare(declared)
    return here.run() if taken.ok else taken


def _left_running(processes: Sequence[int]) -> list[str]:
    """Wait for the end of all processes; kills what does not end and tells.

    Pulumi's own processes are not waited for. Its language host looks only every five minutes whether its engine lives.
    A process for dynamic providers that the engine has started and never asked anything has loaded nothing of this
    package, and never looks; its shell waits for it. The provider plugin looks from its start on.
    """

    def left() -> list[str]:
        return [line for pid in processes if (line := _command_line(pid)) and not _is_of_pulumi_alone(pid, line)]

    try:
        wait_for(lambda: not left(), "every process ends")
    except AssertionError:
        return [f"still runs: {line}" for line in left()]
    finally:
        for pid in filter(is_running, processes):
            os.kill(pid, signal.SIGKILL)
    return []


def _is_of_pulumi_alone(pid: int, line: str) -> bool:
    if "pulumi-language-python\0" in line or "pulumi-resource-pulumi-python\0" in line:
        return True
    return "pulumi.dynamic\0" in line and "pydantic_core" not in _read(pid, "maps")


def _command_line(pid: int) -> str:
    """With NUL after each argument; empty for a process that has ended."""
    return _read(pid, "cmdline")


def _read(pid: int, file: str) -> str:
    try:
        return Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return ""


def _removed(here: World, left: set[tuple[str, str]]) -> str:
    """Remove what is left over, and tell how that was possible."""
    deployments = {id_ for kind, id_ in left if kind == "AIDeployment"}
    if deployments:
        return _removed_by_command(here, deployments)
    for kind, id_ in left:
        OBJECTS[kind].delete(Api(here.emulator), id_)
    here.accept_undeletable()
    return STRAY


def _removed_by_command(here: World, orphans: set[str]) -> str:
    """Use the product's command, and nothing else; tells whether it knew it for an orphan."""
    listed = _orphans(here)
    assert orphans == listed["orphans"] | listed["uncertain"], f"left over are {orphans}, listed {listed}"
    _orphans(here, "--remove", "--yes", *listed["uncertain"])
    if listed["uncertain"] and listed["orphans"]:
        _orphans(here, "--remove", "--yes")
    left = {id_ for _, id_ in here.orphans()} & orphans
    assert not left, f"`aicore-provider orphans` left {left}"
    return BY_ID if listed["uncertain"] else ORPHAN


def _orphans(here: World, *options: str) -> dict[str, set[str]]:
    """Run the command; returns the ids by list."""
    command = [sys.executable, "-m", "aicore_provider.cli", "orphans", "--stack", "test", "--json", *options]
    done = subprocess.run(command, cwd=here.folder, env=here.stack.shell, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"`aicore-provider orphans` failed:\n{done.stdout}{done.stderr}"
    told = json.loads(done.stdout)
    return {key: {each["id"] for each in told[key]} for key in ("orphans", "uncertain", "notOurs")}
