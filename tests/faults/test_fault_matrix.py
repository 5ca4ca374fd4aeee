"""Every request of a create, a switch, a replacement and a destroy, with every fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.faults.fault_cases import fault_cases, run_fault
from tests.faults.front_ends import DYNAMIC, FRONT_ENDS, PLUGIN, FrontEnd
from tests.faults.matrix import Case, Requests, Verdict
from tests.faults.points import EFFECTS
from tests.faults.scenarios import CREATE, DESTROY, OF_DEPLOYMENTS, OF_OTHER_KINDS, REPLACE, SWITCH, Scenario
from tests.support.seed import sample


@pytest.mark.every_case
@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
@pytest.mark.parametrize("fault", EFFECTS)
@pytest.mark.parametrize(
    "scenarios", [(CREATE, DESTROY), (SWITCH,), (REPLACE,)], ids=["create-destroy", "switch", "replacement"]
)
def test_every_request_with_every_fault(
    requests: Requests, keep_the_promise: Verdict, front_end: FrontEnd, scenarios: Sequence[Scenario], fault: str
) -> None:
    cases = fault_cases(front_end, requests(front_end, scenarios), scenarios, [fault])
    keep_the_promise(cases, run_fault)


@pytest.mark.every_case
@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
@pytest.mark.parametrize("scenario", OF_OTHER_KINDS, ids=lambda each: each.name)
def test_every_request_of_other_kinds_with_every_fault(
    requests: Requests, keep_the_promise: Verdict, front_end: FrontEnd, scenario: Scenario
) -> None:
    keep_the_promise(fault_cases(front_end, requests(front_end, (scenario,)), (scenario,)), run_fault)


@pytest.mark.parametrize(
    ("front_end", "scenarios", "count"),
    [(DYNAMIC, OF_DEPLOYMENTS, 3), (DYNAMIC, OF_OTHER_KINDS, 2), (PLUGIN, (*OF_DEPLOYMENTS, *OF_OTHER_KINDS), 1)],
    ids=["dynamic", "dynamic, other kinds", "plugin"],
)
def test_a_sample_of_one_command_with_faults(
    request: pytest.FixtureRequest,
    requests: Requests,
    keep_the_promise: Verdict,
    some_of: Callable[[str, Sequence[Case], int], list[Case]],
    front_end: FrontEnd,
    scenarios: Sequence[Scenario],
    count: int,
) -> None:
    (chosen,) = sample(scenarios, 1, request.config.option.seed)
    cases = fault_cases(front_end, requests(front_end, (chosen,)), (chosen,))
    keep_the_promise(some_of(f"{front_end}, {chosen.name}, faults", cases, count), run_fault)
