"""The verdict on what stands in no state."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.api.types import Deployment
from aicore_provider.cli.orphans.claims import Claims, Verdict, judge

ORPHAN, UNCERTAIN, NOT_OURS = Verdict.ORPHAN, Verdict.UNCERTAIN, Verdict.NOT_OURS


def deployment(id_: str, configuration: str = "ours", **more: Any) -> Deployment:
    return Deployment(id=id_, configuration_id=configuration, status="RUNNING", **more)


@pytest.mark.parametrize(
    ("there", "cut_short", "verdicts"),
    [
        pytest.param([deployment("a")], 1, {"a": ORPHAN}, id="one create, one deployment"),
        pytest.param([deployment("a"), deployment("held")], 1, {"a": ORPHAN}, id="beside the one that is managed"),
        pytest.param([deployment("a"), deployment("b")], 2, {"a": ORPHAN, "b": ORPHAN}, id="two of two"),
        pytest.param([deployment("a")], 2, {"a": ORPHAN}, id="one of the creates has made nothing"),
        pytest.param([deployment("a")], 0, {"a": UNCERTAIN}, id="no create explains it"),
        pytest.param(
            [deployment("a"), deployment("b")], 1, {"a": UNCERTAIN, "b": UNCERTAIN}, id="nobody can tell which"
        ),
        pytest.param(
            [deployment("a"), deployment("b", last_operation="UPDATE")],
            1,
            {"a": ORPHAN, "b": UNCERTAIN},
            id="one was switched to the configuration, which no create does",
        ),
        pytest.param(
            [deployment("a", last_operation="CASCADE-UPDATE")], 1, {"a": ORPHAN}, id="changed by the service itself"
        ),
        pytest.param(
            [deployment("a"), deployment("b", target_status="DELETED")], 1, {"a": ORPHAN}, id="one is going already"
        ),
        pytest.param(
            [deployment("a"), deployment("b", "theirs")], 1, {"a": ORPHAN, "b": NOT_OURS}, id="another configuration"
        ),
        pytest.param([deployment("a", "second")], 1, {"a": UNCERTAIN}, id="the create was of our other configuration"),
    ],
)
def test_verdicts(there: list[Deployment], cut_short: int, verdicts: dict[str, Verdict]) -> None:
    claims = Claims({"ours": "dev", "second": "dev"}, {"held": "dev"}, {"ours": cut_short})

    assert {each.id: verdict for each, verdict in judge(there, claims)} == verdicts
