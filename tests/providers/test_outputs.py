"""Outputs in the plugin process: none is ever missing, since Pulumi takes a missing one for unknown in each preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from aicore_provider.kinds import configuration, deployment
from tests.support.plugin import CallFailed, Plugin, Resource

MODEL = {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"}
FOUNDATION = {"scenario_id": "foundation-models", "executable_id": "azure-openai", "parameter_bindings": MODEL}
ORCHESTRATION = {"scenario_id": "orchestration", "executable_id": "orchestration"}
CONFIGURATION = {each.name: each.empty for each in configuration.PROPERTIES}
DEPLOYMENT = {each.name: each.empty for each in deployment.PROPERTIES}


def typed(outs: Mapping[str, Any], empty: Mapping[str, Any]) -> dict[str, str]:
    """The outputs that are of another type than documented."""
    return {k: f"{outs[k]!r}" for k in empty if type(outs[k]) is not type(empty[k])}


@pytest.mark.parametrize("wanted", [FOUNDATION, ORCHESTRATION], ids=["a model", "no parameters"])
def test_a_configuration_tells_all_its_outputs(plugin: Plugin, next_run: Plugin, wanted: dict[str, Any]) -> None:
    chat = plugin.configuration("chat")
    inputs = chat.check(wanted)
    id_, outs = chat.create(inputs)
    assert outs.keys() == CONFIGURATION.keys()
    assert typed(outs, CONFIGURATION) == {}
    assert chat.update(id_, outs, inputs) == outs

    chat = next_run.again(chat)
    assert chat.read(id_, outs, inputs) == (id_, outs), "what a create stores is what a read stores"
    gotten = chat.read(id_, {}, {})[1]
    assert gotten.keys() == CONFIGURATION.keys()
    assert typed(gotten, CONFIGURATION) == {}
    # What version 0.1.0 stored lacks whatever it knew nothing about.
    earlier = {key: value for key, value in outs.items() if value not in ("", {}, [], False)}
    assert chat.read(id_, earlier, inputs) == (id_, outs)
    assert chat.diff(id_, earlier, inputs) == chat.diff(id_, outs, inputs) == ("same", [])


@pytest.mark.parametrize("wanted", [FOUNDATION, ORCHESTRATION], ids=["a model", "no model"])
def test_a_deployment_tells_all_its_outputs(
    plugin: Plugin, next_run: Plugin, chat: Resource, wanted: dict[str, Any]
) -> None:
    config = plugin.configuration("config")
    inputs = chat.check({"configuration_id": config.create(config.check(wanted))[0]})
    id_, outs = chat.create(inputs)
    assert outs.keys() == DEPLOYMENT.keys()
    assert typed(outs, DEPLOYMENT) == {}

    chat = next_run.again(chat)
    assert chat.read(id_, outs, inputs) == (id_, outs), "what a create stores is what a read stores"
    other = chat.check({"configuration_id": config.create(config.check(wanted))[0]})
    assert chat.update(id_, outs, other).keys() == DEPLOYMENT.keys()
    gotten = chat.read(id_, {}, {})[1]
    assert gotten.keys() == DEPLOYMENT.keys()
    assert typed(gotten, DEPLOYMENT) == {}
    earlier = {key: value for key, value in gotten.items() if value not in ("", [], False)}
    assert chat.read(id_, earlier, other) == (id_, gotten)
    assert chat.diff(id_, earlier, other) == chat.diff(id_, gotten, other) == ("same", [])


def test_a_deployment_that_is_kept_although_its_create_failed_tells_all_its_outputs(
    plugin: Plugin, next_run: Plugin, chat: Resource, emulator: Emulator
) -> None:
    inputs = chat.check({"configuration_id": plugin.configured("gpt-5-mini")})
    emulator.faults = [{"outcome": "DEAD"}]
    with pytest.raises(CallFailed) as caught:
        chat.create(inputs)
    kept = caught.value.kept
    assert kept is not None
    outs = caught.value.outputs
    assert outs.keys() == DEPLOYMENT.keys()
    assert typed(outs, DEPLOYMENT) == {}
    assert next_run.again(chat).read(kept.id, outs, inputs)[1].keys() == DEPLOYMENT.keys()
