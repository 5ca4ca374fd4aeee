"""The fault matrix: one bad answer at one request, and then the same command again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http.client import UNAUTHORIZED

from tests.faults.front_ends import FrontEnd
from tests.faults.matrix import BY_ITSELF, BY_THE_NEXT, Case, Result, begin, judge
from tests.faults.points import DELAY, EFFECTS, Point, can_happen
from tests.faults.scenarios import Scenario
from tests.faults.world import World


def fault_cases(
    front_end: FrontEnd,
    recorded: Mapping[str, Sequence[Point]],
    scenarios: Iterable[Scenario],
    faults: Iterable[str] = tuple(EFFECTS),
) -> list[Case]:
    """All cases of these scenarios and faults with a front end."""
    return [
        Case(front_end, scenario, point, fault)
        for fault in faults
        for scenario in scenarios
        for point in recorded[scenario.name]
        if can_happen(point, fault)
    ]


def run_fault(here: World, case: Case) -> Result:
    """Run one case."""
    before = begin(here, case.scenario)
    effect = EFFECTS[case.what]
    hold = case.point.hold(until_next=True) if case.what == DELAY else None
    here.emulator.watch(hold)
    here.emulator.clear_journal()
    here.emulator.faults = [case.point.rule(effect)] if effect is not None else []
    first = here.run()
    journal = here.emulator.journal
    met = hold.reached.is_set() if hold else any(entry.fault or entry.status == UNAUTHORIZED for entry in journal)
    here.emulator.faults = []
    if hold:
        hold.released.set()
    problems = [] if met else ["the request did not come, so nothing was tried"]
    if before and "AIDeployment" in here.declared and not here.answering():
        problems.append("what served before does not serve any more")
    if not first.ok:
        second = here.run()
        assert second.ok, f"after\n{first.output}\nthe next command failed as well:\n{second.output}"
    return judge(here, case, BY_ITSELF if first.ok else BY_THE_NEXT, before, problems, first.output)
