"""A resource group that does not exist is told in the preview, as what it is, whatever is declared in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from tests.support import plugin as plugins
from tests.support.client import Api
from tests.support.plugin import CallFailed, FrontEnd, Plugin, Resource

_numbers = itertools.count()

MODEL = {
    "scenario_id": "foundation-models",
    "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"},
}
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "executable written": MODEL | {"executable_id": "azure-openai"},
    "executable looked up": MODEL,
    "orchestration": {"scenario_id": "orchestration", "executable_id": "orchestration"},
    "own template": {"scenario_id": "own-scenario", "executable_id": "own-template"},
}
MISTYPED = "team-bb"
NOT_FOR_YOU = {"status": 403, "body": "not for these credentials"}


@pytest.fixture
def process(emulator: Emulator, front_end: FrontEnd) -> Iterator[Plugin]:
    """A plugin process of this test alone, since each asks once for a resource group."""
    Api(emulator).call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    with plugins.running(emulator, front_end=front_end) as running:
        emulator.clear_journal()
        yield running


def resources(plugin: Plugin) -> list[tuple[Resource, dict[str, Any]]]:
    """One of each kind, as declared in the mistyped group."""
    of_configurations = [(plugin.configuration(f"each-{next(_numbers)}"), each) for each in CONFIGURATIONS.values()]
    return [*of_configurations, (plugin.deployment(f"each-{next(_numbers)}"), {"configuration_id": "c-0001"})]


def test_a_resource_group_that_does_not_exist_is_told_with_those_that_do(process: Plugin, emulator: Emulator) -> None:
    for resource, wanted in resources(process):
        with pytest.raises(CallFailed) as caught:
            resource.check(wanted | {"resource_group": MISTYPED})
        first, second = caught.value.text.splitlines()
        assert (
            first == f"Resource group {MISTYPED} does not exist on {emulator.url}, there are: default, team-a, team-b."
        )
        assert second.startswith("Correct the name")
        assert "executable" not in caught.value.text
    asked = [entry.path for entry in emulator.journal if "token" not in entry.path]
    assert len(asked) == len(set(asked)), "once for all"


def test_where_the_groups_may_not_be_listed_what_is_known_is_told(process: Plugin, emulator: Emulator) -> None:
    emulator.faults = [{"path": "/v2/admin/resourceGroups", "effect": NOT_FOR_YOU}]
    for resource, wanted in resources(process):
        with pytest.raises(CallFailed) as caught:
            resource.check(wanted | {"resource_group": MISTYPED})
        assert caught.value.text.startswith(f"Resource group {MISTYPED} does not exist on {emulator.url}.\n")


def test_where_nobody_may_ask_for_the_group_no_more_is_said_than_is_known(process: Plugin, emulator: Emulator) -> None:
    emulator.faults = [{"path": "/v2/admin/resourceGroups*", "effect": NOT_FOR_YOU}]
    written, looked_up = (process.configuration(f"each-{next(_numbers)}") for _ in range(2))
    written.check(CONFIGURATIONS["executable written"] | {"resource_group": MISTYPED})
    line = process.engine.heard(f"the models of resource group {MISTYPED} were not checked", written.urn).message
    assert "does not exist" not in line
    with pytest.raises(CallFailed, match="cannot be looked up in resource group team-bb") as caught:
        looked_up.check(MODEL | {"resource_group": MISTYPED})
    assert "Check the resource group's name" in caught.value.text
    assert "write the executable" not in caught.value.text
    assert "does not exist" not in caught.value.text


def test_a_group_that_is_not_ready_is_told_as_that(process: Plugin, emulator: Emulator) -> None:
    status = {"resourceGroupId": MISTYPED, "status": "PROVISIONING"}
    emulator.faults = [
        {"path": "/v2/lm/*", "effect": NOT_FOR_YOU},
        {"path": "/v2/admin/resourceGroups/*", "effect": {"status": 200, "body": status}},
    ]
    with pytest.raises(CallFailed, match=r"Resource group team-bb is not ready: status PROVISIONING"):
        process.configuration("late").check(MODEL | {"resource_group": MISTYPED})


@pytest.mark.parametrize("kind", ["AIConfiguration", "AIDeployment"])
def test_what_is_got_by_its_id_from_a_group_that_does_not_exist(process: Plugin, emulator: Emulator, kind: str) -> None:
    resource = process.configuration("got") if kind == "AIConfiguration" else process.deployment("got")
    with pytest.raises(
        CallFailed, match=f"Resource group {MISTYPED} does not exist .*, there are: default, team-a, team-b"
    ):
        resource.read("d0000000", {"resource_group": MISTYPED}, {})
    with pytest.raises(CallFailed, match=r"There is no (configuration|deployment) d0000000 in default on"):
        resource.read("d0000000", {"resource_group": "default"}, {})


def test_what_runs_already_is_not_held_up_and_what_is_switched_off_is_not_asked(
    process: Plugin, emulator: Emulator, front_end: FrontEnd
) -> None:
    for resource, wanted in resources(process):
        if "executable_id" in wanted or "configuration_id" in wanted:
            olds = wanted | {"resource_group": MISTYPED, "service_url": emulator.url}
            resource.check(wanted, olds)
    with plugins.running(emulator, front_end=front_end, config={"aicore:checks": "off"}) as unchecked:
        emulator.clear_journal()
        unchecked.deployment("chat").check({"configuration_id": "c-0001", "resource_group": MISTYPED})
    assert emulator.journal == []
