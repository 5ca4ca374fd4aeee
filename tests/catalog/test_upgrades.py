"""What is proposed in place of what is deployed."""

from __future__ import annotations

import datetime as dt

import pytest

from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.upgrades import Assessment, Proposal, assess
from aicore_provider.catalog.wanted import Wanted
from tests.support.catalogs import TODAY, catalog, in_days, model, version

NEW = version("2", isLatest=True)
OLD = version("1", deprecated=True, retirementDate=in_days(30), suggestedReplacements=["m", "better"])
LAST = version("1", isLatest=True, deprecated=True, retirementDate=in_days(30), suggestedReplacements=["better"])
BETTER = model("better", version("b", isLatest=True))


def wanted(version_: str | None = "1", executable: str | None = "azure-openai") -> Wanted:
    return Wanted("chat", "default", executable_id=executable, model="m", version=version_)


def assessed(want: Wanted, *models: object) -> Assessment:
    return assess(want, catalog(*models), ModelPolicy(), TODAY)  # type: ignore[arg-type]


def test_a_newer_version_comes_before_another_model() -> None:
    found = assessed(wanted(), model("m", OLD, NEW), BETTER)
    assert found.proposal == Proposal("m", "2", "azure-openai")
    assert (found.latest, found.deprecated, found.retires_on, found.days_left) == (
        "2",
        True,
        TODAY + dt.timedelta(days=30),
        30,
    )


@pytest.mark.parametrize(
    ("want", "proposal"),
    [
        (wanted(), Proposal("better", "b", "azure-openai")),
        (wanted(executable=None), Proposal("better", "b", None)),
        (wanted("latest"), Proposal("better", "latest", "azure-openai")),
    ],
)
def test_the_one_suggested_replacement(want: Wanted, proposal: Proposal) -> None:
    assert assessed(want, model("m", LAST), BETTER).proposal == proposal


def test_several_suggestions_are_a_choice_and_those_not_offered_are_none() -> None:
    several = version("1", isLatest=True, deprecated=True, suggestedReplacements=["better", "best", "absent"])
    best = model("best", version("x", isLatest=True), executable="aws-bedrock")
    found = assessed(wanted(), model("m", several), BETTER, best)
    assert (found.proposal, found.choices) == (None, ("better", "best"))
    (only,) = [assessed(wanted(), model("m", several), best).proposal]
    assert only == Proposal("best", "x", "aws-bedrock"), "another executable is named where the entry names one"


@pytest.mark.parametrize(
    "entry",
    [
        model("m", version("1", isLatest=True)),
        model("m", version("1", isLatest=True, retirementDate=in_days(91), suggestedReplacements=["better"])),
        model("m", version("1"), version("2", isLatest=True, deprecated=True)),
        model("m", version("1"), version("2")),
    ],
)
def test_nothing_is_proposed_where_nothing_is_better(entry: object) -> None:
    found = assessed(wanted(), entry, BETTER)
    assert (found.offered, found.proposal, found.choices) == (True, None, ())


def test_what_is_not_offered_any_more() -> None:
    gone = assessed(wanted(), BETTER)
    assert (gone.offered, gone.proposal) == (False, None)
    unlisted = assessed(wanted("0"), model("m", NEW))
    assert (unlisted.offered, unlisted.proposal) == (False, Proposal("m", "2", "azure-openai"))
    assert gone.ends_within(0)
    assert unlisted.ends_within(0)


@pytest.mark.parametrize(("days", "ends"), [(29, False), (30, True), (31, True)])
def test_days_of_notice(days: int, ends: bool) -> None:
    assert assessed(wanted(), model("m", LAST)).ends_within(days) is ends
    assert assessed(wanted("2"), model("m", NEW)).ends_within(10_000) is False
