"""A resource group for each tenant, with the same models in each: one more or one less touches nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from benchmarks.estate import MODELS
from sandbox.engine_stack import EngineStack

ENTRIES = {
    model: {"model": model, "version": version, "executable": executable, "resourceGroups": "all"}
    for executable, model, version, _ in MODELS
}
IN_A_GROUP = len(("the group", *ENTRIES, *ENTRIES, *ENTRIES))
"""Resources: each entry is a component, a configuration and a deployment."""


@pytest.fixture
def number(request: pytest.FixtureRequest) -> int:
    """Fifty resource groups with `make test-faults`, five otherwise: each costs a second."""
    return 50 if request.config.getoption("--every-case") else 3


def declared(stack: EngineStack) -> dict[str, tuple[str, Any, Any]]:
    """Id, inputs and outputs of everything of the state that the program declares, by kind and name."""
    return {
        f"{each['type'].rpartition(':')[2]} {each['urn'].rpartition('::')[2]}": (
            each.get("id", ""),
            each.get("inputs"),
            each.get("outputs"),
        )
        for each in stack.resources
        if "aicore:" in each["type"]
    }


def test_the_same_models_for_each_of_many_tenants(stack: EngineStack, emulator: Emulator, number: int) -> None:
    stack.environment["PULUMI_PARALLEL"] = "64"
    emulator.faults = [{"resourceGroupQuota": number + 2}]
    groups: dict[str, Any] = {f"tenant-{each:02}": {} for each in range(number)}
    stack.configure(ENTRIES, resourceGroups=groups)

    made = stack.up()
    assert not made.failed, made.output
    assert set(made.steps.values()) == {"create"}
    before = declared(stack)
    assert len(before) == number * IN_A_GROUP
    assert stack.outputs.keys() == {f"{entry}/{group}" for entry in ENTRIES for group in groups}
    assert {each["status"] for each in stack.outputs.values()} == {"RUNNING"}
    assert all(each["resourceGroup"] == name.rpartition("/")[2] for name, each in stack.outputs.items())

    emulator.clear_journal()
    stack.configure(ENTRIES, resourceGroups={"tenant-new": {"grounding": True}} | groups)
    added = stack.up()
    assert not added.failed, added.output
    assert set(added.steps.values()) == {"create"}
    assert len(added.steps) == IN_A_GROUP
    assert all(key.endswith(("/tenant-new", " tenant-new")) for key in added.steps)
    after = declared(stack)
    assert {key: after[key] for key in before} == before
    writes = [each for each in emulator.journal if each.method != "GET" and each.path != "/oauth/token"]
    assert {each.resource_group for each in writes} == {None, "tenant-new"}
    assert [each.path for each in writes if each.resource_group is None] == ["/v2/admin/resourceGroups"]

    removed_group, *kept = groups
    emulator.clear_journal()
    stack.configure(ENTRIES, resourceGroups={"tenant-new": {"grounding": True}} | dict.fromkeys(kept))
    removed = stack.up()
    assert not removed.failed, removed.output
    assert set(removed.steps.values()) == {"delete"}
    assert len(removed.steps) == IN_A_GROUP
    left = declared(stack)
    assert left == {key: each for key, each in after.items() if key in left}
    assert after.keys() - left.keys() == removed.steps.keys()
    writes = [each for each in emulator.journal if each.method != "GET" and each.path != "/oauth/token"]
    assert {each.resource_group for each in writes} == {None, removed_group}
    assert writes[-1].path == f"/v2/admin/resourceGroups/{removed_group}", "the group goes last"
