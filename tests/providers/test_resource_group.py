"""The calls for an `AIResourceGroup` through the real plugin process: what the engine gets to see."""

from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator
from tests.support.client import Api
from tests.support.plugin import UNKNOWN, CallFailed, Plugin

OWNER = {"ext.ai.sap.com/owner": "team-a"}


def test_a_group_lives_and_dies(plugin: Plugin, next_run: Plugin, emulator: Emulator) -> None:
    group = plugin.resource("AIResourceGroup", "lives")
    inputs = group.check({"resource_group_id": "group-lives", "labels": OWNER})
    id_, outputs = group.create(inputs)
    assert (id_, outputs["status"], outputs["labels"]) == ("group-lives", "PROVISIONED", OWNER)

    group = next_run.again(group)
    assert group.read(id_, outputs, inputs) == (id_, outputs), "what a create stores is what a read stores"
    assert group.diff(id_, outputs, inputs) == ("same", [])
    relabelled = group.check({"resource_group_id": "group-lives", "labels": {}}, olds=inputs)
    assert group.diff(id_, outputs, relabelled) == ("changed", []), "the engine works out what changes"
    outputs = group.update(id_, outputs, relabelled)
    assert outputs["labels"] == {}
    another = group.check({"resource_group_id": "group-other"}, olds=inputs)
    assert group.diff(id_, outputs, another) == ("changed", ["resource_group_id"])

    group.delete(id_, outputs)
    assert not Api(emulator).call("GET", "/admin/resourceGroups/group-lives").ok
    assert group.read(id_, outputs, inputs)[0] == ""


def test_what_is_in_a_group_that_is_not_made_yet_is_checked_later(plugin: Plugin) -> None:
    chat = plugin.configuration("in-a-new-group")
    wanted = {
        "scenario_id": "foundation-models",
        "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"},
        "resource_group": UNKNOWN,
    }
    assert chat.check(wanted)["resource_group"] == UNKNOWN
    deployment = plugin.deployment("in-a-new-group")
    assert deployment.check({"configuration_id": UNKNOWN, "resource_group": UNKNOWN})["resource_group"] == UNKNOWN


def test_the_id_of_one_that_is_not_provisioned_is_kept(plugin: Plugin, next_run: Plugin, emulator: Emulator) -> None:
    emulator.faults = [{"outcome": "ERROR", "resourceGroup": "group-failed", "statusMessage": "no capacity"}]
    group = plugin.resource("AIResourceGroup", "failed")
    with pytest.raises(CallFailed, match="no capacity") as caught:
        group.create(group.check({"resource_group_id": "group-failed"}))
    kept = caught.value.kept
    assert kept is not None
    assert (kept.id, caught.value.outputs["status"]) == ("group-failed", "ERROR")
    emulator.faults = []
    next_run.again(group).delete(kept.id, caught.value.outputs)
