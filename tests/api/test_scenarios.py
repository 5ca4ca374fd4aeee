"""The model catalogue as the service sends it: odd dates and odd entries never take the rest with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from aicore_provider.api.errors import NotFound, UnexpectedAnswer
from aicore_provider.api.http import Http
from aicore_provider.api.scenarios import KnownModels, ModelVersion, Scenarios, day
from aicore_provider.emulator import Emulator

VERSION: dict[str, Any] = {"name": "1", "isLatest": True, "deprecated": False}
ENTRY: dict[str, Any] = {"model": "m", "executableId": "azure-openai", "description": "", "versions": [VERSION]}


def answer(emulator: Emulator, entries: Any) -> None:
    emulator.faults = [
        {"path": "*/models", "effect": {"status": 200, "body": {"count": 1, "resources": entries}}},
    ]


def test_the_catalogue_is_read_in_one_request(emulator: Emulator, http: Http) -> None:
    found = Scenarios(http, "default").models()

    assert found.unreadable == ()
    mini = next(each for each in found.models if each.model == "gpt-5-mini")
    assert (mini.executable_id, mini.provider, mini.latest and mini.latest.name) == (
        "azure-openai",
        "OpenAI",
        "2025-08-07",
    )
    assert [each.scenario_id for each in mini.allowed_scenarios] == ["foundation-models", "orchestration"]
    older = mini.version("2025-05-01")
    assert older is not None
    assert (older.retires_on, older.context_length, older.suggested_replacements) == (
        dt.date(2027, 6, 30),
        272_000,
        ("gpt-5-mini",),
    )
    assert older.cost == {"inputCost": "0.00025", "outputCost": "0.002"}
    assert older.capabilities == ("text-generation",)
    assert [e.path for e in emulator.journal if "/lm/" in e.path] == ["/v2/lm/scenarios/foundation-models/models"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("", None),
        (None, None),
        ("2026-10-01", "2026-10-01"),
        ("2026-10-01T00:00:00Z", "2026-10-01"),
        ("2026-10-01T00:00:00", "2026-10-01"),
        ("2026-10-01T00:00:00.000Z", "2026-10-01"),
        ("2026-10-01T00:00:00.12345678Z", "2026-10-01"),
        ("2026-10-01T00:30:00+02:00", "2026-09-30"),
        ("2026-10-01T00:00:00+0000", "2026-10-01"),
        ("1999-01-01T00:00:00Z", "1999-01-01"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31"),
        ("not before 2026-10-01", None),
        ("2026-13-45", None),
        ("soon", None),
        ({"when": "2026"}, None),
    ],
)
def test_odd_retirement_dates(emulator: Emulator, http: Http, sent: object, read: str | None) -> None:
    answer(emulator, [ENTRY | {"versions": [VERSION | {"retirementDate": sent}]}, ENTRY | {"model": "other"}])

    models = Scenarios(http, "default").models().models

    assert models[-1].model == "other", "whatever the date is, the rest of the catalogue is read"
    if not isinstance(sent, dict):
        (version,) = models[0].versions
        assert version.retires_on == (dt.date.fromisoformat(read) if read else None)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("text", "entry 2 (no object)"),
        (None, "entry 2 (no object)"),
        ({}, "entry 2 (executableId, model, versions)"),
        (ENTRY | {"model": "odd", "executableId": None}, "odd (executableId)"),
        (ENTRY | {"model": "odd", "versions": None}, "odd (versions)"),
        (ENTRY | {"model": "odd", "versions": "1"}, "odd (versions)"),
        (ENTRY | {"model": "odd", "versions": [VERSION | {"name": ""}]}, "odd, version 1 (name)"),
        (ENTRY | {"model": "odd", "versions": [VERSION | {"deprecated": "perhaps"}]}, "odd, version 1 (deprecated)"),
        (ENTRY | {"model": "odd", "versions": [7]}, "odd, version 1 (no object)"),
    ],
)
def test_an_entry_that_cannot_be_read_is_left_out_and_named(
    emulator: Emulator, http: Http, entry: object, told: str
) -> None:
    answer(emulator, [ENTRY, entry, ENTRY | {"model": "last"}])

    found = Scenarios(http, "default").models()

    assert found.unreadable == (told,)
    names = [each.model for each in found.models if each.versions]
    assert names == ["m", "last"]


@pytest.mark.parametrize(
    "odd",
    [
        {"contextLength": "many", "cost": {"inputCost": "1"}, "metadata": "none"},
        {"capabilities": None, "inputTypes": "text", "suggestedReplacements": [None]},
        {"cost": [None, "1"], "streamingSupported": None},
    ],
)
def test_nothing_that_is_for_show_only_hides_an_entry(odd: dict[str, Any]) -> None:
    assert ModelVersion.model_validate(VERSION | odd).name == "1"


def test_the_same_list_of_another_resource_group_is_read_once(emulator: Emulator, http: Http) -> None:
    known = KnownModels()
    first = Scenarios(http, "default").models(known)
    assert Scenarios(http, "default").models(known) is first
    answer(emulator, [ENTRY])
    assert [each.model for each in Scenarios(http, "default").models(known).models] == ["m"]
    emulator.faults = []
    assert Scenarios(http, "default").models(known) is first


def test_a_catalogue_that_is_not_there(emulator: Emulator, http: Http) -> None:
    missing = {"error": {"code": "01010000", "message": "Scenario foundation-models not found", "requestId": "r"}}
    emulator.faults = [{"path": "*/models", "effect": {"status": 404, "body": missing}}]
    with pytest.raises(NotFound):
        Scenarios(http, "default").models()
    answer(emulator, "nothing")
    with pytest.raises(UnexpectedAnswer):
        Scenarios(http, "default").models()


def test_a_date_is_a_day_in_utc() -> None:
    assert day(" 2026-10-01T23:30:00-01:00 ") == dt.date(2026, 10, 2)
