"""What the catalogue tells of one model in place of another, and how it is said."""

from __future__ import annotations

import datetime as dt

import pytest

from aicore_provider.catalog.change_texts import line
from aicore_provider.catalog.changes import Cost, Lists, ModelChange, compare
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.secret_text import SecretText
from tests.support.catalogs import catalog, model, version

MINI = version(
    "2025-08-07",
    isLatest=True,
    contextLength=272_000,
    inputTypes=["text"],
    capabilities=["text-generation"],
    streamingSupported=True,
    cost=[{"inputCost": "0.00025"}, {"outputCost": "0.002"}],
)
LARGE = version(
    "2025-11-13",
    isLatest=True,
    retirementDate="2027-05-01T00:00:00Z",
    contextLength=400_000,
    inputTypes=["text", "image"],
    capabilities=["text-generation"],
    streamingSupported=False,
    cost=[{"inputCost": "0.00035"}, {"outputCost": "0.0020"}],
)
SILENT = version("1", isLatest=True)


def wanted(model_: str | None, version_: str | None, executable: str | None = "azure-openai") -> Wanted:
    return Wanted("chat", "default", executable_id=executable, model=model_, version=version_)


def between(old: dict[str, object], new: dict[str, object]) -> ModelChange | None:
    """The change from one version of a model to another one."""
    offered = catalog(model("m", version("1") | old, version("2", isLatest=True) | new))
    return compare(wanted("m", "1"), wanted("m", "2"), offered)


def said(old: dict[str, object], new: dict[str, object]) -> str | None:
    """What is said about a change from version 1 to version 2."""
    found = between(old, new)
    return line(found).removeprefix("m 1 → 2: ") if found else None


def test_another_model_in_one_line() -> None:
    offered = catalog(model("gpt-5-mini", MINI), model("gpt-5.1", LARGE))
    found = compare(wanted("gpt-5-mini", "2025-08-07"), wanted("gpt-5.1", "2025-11-13"), offered)
    assert found
    assert found.costs == (Cost("inputCost", "0.00025", "0.00035"),), "0.002 and 0.0020 are the same"
    assert (found.input_types, found.capabilities) == (Lists(gained=("image",)), Lists(lost=("streaming",)))
    assert line(found) == (
        "gpt-5-mini 2025-08-07 → gpt-5.1 2025-11-13: input costs 1.4 times as much, context 400,000 (was 272,000),"
        " gains image input, loses streaming; retires 2027-05-01"
    )


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ({"cost": [{"outputCost": "4"}]}, {"cost": [{"outputCost": "1"}]}, "output costs 0.25 times as much"),
        ({"cost": [{"a": "1"}]}, {"cost": [{"a": "123"}]}, "a costs 120 times as much"),
        ({"cost": [{"Cost": "1"}]}, {"cost": [{"Cost": "1234"}]}, "Cost costs 1,200 times as much"),
        ({"cost": [{"inputCost": "1.000"}]}, {"cost": [{"inputCost": "1.001"}]}, "input costs 1.001 (was 1.000)"),
        ({"cost": [{"inputCost": "0"}]}, {"cost": [{"inputCost": "0.1"}]}, "input costs 0.1 (was 0)"),
        ({"cost": [{"inputCost": "-1"}]}, {"cost": [{"inputCost": "1e999"}]}, "input costs 1e999 (was -1)"),
        ({"cost": [{"inputCost": "1"}]}, {"cost": [{"inputCost": "1e999"}]}, "input costs 1e999 (was 1)"),
        ({"cost": [{"inputCost": "5e-324"}]}, {"cost": [{"inputCost": "1e300"}]}, "input costs 1e300 (was 5e-324)"),
        ({"cost": [{"inputCost": "free"}]}, {"cost": [{"inputCost": "1"}]}, "input costs 1 (was free)"),
        ({"cost": [{"inputCost": "0"}]}, {"cost": [{"inputCost": "0.0"}]}, None),
        ({"cost": [{"inputCost": "1"}]}, {"cost": [{"outputCost": "2"}]}, None),
        ({"contextLength": 2048}, {"contextLength": 0}, None),
        ({"inputTypes": ["text", "image"]}, {"inputTypes": ["text", "audio"]}, "gains audio input, loses image input"),
        ({"inputTypes": ["text"]}, {"inputTypes": []}, None),
        (
            {"capabilities": ["a"], "streamingSupported": False},
            {"capabilities": ["b"], "streamingSupported": True},
            "gains b and streaming, loses a",
        ),
        (
            {"capabilities": ["a"], "streamingSupported": False},
            {"capabilities": ["a", "streaming"], "streamingSupported": True},
            "gains streaming",
        ),
        ({"streamingSupported": True}, {}, None),
        ({"retirementDate": "2027-01-01"}, {"retirementDate": "2027-01-01T00:00:00Z"}, None),
        ({"retirementDate": "2027-01-01"}, {"retirementDate": "2028-01-01"}, "retires 2028-01-01 (was 2027-01-01)"),
        ({"retirementDate": "2027-01-01"}, {}, "no retirement date (was 2027-01-01)"),
        ({"retirementDate": "2027-01-01"}, {"retirementDate": "not before 2028"}, None),
        ({"deprecated": True}, {"contextLength": 1}, "not deprecated"),
        ({}, {"deprecated": True, "retirementDate": "2027-01-01"}, "retires 2027-01-01, deprecated"),
        ({"orchestrationCapabilities": ["streaming"]}, {"orchestrationCapabilities": ["tools"]}, None),
    ],
)
def test_what_differs_is_said_and_what_is_not_known_is_not(
    old: dict[str, object], new: dict[str, object], text: str | None
) -> None:
    assert said(old, new) == text


def test_latest_is_the_version_that_serves() -> None:
    offered = catalog(model("m", version("1", contextLength=1), version("2", isLatest=True, contextLength=2)))
    for latest in ("latest", None):
        assert compare(wanted("m", "2"), wanted("m", latest), offered) is None
        found = compare(wanted("m", "1"), wanted("m", latest), offered)
        assert found
        assert line(found) == "m 1 → latest (2): context 2 (was 1)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (wanted("gone", "1"), wanted("gpt-5.1", "2025-11-13")),
        (wanted("gpt-5-mini", "gone"), wanted("gpt-5.1", "2025-11-13")),
        (wanted("gpt-5-mini", "2025-08-07"), wanted("gpt-5.1", "gone")),
        (wanted("gpt-5-mini", "2025-08-07"), wanted("plain", None)),
        (wanted(None, None), wanted("gpt-5.1", "2025-11-13")),
        (wanted("gpt-5-mini", "2025-08-07"), wanted("gpt-5.1", "2025-11-13", "aws-bedrock")),
        (wanted("gpt-5-mini", "2025-08-07"), wanted("silent", "1")),
    ],
)
def test_where_the_catalogue_does_not_have_both_nothing_is_told(before: Wanted, after: Wanted) -> None:
    offered = catalog(model("gpt-5-mini", MINI), model("gpt-5.1", LARGE), model("plain"), model("silent", SILENT))
    assert compare(before, after, offered) is None


@pytest.mark.parametrize("place", ["model", "version"])
@pytest.mark.parametrize("is_old", [False, True])
def test_facts_about_a_secret_model_would_tell_which_it_is(place: str, is_old: bool) -> None:
    names = {"model": "gpt-5-mini", "version": "2025-08-07"}
    secret = wanted(*(SecretText(text) if key == place else text for key, text in names.items()))
    other = wanted("gpt-5.1", "2025-11-13")
    offered = catalog(model("gpt-5-mini", MINI), model("gpt-5.1", LARGE))
    assert compare(*((secret, other) if is_old else (other, secret)), offered) is None


def test_the_days_of_retirement_are_values() -> None:
    found = between({}, {"retirementDate": "2027-05-01T23:00:00-05:00"})
    assert found
    assert found.retires_on == (None, dt.date(2027, 5, 2))
