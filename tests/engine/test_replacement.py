"""A replacement in every variant: while the new one fails the old one serves, and nothing wanted is ever deleted."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.engine.pace import COUNTED, HOUR_S, SLOW
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS

TTL = CHAT | {"ttl": "10h"}
DEAD_CREATE = {"outcome": "DEAD", "after": "create"}
REFUSED = {"method": "POST", "path": "/v2/lm/deployments", "effect": {"status": 403, "body": "RBAC: access denied"}}


def serving(emulator: Emulator, group: str = "default") -> list[str]:
    """The deployments that are there, each of which must run."""
    found = Api(emulator, group).get("/lm/deployments")["resources"]
    assert {each["status"] for each in found} <= {"RUNNING"}
    return [each["id"] for each in found]


@pytest.fixture
def old(stack: EngineStack, emulator: Emulator) -> str:
    """A deployment that serves."""
    api = Api(emulator)
    assert api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-a"}).ok
    api.settle()
    stack.deploy({"chat": CHAT})
    return str(stack.outputs["chat"]["id"])


@pytest.mark.parametrize(
    ("change", "fault", "unchanged_after_revert"),
    [
        pytest.param(TTL, DEAD_CREATE, True, id="ttl"),
        pytest.param(CLAUDE, REFUSED, False, id="executable"),
        pytest.param(CHAT | {"resourceGroup": "team-a"}, DEAD_CREATE, False, id="resource group"),
    ],
)
def test_the_old_one_serves_on_and_a_revert_keeps_it(
    stack: EngineStack,
    emulator: Emulator,
    old: str,
    change: dict[str, Any],
    fault: dict[str, Any],
    unchanged_after_revert: bool,
) -> None:
    emulator.faults = [fault]
    stack.configure({"chat": change})
    failed = stack.up()
    assert any(f"he one before stays as it is ({old})." in error for error in failed.errors), failed.errors
    assert (serving(emulator), serving(emulator, "team-a")) == ([old], [])

    emulator.faults = []
    stack.configure({"chat": CHAT})
    reverted = stack.up()
    assert reverted.failed is False
    # Where the configuration was replaced as well, its copy is new and is switched in.
    assert (reverted.steps == {}) is unchanged_after_revert
    assert serving(emulator) == [stack.outputs["chat"]["id"]] == [old]

    stack.configure({"chat": change})
    assert stack.up().failed is False
    assert serving(emulator, change.get("resourceGroup", "default")) == [stack.outputs["chat"]["id"]] != [old]


def test_a_forced_replacement_that_fails_leaves_the_old_one(stack: EngineStack, emulator: Emulator, old: str) -> None:
    urn = stack.resource("AIDeployment")["urn"]
    emulator.faults = [DEAD_CREATE]
    assert stack.up(replace=[urn]).failed
    assert serving(emulator) == [old]
    emulator.faults = []
    assert stack.up().steps == {}

    stack.pulumi("state", "taint", urn, "--yes", "--stack", "test")
    emulator.faults = [DEAD_CREATE]
    assert stack.up().failed
    assert serving(emulator) == [old]
    emulator.faults = []
    assert stack.up().failed is False, "it is still tainted, so it is replaced now"
    assert serving(emulator) == [stack.outputs["chat"]["id"]] != [old]


def test_only_the_target_is_replaced(stack: EngineStack, emulator: Emulator, old: str) -> None:
    stack.deploy({"chat": CHAT, "other": EMBEDDINGS})
    other = stack.outputs["other"]["id"]
    stack.configure({"chat": TTL, "other": EMBEDDINGS | {"ttl": "10h"}})
    target = {"target": [stack.resource("AIDeployment")["urn"]], "target_dependents": True}

    emulator.faults = [DEAD_CREATE]
    assert stack.run_up(**target).failed
    assert sorted(serving(emulator)) == sorted([old, other])
    emulator.faults = []
    assert stack.run_up(**target).failed is False
    new = stack.resource("AIDeployment")["id"]
    assert sorted(serving(emulator)) == sorted([new, other])
    assert new != old

    assert stack.up().failed is False
    assert sorted(serving(emulator)) == sorted(entry["id"] for entry in stack.outputs.values())
    assert other not in serving(emulator)


def test_deleted_first_by_wish_and_then_failing_it_is_made_by_the_next_up(
    stack: EngineStack, emulator: Emulator, old: str
) -> None:
    emulator.faults = [DEAD_CREATE, {"deploymentQuota": 1}]
    stack.configure({"chat": TTL | {"replace": "deleteFirst"}})
    failed = stack.up()
    (error,) = failed.errors
    assert f"The new deployment was removed again; the one before was deleted first ({old})" in error
    assert "stays" not in error
    assert Api(emulator).ids() == [] != [old]
    emulator.faults = [{"deploymentQuota": 0}]
    (error,) = stack.up().errors
    assert "Quota of 0 deployments exceeded" in error
    assert "stays" not in error
    assert "deleteFirst" not in error
    emulator.faults = [{"deploymentQuota": 1}]
    assert stack.up().failed is False
    assert serving(emulator) == [stack.outputs["chat"]["id"]]


def test_an_interrupted_replacement_is_gone_on_with(stack: EngineStack, emulator: Emulator, old: str) -> None:
    emulator.pace = SLOW
    stack.configure({"chat": TTL})
    with stack.begin("up") as run:
        run.read_until("PENDING")
        run.interrupt()
        assert run.end() != 0
    assert Api(emulator).ask(old).ok
    emulator.advance(HOUR_S)
    emulator.pace = COUNTED
    assert stack.up().failed is False
    assert serving(emulator) == [stack.outputs["chat"]["id"]] != [old]
