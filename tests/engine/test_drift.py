"""What somebody else did behind our back is shown by a preview and put right by `up`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS


def switched(api: Api, id_: str) -> None:
    assert api.switch(id_, api.configuration("2025-05-01")).ok


def cascaded(api: Api, id_: str) -> None:
    assert api.emulator.cascade_update(id_, to_version="2025-05-01") == [id_]


def stopped(api: Api, id_: str) -> None:
    assert api.stop(id_).ok


def deleted(api: Api, id_: str) -> None:
    stopped(api, id_)
    api.settle()
    assert api.delete(id_).ok


def dead(api: Api, id_: str) -> None:
    api.emulator.faults = [{"version": "2025-05-01", "outcome": "DEAD", "after": "switch"}]
    switched(api, id_)
    api.settle()
    api.emulator.faults = []


@dataclass(frozen=True)
class Drift:
    """What somebody does to a deployment, and what comes of it.

    Attributes:
        interfere: does it.
        shown: the step that a preview plans.
        differs: the properties that it names, where it is nothing else that it tells.
        keeps_id: whether the same deployment is put right.
    """

    interfere: Callable[[Api, str], None]
    shown: str
    differs: list[str] | None = None
    keeps_id: bool = True


DRIFTS = {
    "dead": Drift(dead, "update"),
    "deleted": Drift(deleted, "create", keeps_id=False),
    "switched": Drift(switched, "update", ["configuration_id"]),
    "cascaded": Drift(cascaded, "update", ["configuration_id"]),
    "stopped": Drift(stopped, "create-replacement", keeps_id=False),
}


@pytest.fixture
def drifted(stack: EngineStack, emulator: Emulator) -> dict[str, str]:
    """The ids of deployments to each of which something else has been done."""
    stack.deploy(dict.fromkeys(DRIFTS, CHAT))
    ids = {name: stack.outputs[name]["id"] for name in DRIFTS}
    for name, drift in DRIFTS.items():
        drift.interfere(Api(emulator), ids[name])
    Api(emulator).settle()
    return ids


def test_drift_is_shown_and_put_right(stack: EngineStack, emulator: Emulator, drifted: dict[str, str]) -> None:
    api = Api(emulator)
    preview = stack.preview()
    assert preview.steps == {f"AIDeployment {name}": drift.shown for name, drift in DRIFTS.items()}, preview.output
    for name, drift in DRIFTS.items():
        if drift.differs:
            assert preview.diffs[f"AIDeployment {name}"] == drift.differs
        else:
            assert any(drifted[name] in line for line in preview.told), (name, preview.told)

    assert stack.up().failed is False
    after = {name: output["id"] for name, output in stack.outputs.items()}
    assert {name: after[name] == drifted[name] for name in DRIFTS} == {n: d.keeps_id for n, d in DRIFTS.items()}
    for name, id_ in after.items():
        live = api.deployment(id_)
        configuration = stack.resource("AIConfiguration", name)["id"]
        assert (live["status"], live["configurationId"]) == ("RUNNING", configuration), name
    assert sorted(api.ids()) == sorted(after.values())


def test_refresh_and_destroy_work_in_every_state(
    stack: EngineStack, emulator: Emulator, drifted: dict[str, str]
) -> None:
    assert stack.refresh().failed is False
    assert stack.destroy().failed is False
    assert Api(emulator).ids() == []
    assert stack.resources == []


def test_a_life_time_that_is_over_is_told_and_begun_again(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": CHAT | {"ttl": "10m"}})
    emulator.advance(11 * 60)
    Api(emulator).settle()
    preview = stack.preview()
    assert preview.steps == {"AIDeployment chat": "create"}
    assert any("its ttl of 10m is over" in line for line in preview.told), preview.told
    assert stack.up().failed is False


def test_a_group_that_is_gone_takes_all_in_it_and_one_that_is_not_ready_takes_nothing(
    stack: EngineStack, emulator: Emulator
) -> None:
    api = Api(emulator)
    assert api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-a"}).ok
    api.settle()
    stack.deploy({"chat": CHAT}, resourceGroup="team-a")

    denied = {"path": "/v2/lm/*", "effect": {"status": 403, "body": "RBAC: access denied"}}
    emulator.faults = [denied]
    failed = stack.preview()
    assert failed.failed
    assert any("HTTP 403" in error for error in failed.errors)
    assert len(stack.resources) == 5, "nothing was dropped"

    emulator.faults = []
    assert api.call("DELETE", "/admin/resourceGroups/team-a").ok
    api.settle()
    assert stack.destroy().failed is False
    assert stack.resources == []


def test_a_service_that_is_down_is_told_once_and_drops_nothing(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": CHAT, "claude": CLAUDE, "embeddings": EMBEDDINGS})
    held = {each["id"] for each in stack.resources if "id" in each}
    emulator.clear_journal()
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 503, "headers": {"Retry-After": "0"}}}]
    for command in (stack.preview, stack.refresh, stack.destroy):
        emulator.clear_journal()
        failed = command()
        assert failed.failed
        told = [each for each in failed.errors if "another resource tells why" not in each]
        assert len(told) == 1, failed.errors
        assert "(5 tries in 0 s)" in told[0]
        assert len([entry for entry in emulator.journal if entry.path.startswith("/v2/")]) == 5
        assert {each["id"] for each in stack.resources if "id" in each} == held

    emulator.faults = []
    again = stack.preview()
    assert (again.failed, again.steps) == (False, {})


def test_a_resource_group_that_does_not_exist_is_told_by_the_preview(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": CHAT, "claude": CLAUDE}, resourceGroup="team-bb")
    failed = stack.preview()
    assert failed.failed
    (error,) = failed.errors
    assert f"Resource group team-bb does not exist on {emulator.url}, there are: default." in error
