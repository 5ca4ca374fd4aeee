"""Runs cases one after another on one stack, and tells what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from tests.faults.front_ends import FrontEnd
from tests.faults.gate import Seen
from tests.faults.points import Point, points
from tests.faults.scenarios import Scenario
from tests.faults.world import World, world

BY_ITSELF, BY_THE_NEXT, FAILED = "by itself", "by the next", "FAILED"


@dataclass(frozen=True)
class Target:
    """One request that is disturbed.

    Attributes:
        part: of the command, for people.
        path: how the paths of the part's requests begin.
        point: which request.
        moment: at which moment of it somebody ends processes; empty for a fault.
    """

    part: str
    path: str
    point: Point
    moment: str = ""


@dataclass(frozen=True)
class Case:
    """One thing that goes wrong at one request of each part of one command, with one front end.

    Where a part has several targets, the first goes first, and the others wait for another command.
    """

    front_end: FrontEnd
    scenario: Scenario
    targets: tuple[Target, ...]
    what: str

    @property
    def abreast(self) -> list[Target]:
        """The targets of one command."""
        return list({each.part: each for each in reversed(self.targets)}.values())

    def after(self, other: Case) -> Case | None:
        """Both in one, if they differ in their targets only; those of the other go first."""
        same = replace(other, targets=self.targets) == self
        return replace(self, targets=other.targets + self.targets) if same else None


@dataclass(frozen=True)
class Result:
    """What became of a case.

    Attributes:
        kept: by target, `BY_ITSELF` when the command succeeded all the same, `BY_THE_NEXT` when the next one did, or
            `FAILED`. A target is missing if its request did not come before what went wrong at another one.
        problems: what was not as promised.
    """

    case: Case
    kept: Mapping[Target, str]
    problems: tuple[str, ...] = ()

    @property
    def rows(self) -> list[str]:
        """Lines of a table: front end and part of the command, request, what went wrong, what became of it."""
        return [
            " | ".join((f"{self.case.front_end}, {target.part}", target.point.label, what, kept))
            for target, kept in self.kept.items()
            for what in [", ".join(filter(None, (self.case.what, target.moment)))]
        ]

    @property
    def left(self) -> Case | None:
        """The same with the requests that were not disturbed."""
        targets = tuple(each for each in self.case.targets if each not in self.kept)
        return replace(self.case, targets=targets) if targets else None


Recorded = Mapping[str, Mapping[str, Sequence[Point]]]
"""What a clean run asks, by the name of the scenario and by its part."""
Requests = Callable[[FrontEnd, Sequence[Scenario]], Recorded]
"""Returns what a clean run of each scenario asks with a front end."""
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
                if left := result.left:
                    # What waits for a later part of the command need not go alone.
                    together = pending[0].after(left) if pending else None
                    pending[: 1 if together else 0] = [together or left]
                if result.problems:
                    failures.append(result)
                    break
    return failures


def side_by_side(scenario: Scenario, targets: Sequence[Target]) -> Iterator[tuple[Target, ...]]:
    """The targets of one case after the other: the first of each part, the second of each, and so on."""
    of_parts = {part: [each for each in targets if each.part == part] for part in scenario.paths}
    for abreast in zip_longest(*of_parts.values()):
        yield tuple(each for each in abreast if each)


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
    here: World,
    case: Case,
    kept: Mapping[Target, str],
    before: set[str],
    problems: Sequence[str] = (),
    output: str = "",
) -> Result:
    """Compare the world with what is promised; `output` is shown where something is not."""
    broken = [*problems, *here.broken_promises()]
    if case.scenario.keeps_id and here.ids != before:
        broken.append(f"{before} became {here.ids}, a change in place keeps the id")
    return _failed(case, (*broken, output), kept) if broken else Result(case, kept)


def recorded(pulumi_root: Path, front_end: FrontEnd, scenarios: Sequence[Scenario]) -> Recorded:
    """The requests of a clean run of each scenario that are to be disturbed."""
    found = {}
    with world(pulumi_root, front_end) as here:
        for scenario in scenarios:
            seen = _clean(here, scenario)
            found[scenario.name] = {
                part: points([each for each in seen if each.path.startswith(path)])
                for part, path in scenario.paths.items()
            }
    return found


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
        return _failed(case, (str(error),))
    finally:
        here.emulator.watch()


def _failed(case: Case, problems: tuple[str, ...], met: Iterable[Target] = ()) -> Result:
    return Result(case, dict.fromkeys(met or case.abreast, FAILED), problems)
