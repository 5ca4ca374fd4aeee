"""A deployment over a session: what a preview says of a change."""

from __future__ import annotations

from aicore_provider.kinds import resource_group
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.deployment import KIND
from aicore_provider.kinds.values import UNKNOWN
from tests.support.world import World

CALL = Call("urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat")


def test_one_whose_group_is_replaced_is_replaced_although_the_new_id_is_not_known_yet(world: World) -> None:
    state = {"configuration_id": world.old, "status": "RUNNING", "target_status": "RUNNING", "resource_group": "team-a"}
    declared = {"configuration_id": UNKNOWN, "resource_group": UNKNOWN}
    session = world.session()
    assert KIND.diff(session, CALL, "d-1234", state, declared).replaces == (), "the same group may come out"

    group = Call("urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIResourceGroup::team")
    there = {"resource_group_id": "team-a", "status": "PROVISIONED"}
    resource_group.KIND.diff(session, group, "team-a", there, {"resource_group_id": "team-b"})
    assert KIND.diff(session, CALL, "d-1234", state, declared).replaces == ("resource_group",)


def test_the_group_that_the_stack_is_to_make_is_not_asked_for(world: World) -> None:
    session = world.session()
    group = Call("urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIResourceGroup::team")
    resource_group.KIND.check(session, group, {}, {"resource_group_id": "team-new"})
    world.emulator.clear_journal()
    declared = {"configuration_id": UNKNOWN, "executable_id": "azure-openai", "resource_group": "team-new"}
    assert KIND.check(session, CALL, {}, declared).failures == ()
    assert [each.path for each in world.emulator.journal if "/v2/" in each.path] == []
