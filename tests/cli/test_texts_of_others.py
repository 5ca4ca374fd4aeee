"""Texts that the service chose: no command lets them steer the terminal; JSON has them whole, escaped."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
import yaml

import aicore_provider.cli
from aicore_provider.emulator import Emulator
from aicore_provider.stack.entry import as_yaml
from aicore_provider.terminal import printable
from tests.cli.command import Command
from tests.support.client import Api

STEERING = "\x1b[2J\x1b]0;owned\x07\x9b31m\x7f\u202e"
HARMLESS = "no capacity"
HOSTILE = f"no{STEERING} capacity"
DEPLOYMENT = {
    "id": "d0123456789abcde",
    "configurationId": "c1",
    "configurationName": HOSTILE,
    "status": f"DEAD{STEERING}",
    "targetStatus": HOSTILE,
    "executableId": HOSTILE,
    "details": {"resources": {"backendDetails": {"model": {"name": HOSTILE, "version": HOSTILE}}}},
}
MODEL = {
    "model": HOSTILE,
    "executableId": "azure-openai",
    "displayName": HOSTILE,
    "allowedScenarios": [{"scenarioId": "foundation-models", "executableId": "azure-openai"}],
    "versions": [{"name": HOSTILE, "capabilities": [HOSTILE], "retirementDate": HOSTILE, "cost": [{"in": HOSTILE}]}],
}


def answer(emulator: Emulator, path: str, body: object, status: int = 200) -> None:
    emulator.faults = [*emulator.faults, {"path": path, "effect": {"status": status, "body": body}}]


def steers(text: str) -> bool:
    return bool(set(text) & set(STEERING.replace("[2J", "").replace("]0;owned", "").replace("31m", "")))


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (["deployments"], "/v2/lm/deployments", {"count": 1, "resources": [DEPLOYMENT]}),
        (["models"], "/v2/lm/scenarios/foundation-models/models", {"count": 1, "resources": [MODEL]}),
        (["models"], "/v2/lm/scenarios/foundation-models/models", {"resources": [{"model": HOSTILE, "versions": 1}]}),
        (["models", "-e", "x"], "/v2/lm/scenarios/foundation-models/models", {"resources": [MODEL]}),
    ],
)
def test_a_table_is_a_table(
    command: Command, emulator: Emulator, arguments: list[str], path: str, body: object
) -> None:
    answer(emulator, path, body)
    ended = command(*arguments)
    assert ended.exit_code == 0
    assert not steers(ended.output)
    assert HARMLESS in ended.output or "-e" in arguments


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (["deployments", "--json"], "/v2/lm/deployments", {"count": 1, "resources": [DEPLOYMENT]}),
        (["models", "--json"], "/v2/lm/scenarios/foundation-models/models", {"resources": [MODEL]}),
    ],
)
def test_json_is_escaped_and_whole(
    command: Command, emulator: Emulator, arguments: list[str], path: str, body: object
) -> None:
    answer(emulator, path, body)
    ended = command(*arguments)
    assert ended.exit_code == 0
    assert not steers(ended.output)
    assert HOSTILE in json.loads(ended.stdout)[arguments[0]][0].values()


@pytest.mark.parametrize("body", [HOSTILE, {"error": {"code": "01010000", "message": HOSTILE, "target": HOSTILE}}])
@pytest.mark.parametrize("arguments", [["deployments"], ["models"], ["take-over", "d0123456789abcde"], ["doctor"]])
def test_an_error_is_a_text(command: Command, emulator: Emulator, arguments: list[str], body: object) -> None:
    answer(emulator, "/v2/*", body, status=400)
    ended = command(*arguments)
    assert ended.exit_code == 1
    assert not steers(ended.output)
    assert "capacity" in ended.output


def test_an_entry_to_be_pasted_is_escaped_and_whole(command: Command, emulator: Emulator, api: Api) -> None:
    configuration = api.configuration()
    found = {
        "id": configuration,
        "scenarioId": "foundation-models",
        "executableId": "azure-openai",
        "name": HOSTILE,
        "parameterBindings": [{"key": "modelName", "value": HOSTILE}, {"key": "modelVersion", "value": "1"}],
    }
    deployment = api.running(configuration)
    answer(emulator, "/v2/lm/configurations/*", found)
    ended = command("take-over", deployment)
    assert ended.exit_code == 0
    assert not steers(ended.output)
    (entry,) = yaml.safe_load(ended.stdout).values()
    assert entry["model"] == HOSTILE


def test_an_entry_stays_readable() -> None:
    assert as_yaml("größe", {"model": "日本"}) == '"größe": {model: "日本"}\n'
    assert printable(as_yaml("a\u202eb\x9b", {"model": "x"})) == as_yaml("a\u202eb\x9b", {"model": "x"})


def test_everything_is_said_in_one_place() -> None:
    """No command writes past `console`, where texts are cleaned."""
    folder = Path(str(aicore_provider.cli.__file__)).parent
    for file in folder.rglob("*.py"):
        called = {
            ast.unparse(each.func) for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.Call)
        }
        if file.name not in ("console.py", "failures.py"):
            assert not called & {"click.echo", "click.secho", "print", "Text", "sys.stdout.write"}, file
