"""Every request of a create, a switch, a replacement and a destroy, with every fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.faults.fault_cases import fault_cases, run_fault
from tests.faults.matrix import Case, Verdict
from tests.faults.points import EFFECTS, Point
from tests.faults.world import CREATE, DESTROY, REPLACE, SCENARIOS, SWITCH, Scenario

Requests = dict[str, list[Point]]


@pytest.mark.every_case
@pytest.mark.parametrize("fault", EFFECTS)
@pytest.mark.parametrize(
    "scenarios", [(CREATE, DESTROY), (SWITCH,), (REPLACE,)], ids=["create-destroy", "switch", "replacement"]
)
def test_every_request_with_every_fault(
    requests: Requests, keep_the_promise: Verdict, scenarios: Sequence[Scenario], fault: str
) -> None:
    keep_the_promise(fault_cases(requests, scenarios, [fault]), run_fault)


def test_a_sample_of_requests_and_faults(
    requests: Requests, keep_the_promise: Verdict, some_of: Callable[[str, Sequence[Case], int], list[Case]]
) -> None:
    keep_the_promise(some_of("fault matrix", fault_cases(requests, SCENARIOS), 5), run_fault)
