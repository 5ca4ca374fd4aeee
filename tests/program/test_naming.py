"""The name that a configuration gets is one that the service takes, the same at each change."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aicore_provider.api.naming import configuration_name, configuration_name_problem, generic_id_problem
from aicore_provider.emulator import validation
from aicore_provider.emulator.errors import Refusal


def emulator_takes(name: str, scenario_id: str = "s-123") -> bool:
    body = {"name": name, "scenarioId": scenario_id, "executableId": "e-123"}
    try:
        validation.parse_body(validation.NewConfiguration, json.dumps(body).encode(), validation.JSON)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize(
    ("logical", "name"),
    [
        ("chat", "chat"),
        ("team/chat #1 (new)", "team/chat #1 (new)"),
        ("café", "cafe"),
        ("größer", "groU+00DFer"),
        ("ﬁne", "fine"),
        ("chat-🙂", "chat-U+1F642"),
        ("对话", "U+5BF9U+8BDD"),
        ("a\tb\x00\x1b[31m`", "aU+0009bU+0000U+001B[31mU+0060"),
        ("\u0301", "configuration"),
        (" ", "configuration"),
        ("", "configuration"),
        ("x" * 300, "x" * 256),
    ],
)
def test_a_logical_name_becomes_a_configurations_name(logical: str, name: str) -> None:
    assert configuration_name(logical) == name


@given(st.text(max_size=400))
@example("ä" * 300)
@example("🙂" * 300)
@example("\ud800")
def test_the_service_takes_the_name_whatever_the_logical_one_is(logical: str) -> None:
    name = configuration_name(logical)
    assert configuration_name_problem(name) is None
    assert emulator_takes(name)
    assert name.isascii()
    assert name.isprintable()
    assert configuration_name(logical) == name


@given(st.text(min_size=1, max_size=12) | st.sampled_from(["ä", "a\u00a0b", "`", "a\x1cb", "a|b-c\td", "x" * 257]))
def test_given_names_and_ids_are_checked_as_the_emulator_checks_them(given_text: str) -> None:
    assert (configuration_name_problem(given_text) is None) == emulator_takes(given_text)
    assert (generic_id_problem(given_text) is None) == emulator_takes("name", scenario_id=given_text)
