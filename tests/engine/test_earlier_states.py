"""States made by earlier versions go on working: nothing is switched, replaced or forgotten because of an upgrade."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS, OLDER

STATES = Path(__file__).parent / "states"
ROUTER = {
    "scenario": "orchestration",
    "modelFilterListType": "allow",
    "modelFilterList": [{"modelName": "gpt-5-mini"}],
}
DECLARED: dict[str, dict[str, Any]] = {
    "chat": CHAT,
    "embeddings": EMBEDDINGS,
    "router": ROUTER,
    "trial": CLAUDE | {"ttl": "24h"},
}


@pytest.fixture(params=["0.1.0"])
def earlier(request: pytest.FixtureRequest, stack: EngineStack, emulator: Emulator) -> EngineStack:
    """A stack with the state that an earlier version wrote, and the objects that it speaks of."""
    text = (STATES / f"{request.param}.json").read_text().replace("<service>", emulator.url)
    api = Api(emulator)
    ids: dict[str, str] = {}
    # The configurations come first: each stands before the deployment that uses it.
    for each in json.loads(text)["deployment"]["resources"]:
        if each["type"].endswith("AIConfiguration"):
            ids[each["id"]] = configured(api, each["outputs"])
        elif each["type"].endswith("AIDeployment"):
            ttl = each["outputs"].get("ttl")
            ids[each["id"]] = api.create(ids[each["outputs"]["configuration_id"]], **({"ttl": ttl} if ttl else {}))
    for placeholder, id_ in ids.items():
        text = text.replace(placeholder, id_)
    api.settle()
    stack.configure(DECLARED)
    _ = stack.stack  # selects it
    path = stack.folder / "earlier.json"
    path.write_text(text)
    stack.pulumi("stack", "import", "--file", str(path))
    return stack


def configured(api: Api, outputs: dict[str, Any]) -> str:
    """Post a configuration that the state speaks of, and return its id."""
    body = {
        "name": outputs["name"],
        "scenarioId": outputs["scenario_id"],
        "executableId": outputs["executable_id"],
        "parameterBindings": [{"key": k, "value": v} for k, v in outputs["parameter_bindings"].items()],
    }
    answer = api.call("POST", "/lm/configurations", json=body)
    assert answer.ok, answer.text
    return str(answer.json()["id"])


def writes(emulator: Emulator) -> list[str]:
    return [f"{each.method} {each.path}" for each in emulator.journal if each.method != "GET" and "/lm/" in each.path]


def test_an_upgrade_of_this_package_changes_nothing(earlier: EngineStack, emulator: Emulator) -> None:
    before = {each["urn"]: each.get("id") for each in earlier.resources}
    emulator.clear_journal()

    assert earlier.preview().steps == {}
    refreshed = earlier.refresh()
    assert (refreshed.failed, refreshed.steps) == (False, {})
    assert earlier.up().steps == {}

    assert writes(emulator) == []
    assert {each["urn"]: each.get("id") for each in earlier.resources} == before


def test_a_changed_model_is_still_switched_in_place_and_all_is_destroyed(
    earlier: EngineStack, emulator: Emulator
) -> None:
    before = earlier.outputs["chat"]["id"]
    earlier.configure(DECLARED | {"chat": OLDER})

    assert earlier.up().failed is False

    assert earlier.outputs["chat"]["id"] == before
    assert earlier.destroy().failed is False
    assert Api(emulator).ids() == []


def test_what_is_to_be_verified_from_now_on_is_no_change(earlier: EngineStack, emulator: Emulator) -> None:
    earlier.configure({name: entry | {"verify": True} for name, entry in DECLARED.items()})
    emulator.clear_journal()

    assert earlier.preview().steps == {}
    assert earlier.up().steps == {}
    assert [each.path for each in emulator.journal if each.path.startswith("/v2/inference/")] == []


def test_what_an_earlier_version_made_is_destroyed(earlier: EngineStack, emulator: Emulator) -> None:
    assert earlier.destroy().failed is False
    assert Api(emulator).ids() == []
    assert earlier.resources == []
