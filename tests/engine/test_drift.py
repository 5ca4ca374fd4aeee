"""What somebody else did behind our back is shown by a preview and put right by `up`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS

SETTLED_S = 60.0


def switched(api: Api, id_: str) -> None:
    assert api.switch(id_, api.configuration("2025-05-01")).ok


def cascaded(api: Api, id_: str) -> None:
    assert api.emulator.cascade_update(id_, to_version="2025-05-01") == [id_]


def stopped(api: Api, id_: str) -> None:
    assert api.stop(id_).ok


def deleted(api: Api, id_: str) -> None:
    stopped(api, id_)
    api.emulator.advance(SETTLED_S)
    assert api.delete(id_).ok


def dead(api: Api, id_: str) -> None:
    api.emulator.faults = [{"version": "2025-05-01", "outcome": "DEAD", "after": "switch"}]
    switched(api, id_)
    api.emulator.advance(SETTLED_S)
    api.emulator.faults = []


@pytest.mark.parametrize(
    ("interfere", "shown", "keeps_id"),
    [
        (switched, "update", True),
        (cascaded, "update", True),
        (stopped, "create-replacement", False),
        (deleted, "create", False),
        (dead, "update", True),
    ],
)
def test_drift_is_shown_and_put_right(
    stack: EngineStack, emulator: Emulator, interfere: Callable[[Api, str], None], shown: str, keeps_id: bool
) -> None:
    api = Api(emulator)
    stack.configure({"chat": CHAT})
    stack.up()
    before = stack.outputs["chat"]["id"]
    interfere(api, before)
    emulator.advance(SETTLED_S)

    preview = stack.preview()
    assert preview.steps == {"AIDeployment chat": shown}, preview.output
    if interfere in (switched, cascaded):
        assert preview.diffs["AIDeployment chat"] == ["configuration_id"]
    else:
        assert any(before in line or "replaced" in line or "DEAD" in line for line in preview.told), preview.told

    assert stack.up().failed is False
    after = stack.outputs["chat"]
    assert (after["id"] == before) is keeps_id
    live = api.deployment(after["id"])
    assert (live["status"], live["configurationId"]) == ("RUNNING", stack.resource("AIConfiguration")["id"])
    assert api.ids() == [after["id"]]


@pytest.mark.parametrize("interfere", [switched, stopped, deleted, dead])
def test_refresh_and_destroy_work_in_every_state(
    stack: EngineStack, emulator: Emulator, interfere: Callable[[Api, str], None]
) -> None:
    api = Api(emulator)
    stack.configure({"chat": CHAT})
    stack.up()
    interfere(api, stack.outputs["chat"]["id"])
    emulator.advance(SETTLED_S)
    assert stack.refresh().failed is False
    assert stack.destroy().failed is False
    assert api.ids() == []
    assert stack.resources == []


def test_a_life_time_that_is_over_is_told_and_begun_again(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": CHAT | {"ttl": "10m"}})
    stack.up()
    emulator.advance(11 * 60)
    emulator.advance(SETTLED_S)
    preview = stack.preview()
    assert preview.steps == {"AIDeployment chat": "create"}
    assert any("its ttl of 10m is over" in line for line in preview.told), preview.told
    assert stack.up().failed is False


def test_a_group_that_is_gone_takes_all_in_it_and_one_that_is_not_ready_takes_nothing(
    stack: EngineStack, emulator: Emulator
) -> None:
    api = Api(emulator)
    assert api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-a"}).ok
    emulator.advance(SETTLED_S)
    stack.configure({"chat": CHAT}, resourceGroup="team-a")
    assert stack.up().failed is False

    denied = {"path": "/v2/lm/*", "effect": {"status": 403, "body": "RBAC: access denied"}}
    emulator.faults = [denied]
    failed = stack.preview()
    assert failed.failed
    assert any("HTTP 403" in error for error in failed.errors)
    assert len(stack.resources) == 5, "nothing was dropped"

    emulator.faults = []
    assert api.call("DELETE", "/admin/resourceGroups/team-a").ok
    emulator.advance(SETTLED_S)
    assert stack.destroy().failed is False
    assert stack.resources == []


def test_a_service_that_is_down_is_told_once_and_drops_nothing(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": CHAT, "claude": CLAUDE, "embeddings": EMBEDDINGS})
    assert stack.up().failed is False
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
