"""A deployment over a session: what a preview says of a change."""

from __future__ import annotations

from aicore_provider.kinds.call import Call
from aicore_provider.kinds.deployment import KIND
from aicore_provider.kinds.values import UNKNOWN
from tests.support.world import GROUP, World

CALL = Call("urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat")


def test_a_group_that_is_not_made_yet_is_another_one(world: World) -> None:
    state = {"configuration_id": world.old, "status": "RUNNING", "target_status": "RUNNING", "resource_group": GROUP}
    declared = {"configuration_id": UNKNOWN, "resource_group": UNKNOWN}
    difference = KIND.diff(world.session(), CALL, "d-1234", state, declared)
    assert difference.replaces == ("resource_group",)
    same = KIND.diff(world.session(), CALL, "d-1234", state, declared | {"resource_group": GROUP})
    assert (same.changed, same.replaces) == (("configuration_id",), ())
