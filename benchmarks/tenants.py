"""A resource group for each tenant, with the same four models in each: what all of them cost, and one more of them.

The groups are made by the stack as well. So a create waits twice: for the groups, and for what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.costs import Costs, Operation, Setting, table
from benchmarks.estate import for_each_tenant, tenants
from benchmarks.scale import Plan, compared
from benchmarks.selection import Selection
from benchmarks.subjects import Begin, Estate, stack_of

__all__ = ["measurements", "table"]

ESTATE = Estate(
    keys=lambda number, operation: for_each_tenant(number, one_more=operation == "add"),
    groups=lambda _: (),
    # `default`, and the one that is added.
    group_quota=lambda number: tenants(number) + 2,
)
SUBJECTS: Mapping[str, Begin] = {"ours": stack_of(estate=ESTATE)}
_END: tuple[Operation, ...] = ("add", "destroy")
PLANS = (
    Plan(Setting(20, 0.0, 5.0), 2, 2, end=_END),
    *(Plan(Setting(200, latency_s, 5.0), 1, 2, end=_END) for latency_s in (0.0, 0.1)),
)


def measurements(selection: Selection) -> Iterator[Costs]:
    """Measure what the selection leaves of the plans; there are no large ones."""
    for plan in PLANS:
        if selection.has(plan.setting) and not selection.large:
            yield from compared(SUBJECTS, plan, selection)
