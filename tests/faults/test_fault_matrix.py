"""Every request of a create, a switch, a replacement and a destroy, with every fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.faults.fault_cases import fault_cases, run_fault
from tests.faults.matrix import Case, Requests, Verdict
from tests.faults.points import EFFECTS
from tests.faults.scenarios import CREATE, DESTROY, OF_DEPLOYMENTS, OF_KINDS, REPLACE, SWITCH, Scenario
from tests.support.seed import sample


@pytest.mark.every_case
@pytest.mark.parametrize("fault", EFFECTS)
@pytest.mark.parametrize(
    "scenarios", [(CREATE, DESTROY), (SWITCH,), (REPLACE,)], ids=["create-destroy", "switch", "replacement"]
)
def test_every_request_with_every_fault(
    requests: Requests, keep_the_promise: Verdict, scenarios: Sequence[Scenario], fault: str
) -> None:
    keep_the_promise(fault_cases(requests(scenarios), scenarios, [fault]), run_fault)


@pytest.mark.every_case
@pytest.mark.parametrize("scenario", [each for of in OF_KINDS.values() for each in of], ids=lambda each: each.name)
def test_every_request_of_other_kinds_with_every_fault(
    requests: Requests, keep_the_promise: Verdict, scenario: Scenario
) -> None:
    keep_the_promise(fault_cases(requests((scenario,)), (scenario,)), run_fault)


def test_a_sample_of_requests_and_faults(
    requests: Requests, keep_the_promise: Verdict, some_of: Callable[[str, Sequence[Case], int], list[Case]]
) -> None:
    keep_the_promise(some_of("fault matrix", fault_cases(requests(OF_DEPLOYMENTS), OF_DEPLOYMENTS), 3), run_fault)


def test_a_sample_of_other_kinds_with_faults(
    request: pytest.FixtureRequest,
    requests: Requests,
    keep_the_promise: Verdict,
    some_of: Callable[[str, Sequence[Case], int], list[Case]],
) -> None:
    (chosen,) = sample([each for of in OF_KINDS.values() for each in of], 1, request.config.option.seed)
    cases = fault_cases(requests((chosen,)), (chosen,))
    keep_the_promise(some_of(f"{chosen.name}, faults", cases, 2), run_fault)
