"""Runs cases one after another on one stack, and tells what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.front_ends import FrontEnd
from tests.faults.gate import Seen
from tests.faults.points import Point, points
from tests.faults.scenarios import Scenario
from tests.faults.world import World, world

BY_ITSELF, BY_THE_NEXT, FAILED = "by itself", "by the next", "FAILED"


@dataclass(frozen=True)
class Case:
    """One thing that goes wrong at one request of one command, with one front end."""

    front_end: FrontEnd
    scenario: Scenario
    point: Point
    what: str


@dataclass(frozen=True)
class Result:
    """What became of a case.

    Attributes:
        kept: `BY_ITSELF` when the command succeeded all the same, `BY_THE_NEXT` when the next one did, or `FAILED`.
        problems: what was not as promised.
    """

    case: Case
    kept: str
    problems: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """A line of a table: front end and scenario, request, what went wrong, what became of it."""
        command = f"{self.case.front_end}, {self.case.scenario.name}"
        return " | ".join((command, self.case.point.label, self.case.what, self.kept))


Requests = Callable[[FrontEnd, Sequence[Scenario]], Mapping[str, Sequence[Point]]]
"""Returns what a clean run of each scenario asks with a front end, by the name of the scenario."""
Verdict = Callable[[Iterable[Case], Callable[[World, Case], Result]], None]
"""Runs cases in that way; fails with everything that was not as promised."""


def run_cases(
    cases: Iterable[Case], pulumi_root: Path, run: Callable[[World, Case], Result], tell: Callable[[Result], None]
) -> list[Result]:
    """Run the cases on one stack for each front end, or on a fresh one after a failure. Returns the failures."""
    failures, pending = [], list(cases)
    while pending:
        front_end = pending[0].front_end
        with world(pulumi_root, front_end) as here:
            while pending and pending[0].front_end == front_end:
                result = _guarded(here, pending.pop(0), run)
                tell(result)
                if result.kept == FAILED:
                    failures.append(result)
                    break
    return failures


def begin(here: World, scenario: Scenario) -> set[str]:
    """Bring the world to one side of a scenario and declare the other; returns the ids that there are."""
    one, other = scenario.sides
    if scenario.both_ways and here.declared == other:
        one, other = other, one
    here.emulator.faults = []
    here.emulator.watch()
    here.bring_to(one)
    ids = here.ids
    here.declare(other)
    return ids


def judge(
    here: World, case: Case, kept: str, before: set[str], problems: Sequence[str] = (), output: str = ""
) -> Result:
    """Compare the world with what is promised; `output` is shown where something is not."""
    broken = [*problems, *here.broken_promises()]
    if case.scenario.keeps_id and here.ids != before:
        broken.append(f"{before} became {here.ids}, a change in place keeps the id")
    return Result(case, FAILED, (*broken, output)) if broken else Result(case, kept)


def recorded(pulumi_root: Path, front_end: FrontEnd, scenarios: Sequence[Scenario]) -> dict[str, list[Point]]:
    """The requests of a clean run of each scenario that are to be disturbed, by its name."""
    with world(pulumi_root, front_end) as here:
        return {
            each.name: [point for point in points(_clean(here, each)) if point.glob.startswith(each.path)]
            for each in scenarios
        }


def _clean(here: World, scenario: Scenario) -> list[Seen]:
    begin(here, scenario)
    here.emulator.watch()
    done = here.run()
    assert done.ok, done.output
    return here.emulator.seen


def _guarded(here: World, case: Case, run: Callable[[World, Case], Result]) -> Result:
    try:
        return run(here, case)
    except AssertionError as error:
        return Result(case, FAILED, (str(error),))
    finally:
        here.emulator.watch()
