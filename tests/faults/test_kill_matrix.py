"""Every request of a create, a switch, a replacement and a destroy, with somebody ending processes just then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.faults.kill_cases import ENDS, kill_cases, run_kill
from tests.faults.matrix import Case, Verdict
from tests.faults.points import Point
from tests.faults.world import CREATE, DESTROY, REPLACE, SCENARIOS, SWITCH, Scenario

Requests = dict[str, list[Point]]


@pytest.mark.every_case
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    "scenarios", [(CREATE, DESTROY), (SWITCH,), (REPLACE,)], ids=["create-destroy", "switch", "replacement"]
)
def test_every_request_with_every_end(
    requests: Requests, keep_the_promise: Verdict, scenarios: Sequence[Scenario], end: str
) -> None:
    keep_the_promise(kill_cases(requests, scenarios, [end]), run_kill)


def test_a_sample_of_requests_and_ends(
    requests: Requests, keep_the_promise: Verdict, some_of: Callable[[str, Sequence[Case], int], list[Case]]
) -> None:
    keep_the_promise(some_of("kill matrix", kill_cases(requests, SCENARIOS), 3), run_kill)
