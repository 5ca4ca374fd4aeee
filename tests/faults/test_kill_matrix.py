"""Every request of a create, a switch, a replacement and a destroy, with somebody ending processes just then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.faults.front_ends import DYNAMIC, FRONT_ENDS, PLUGIN, FrontEnd
from tests.faults.kill_cases import ENDS, kill_cases, run_kill
from tests.faults.matrix import Case, Requests, Verdict
from tests.faults.scenarios import CREATE, DESTROY, OF_DEPLOYMENTS, OF_OTHER_KINDS, REPLACE, SWITCH, Scenario
from tests.support.seed import sample


@pytest.mark.every_case
@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    "scenarios", [(CREATE, DESTROY), (SWITCH,), (REPLACE,)], ids=["create-destroy", "switch", "replacement"]
)
def test_every_request_with_every_end(
    requests: Requests, keep_the_promise: Verdict, front_end: FrontEnd, scenarios: Sequence[Scenario], end: str
) -> None:
    cases = kill_cases(front_end, requests(front_end, scenarios), scenarios, [end])
    keep_the_promise(cases, run_kill)


@pytest.mark.every_case
@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
@pytest.mark.parametrize("scenario", OF_OTHER_KINDS, ids=lambda each: each.name)
def test_every_request_of_other_kinds_with_every_end(
    requests: Requests, keep_the_promise: Verdict, front_end: FrontEnd, scenario: Scenario
) -> None:
    keep_the_promise(kill_cases(front_end, requests(front_end, (scenario,)), (scenario,)), run_kill)


@pytest.mark.parametrize(
    ("front_end", "scenarios", "count"),
    [(DYNAMIC, OF_DEPLOYMENTS, 2), (DYNAMIC, OF_OTHER_KINDS, 1), (PLUGIN, (*OF_DEPLOYMENTS, *OF_OTHER_KINDS), 1)],
    ids=["dynamic", "dynamic, other kinds", "plugin"],
)
def test_a_sample_of_one_command_with_ends(
    request: pytest.FixtureRequest,
    requests: Requests,
    keep_the_promise: Verdict,
    some_of: Callable[[str, Sequence[Case], int], list[Case]],
    front_end: FrontEnd,
    scenarios: Sequence[Scenario],
    count: int,
) -> None:
    (chosen,) = sample(scenarios, 1, request.config.option.seed)
    cases = kill_cases(front_end, requests(front_end, (chosen,)), (chosen,))
    keep_the_promise(some_of(f"{front_end}, {chosen.name}, ends", cases, count), run_kill)
