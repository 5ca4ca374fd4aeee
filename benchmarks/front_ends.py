"""The two front ends side by side: Python's dynamic provider, and the provider plugin."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.costs import Costs, Setting, table
from benchmarks.programs import floor, plugin
from benchmarks.scale import Plan, compared
from benchmarks.selection import Selection
from benchmarks.subjects import Begin, stack_of
from sandbox.environment import path_with

__all__ = ["measurements", "table"]

_WITH_PLUGIN = {"PATH": path_with([Path(sys.executable).parent], os.environ["PATH"])}
SUBJECTS: Mapping[str, Begin] = {
    "dynamic provider": stack_of(),
    "provider plugin": stack_of(plugin.PROGRAM, _WITH_PLUGIN),
    "floor": stack_of(floor.PROGRAM),
}
"""The floor has a component for each deployment, as the dynamic program has and the plugin's has not."""
PLANS = tuple(Plan(Setting(number, 0.0, 5.0), 1, 3, end=("switch", "destroy")) for number in (1, 50, 200))


def measurements(selection: Selection) -> Iterator[Costs]:
    """Measure what the selection leaves of the plans."""
    for plan in PLANS:
        if selection.has(plan.setting):
            yield from compared(SUBJECTS, plan, selection)
