"""`aicore-provider models`, against the emulator; its clock plays no part, today is today."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from tests.cli.command import DAY_S, Command, after_first_line, cells
from tests.support.clocks import today

VERSION: dict[str, Any] = {"name": "1", "isLatest": True, "deprecated": False, "capabilities": ["text-generation"]}
ENTRY: dict[str, Any] = {"model": "m [red]", "executableId": "azure-openai", "description": "", "versions": [VERSION]}


def offer(emulator: Emulator, *entries: Any) -> None:
    emulator.faults = [{"path": "*/models", "effect": {"status": 200, "body": {"resources": list(entries)}}}]


def retiring(days: int, **more: Any) -> dict[str, Any]:
    return VERSION | {"retirementDate": f"{today() + dt.timedelta(days=days)}T00:00:00Z", **more}


def shown(command: Command, *arguments: str) -> list[tuple[str, str]]:
    """Model and version of each row."""
    return [(row[0], row[1]) for row in cells(command("models", *arguments).stdout)[1:]]


def test_a_line_for_each_version(command: Command, emulator: Emulator) -> None:
    new, old = retiring(100, name="2"), retiring(20, isLatest=False, deprecated=True)
    offer(emulator, ENTRY | {"versions": [old, new]}, ENTRY | {"model": "odd"})
    ended = command("models")
    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    soon, later = (today() + dt.timedelta(days=days) for days in (20, 100))
    capabilities = ["-", "text-generation", "-"]
    assert cells(ended.stdout)[1:] == [
        ["m [red]", "1", "azure-openai", f"{soon} (20d) deprecated", "version 2", *capabilities],
        ["m [red]", "2 *", "azure-openai", f"{later} (100d)", "-", *capabilities],
        ["odd", "1 *", "azure-openai", "-", "-", *capabilities],
    ]


def test_days_are_counted_from_the_services_date(command: Command, emulator: Emulator) -> None:
    offer(emulator, ENTRY | {"versions": [retiring(20)]})
    emulator.advance(25 * DAY_S)
    assert "(retired)" in command("models").stdout
    assert shown(command, "--retiring", "0") == [("m [red]", "1 *")]


def test_filters(command: Command, emulator: Emulator) -> None:
    assert shown(command, "GPT", "mini", "5") == [("gpt-5-mini", "2025-05-01"), ("gpt-5-mini", "2025-08-07 *")]
    assert {row[0] for row in shown(command, "-e", "aicore-cohere")} == {
        "cohere--command-a-reasoning",
        "cohere-reranker",
    }
    assert {row[0] for row in shown(command, "--capability", "EMBED", "openai")} == {
        "text-embedding-3-large",
        "text-embedding-3-small",
        "text-embedding-ada-002",
    }
    versions = [retiring(days, name=str(days)) for days in (-3, 0, 30, 31)]
    offer(emulator, ENTRY | {"versions": [*versions, VERSION, VERSION | {"retirementDate": "some day"}]})
    for option in ("30d", "30", "30D", " 30 "):
        assert [row[1] for row in shown(command, "--retiring", option)] == ["-3 *", "0 *", "30 *"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["gpt-5-minj"], "Did you mean gpt-5-mini"),
        (["--executable", "openai"], "Executables with models: aicore-cohere"),
        (["--capability", "flying"], "Capabilities: embeddings"),
        (["gpt-5.1", "--retiring", "0"], "default.\n"),
    ],
)
def test_nothing_found_is_a_line_that_helps(command: Command, arguments: list[str], hint: str) -> None:
    ended = command("models", *arguments)
    assert ended.exit_code == 0
    assert ended.stdout.startswith("No such models in resource group default.")
    assert hint in ended.stdout
    assert json.loads(command("models", "--json", *arguments).stdout)["models"] == []


def test_json_is_for_scripts(command: Command, emulator: Emulator) -> None:
    (older, _) = json.loads(command("models", "gpt-5-mini", "--json").stdout)["models"]
    assert older["daysLeft"] == (dt.date(2027, 6, 30) - today()).days
    assert {key: older[key] for key in ("model", "version", "latest", "deprecated", "executable", "cost")} == {
        "model": "gpt-5-mini",
        "version": "2025-05-01",
        "latest": False,
        "deprecated": False,
        "executable": "azure-openai",
        "cost": {"inputCost": "0.00025", "outputCost": "0.002"},
    }
    assert older["retirementDate"] == "2027-06-30T00:00:00Z"
    assert older["scenarios"] == ["foundation-models", "orchestration"]


def test_an_entry_that_cannot_be_read_is_named_on_stderr(command: Command, emulator: Emulator) -> None:
    offer(emulator, ENTRY, {"model": "odd"})
    ended = command("models", "--json")
    assert [each["model"] for each in json.loads(ended.stdout)["models"]] == ["m [red]"]
    assert after_first_line(ended).startswith("Warning: the model catalogue of resource group default has entries")
    assert "odd (executableId, versions)" in ended.stderr


def test_a_group_without_the_scenario(command: Command, emulator: Emulator) -> None:
    body = {"count": 0, "resources": []}
    emulator.faults = [{"path": "/v2/lm/scenarios", "effect": {"status": 200, "body": body}}]
    ended = command("models")
    assert ended.exit_code == 1
    assert "resource group default has no scenario foundation-models\nthe service plan must be" in ended.stderr


def test_errors_are_words(command: Command, emulator: Emulator) -> None:
    refused = command("models", AICORE_CLIENT_SECRET="wrong")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "The token endpoint refused the credentials" in refused.stderr
    for option in ("soon", "", "+1", "1.5", "d", "3 0", "100000", "٣٠"):
        for named in (["models", "--retiring", option], ["upgrade", f"--check={option}"]):
            ended = command(*named)
            assert ended.exit_code == 2
            assert f"{option!r} is no number of days, such as 30 or 30d" in ended.stderr
