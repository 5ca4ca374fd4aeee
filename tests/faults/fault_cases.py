"""The fault matrix: one bad answer at one request, and then the same command again."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import UNAUTHORIZED

from tests.faults.front_ends import FrontEnd
from tests.faults.matrix import BY_ITSELF, BY_THE_NEXT, Case, Recorded, Result, Target, begin, judge, side_by_side
from tests.faults.points import DELAY, EFFECTS, can_happen
from tests.faults.scenarios import Scenario
from tests.faults.world import World


def fault_cases(
    front_end: FrontEnd,
    recorded: Recorded,
    scenarios: Iterable[Scenario],
    faults: Iterable[str] = tuple(EFFECTS),
) -> list[Case]:
    """All cases of these scenarios and faults with a front end."""
    return [
        Case(front_end, scenario, targets, fault)
        for fault in faults
        for scenario in scenarios
        for targets in side_by_side(
            scenario,
            [
                Target(part, path, point)
                for part, path in scenario.paths.items()
                for point in recorded[scenario.name][part]
                if can_happen(point, fault)
            ],
        )
    ]


def run_fault(here: World, case: Case) -> Result:
    """Run one case."""
    before = begin(here, case.scenario)
    effect = EFFECTS[case.what]
    holds = [each.point.hold(until_next=True, path=each.path) for each in case.abreast] if case.what == DELAY else []
    here.emulator.watch(*holds)
    here.emulator.clear_journal()
    here.emulator.faults = [each.point.rule(effect) for each in case.abreast] if effect is not None else []
    first = here.run()
    met = [each for each in case.abreast if each.point.has_come(here.emulator)]
    was_hit = any(entry.fault or entry.status == UNAUTHORIZED for entry in here.emulator.journal)
    here.emulator.faults = []
    for hold in holds:
        hold.released.set()
    problems = [] if met and (holds or was_hit) else ["no request came, so nothing was tried"]
    if before and "AIDeployment" in here.declared and not here.answering():
        problems.append("what served before does not serve any more")
    if not first.ok:
        second = here.run()
        assert second.ok, f"after\n{first.output}\nthe next command failed as well:\n{second.output}"
    kept = dict.fromkeys(met, BY_ITSELF if first.ok else BY_THE_NEXT)
    return judge(here, case, kept, before, problems, first.output)
