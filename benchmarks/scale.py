"""Many deployments: ours against the floor, which is as many empty resources on the same engine.

Both are measured alternately in the same run, with the same parallelism and a file backend. The repetitions of a
setting are lives: everything is created, looked at several times, switched to another version, and destroyed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from aicore_provider.kinds.parallelism import MOST, VARIABLE
from benchmarks.costs import Cost, Costs, Operation, Setting, table
from benchmarks.programs import floor
from benchmarks.selection import Selection
from benchmarks.subjects import Begin, Subject, stack_of
from benchmarks.watched import CommandFailed

__all__ = ["measurements", "table"]

SUBJECTS: Mapping[str, Begin] = {"ours": stack_of(), "floor": stack_of(floor.PROGRAM)}
WITH_AS_MANY_PROPERTIES: Mapping[str, Begin] = {
    **SUBJECTS,
    "floor, as many properties": stack_of(floor.PROGRAM_OF_AS_MANY_PROPERTIES),
}
_MOST_AT_ONCE = {VARIABLE: str(MOST)}
ALL_AT_ONCE: Mapping[str, Begin] = {
    "ours, all at once": stack_of(variables=_MOST_AT_ONCE),
    "floor, all at once": stack_of(floor.PROGRAM, _MOST_AT_ONCE),
}
MOST_AT_ONCE: Mapping[str, Begin] = {
    "ours": stack_of(variables=_MOST_AT_ONCE),
    "floor": stack_of(floor.PROGRAM, _MOST_AT_ONCE),
}
_ONE_SAVE = {**_MOST_AT_ONCE, "PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""The engine writes the state at the end only. What a killed command has made is then not in the state."""
SAVED_ONCE: Mapping[str, Begin] = {
    "ours, state written once": stack_of(variables=_ONE_SAVE),
    "floor, state written once": stack_of(floor.PROGRAM, _ONE_SAVE),
}


@dataclass(frozen=True)
class Plan:
    """How often a setting is measured.

    Attributes:
        setting: what is measured.
        lives: how often everything is created, and all that follows is done.
        looks: how often `preview` and `up` are run in each life.
        end: what is done after that.
    """

    setting: Setting
    lives: int
    looks: int
    end: tuple[Operation, ...] = ("switch", "destroy")

    def operations(self, looks: int | None) -> tuple[Operation, ...]:
        """Return what one life consists of, with so many looks where the number is given."""
        pair: tuple[Operation, ...] = ("preview", "up")
        return ("create", *(pair * (self.looks if looks is None else looks)), *self.end)


PLANS: tuple[tuple[Mapping[str, Begin], Plan], ...] = (
    # A single deployment becomes RUNNING at one moment between two looks: the more lives, the more such moments.
    *((SUBJECTS, Plan(Setting(1, latency_s, 5.0), 5, 1)) for latency_s in (0.0, 0.1)),
    *((SUBJECTS, Plan(Setting(number, latency_s, 5.0), 1, 3)) for number in (10, 50) for latency_s in (0.0, 0.1)),
    *((SUBJECTS, Plan(Setting(50, latency_s, 20.0), 1, 0)) for latency_s in (0.0, 0.1)),
    (WITH_AS_MANY_PROPERTIES, Plan(Setting(200, 0.0, 5.0), 1, 3)),
    (SUBJECTS, Plan(Setting(200, 0.1, 5.0), 1, 3)),
    (ALL_AT_ONCE, Plan(Setting(200, 0.0, 20.0), 1, 0, end=())),
)
"""On two cores that do nothing else they take half an hour or more. The last one tells the memory with many waiting."""
LARGE: tuple[tuple[Mapping[str, Begin], Plan], ...] = (
    (SAVED_ONCE, Plan(Setting(1000, 0.0, 5.0), 1, 1)),
    (MOST_AT_ONCE, Plan(Setting(1000, 0.0, 5.0), 1, 0, end=())),
)
"""As large as a stack file can be, more or less.

With a state that is written after each step, a create alone takes more time than all the rest.
"""


def measurements(selection: Selection) -> Iterator[Costs]:
    """Measure what the selection leaves of the plans."""
    for subjects, plan in LARGE if selection.large else PLANS:
        if selection.has(plan.setting):
            yield from compared(subjects, plan, selection)


def compared(subjects: Mapping[str, Begin], plan: Plan, selection: Selection) -> Iterator[Costs]:
    """Measure subjects alternately in one setting. One that fails takes no further part."""
    setting = plan.setting
    measured: dict[tuple[Operation, str], Costs] = {}
    failed: set[str] = set()
    for life in range(selection.lives or plan.lives):
        with ExitStack() as opened:
            alive: dict[str, Subject] = {
                name: opened.enter_context(begin(setting)) for name, begin in subjects.items() if name not in failed
            }
            for operation in plan.operations(selection.looks):
                for name, subject in alive.items():
                    if name in failed:
                        continue
                    before = measured.get((operation, name), Costs(name, setting, operation))
                    try:
                        cost = subject(operation)
                    except CommandFailed as error:
                        failed.add(name)
                        print(f"{setting} {operation} {name} failed:\n{error}", file=sys.stderr)
                        measured[operation, name] = Costs(name, setting, operation, before.all, str(error)[-500:])
                        continue
                    if cost is not None:
                        measured[operation, name] = before.with_one_more(cost)
                        _tell(setting, life, operation, name, cost)
    yield from measured.values()


def _tell(setting: Setting, life: int, operation: Operation, name: str, cost: Cost) -> None:
    late = f", at most {max(cost.late_s):.2f} s late" if cost.late_s else ""
    where = f"{setting.deployments} deployments, {1000 * setting.latency_s:g} ms, {setting.running_s:g} s"
    what = f"{cost.seconds:.1f} s, {sum(cost.requests.values())} requests, {cost.plugin_mb:.0f} MB{late}"
    print(f"{where}; life {life + 1}: {operation} {name} {what}", file=sys.stderr)
