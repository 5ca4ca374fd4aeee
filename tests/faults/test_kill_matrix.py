"""Every request of a create, a switch, a replacement and a destroy, with somebody ending processes just then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.faults.kill_cases import ENDS, kill_cases, run_kill
from tests.faults.matrix import Case, Requests, Verdict
from tests.faults.scenarios import CREATE, DESTROY, OF_DEPLOYMENTS, OF_KINDS, REPLACE, SWITCH, Scenario
from tests.support.seed import sample


@pytest.mark.every_case
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    "scenarios", [(CREATE, DESTROY), (SWITCH,), (REPLACE,)], ids=["create-destroy", "switch", "replacement"]
)
def test_every_request_with_every_end(
    requests: Requests, keep_the_promise: Verdict, scenarios: Sequence[Scenario], end: str
) -> None:
    keep_the_promise(kill_cases(requests(scenarios), scenarios, [end]), run_kill)


@pytest.mark.every_case
@pytest.mark.parametrize("scenario", [each for of in OF_KINDS.values() for each in of], ids=lambda each: each.name)
def test_every_request_of_other_kinds_with_every_end(
    requests: Requests, keep_the_promise: Verdict, scenario: Scenario
) -> None:
    keep_the_promise(kill_cases(requests((scenario,)), (scenario,)), run_kill)


def test_a_sample_of_requests_and_ends(
    requests: Requests, keep_the_promise: Verdict, some_of: Callable[[str, Sequence[Case], int], list[Case]]
) -> None:
    keep_the_promise(some_of("kill matrix", kill_cases(requests(OF_DEPLOYMENTS), OF_DEPLOYMENTS), 2), run_kill)


def test_a_sample_of_other_kinds_with_ends(
    request: pytest.FixtureRequest,
    requests: Requests,
    keep_the_promise: Verdict,
    some_of: Callable[[str, Sequence[Case], int], list[Case]],
) -> None:
    (chosen,) = sample([each for of in OF_KINDS.values() for each in of], 1, request.config.option.seed)
    cases = kill_cases(requests((chosen,)), (chosen,))
    keep_the_promise(some_of(f"{chosen.name}, ends", cases, 1), run_kill)
