"""Names of entries: each that the preview takes, `up` takes as well; what YAML changes is refused as it is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.models import CHAT

NAMES = {
    "größer 🙂": "groU+00DFer U+1F642",
    "x" * 300: "x" * 256,
    "on": "on",
    "0x1F": "0x1F",
    "a/b `c`": "a/b U+0060cU+0060",
}


def configurations(emulator: Emulator) -> list[Any]:
    return [each.body for each in emulator.journal if (each.method, each.path) == ("POST", "/v2/lm/configurations")]


def test_a_configuration_is_named_after_its_entry_whatever_that_is_called(
    stack: EngineStack, emulator: Emulator
) -> None:
    lines = [
        f"    {json.dumps(name, ensure_ascii=False)}: {json.dumps({'scenario': 'orchestration'})}\n" for name in NAMES
    ]
    named = {**CHAT, "configurationName": "azure-openai--gpt-5-mini", "versionId": "0.0.1"}
    stack.configure(f"config:\n  aicore:deployments:\n{''.join(lines)}    chat: {json.dumps(named)}\n")
    done = stack.up()
    assert not done.failed, done.output
    posted = {each["name"]: each.get("versionId") for each in configurations(emulator)}
    assert posted == dict.fromkeys(NAMES.values()) | {"azure-openai--gpt-5-mini": "0.0.1"}

    emulator.clear_journal()
    changed = named | {"versionId": "0.0.2"}
    stack.configure(f"config:\n  aicore:deployments:\n{''.join(lines)}    chat: {json.dumps(changed)}\n")
    before = stack.outputs["chat"]["id"]
    done = stack.up()
    assert done.steps["AIDeployment chat"] == "update", "switched in place"
    assert stack.outputs["chat"]["id"] == before
    assert [(each["name"], each["versionId"]) for each in configurations(emulator)] == [
        ("azure-openai--gpt-5-mini", "0.0.2")
    ]


@pytest.mark.parametrize("name", ["0x1F", "~"])
def test_a_name_without_quotes_that_yaml_changes_fails_the_preview(stack: EngineStack, name: str) -> None:
    _ = stack.stack  # its making writes the file anew
    stack.configure(f"config:\n  aicore:deployments:\n    {name}: {json.dumps(CHAT)}\n")
    refused = stack.preview()
    assert refused.failed
    assert f"YAML does not keep the name {name} as it is without quotes" in refused.output
