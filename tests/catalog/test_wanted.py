"""What a configuration asks for, from its parameter bindings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aicore_provider.catalog.wanted import Wanted
from aicore_provider.secret_text import SECRET, SecretText, UnreadText

FILTER = [{"modelName": "gpt-5-mini", "modelVersions": ["2025-08-07"]}, {"modelName": "sonar"}]
FILTERED = (("gpt-5-mini", ("2025-08-07",)), ("sonar", ()))


def wanted(scenario_id: str, parameters: dict[str, Any]) -> Wanted:
    return Wanted.from_parameters("chat", "default", scenario_id, "it", parameters)


@pytest.mark.parametrize(
    ("parameters", "model", "version"),
    [
        ({"modelName": "gpt-5", "modelVersion": "1"}, "gpt-5", "1"),
        ({"modelName": "gpt-5", "modelVersion": ""}, "gpt-5", ""),
        ({"modelName": "gpt-5"}, "gpt-5", None),
        ({"modelFilterList": json.dumps(FILTER)}, None, None),
    ],
)
def test_a_foundation_model(parameters: dict[str, str], model: str | None, version: str | None) -> None:
    expected = Wanted("chat", "default", "foundation-models", "it", model, version)
    assert wanted("foundation-models", parameters) == expected


@pytest.mark.parametrize("models", [FILTER, json.dumps(FILTER)])
def test_a_filter(models: Any) -> None:
    parameters = {"modelFilterList": models, "modelName": "of another meaning here"}
    assert wanted("orchestration", parameters) == Wanted("chat", "default", "orchestration", "it", filtered=FILTERED)


@pytest.mark.parametrize("models", [None, "", "[", "5", '["gpt-5"]', '{"modelName": "gpt-5"}', '[{"model": "gpt-5"}]'])
def test_a_filter_of_another_form_is_for_the_service_to_judge(models: str | None) -> None:
    assert wanted("orchestration", {"modelFilterList": models}).filtered == ()


def test_a_secret_filter_shows_nothing() -> None:
    found = wanted("orchestration", {"modelFilterList": SecretText(json.dumps(FILTER))}).filtered
    assert found == FILTERED
    assert "gpt" not in str(found)
    ((open_model, (version,)),) = wanted(
        "orchestration", {"modelFilterList": [{"modelName": "gpt-5", "modelVersions": [SecretText("1")]}]}
    ).filtered
    assert (open_model, str(version)) == ("gpt-5", SECRET)


@pytest.mark.parametrize(
    ("scenario_id", "parameters", "is_read"),
    [
        ("foundation-models", {"modelName": "gpt-5", "modelVersion": SecretText("1")}, True),
        ("foundation-models", {"modelName": "gpt-5", "modelVersion": UnreadText()}, False),
        ("orchestration", {"modelFilterList": UnreadText()}, False),
        ("orchestration", {"modelFilterList": [{"modelName": "gpt-5", "modelVersions": [UnreadText()]}]}, False),
        ("orchestration", {"other": UnreadText()}, True),
    ],
)
def test_what_is_encrypted_and_cannot_be_decrypted_is_not_read(
    scenario_id: str, parameters: dict[str, Any], is_read: bool
) -> None:
    assert wanted(scenario_id, parameters).is_read is is_read
