"""A resource group and a deployment in it, by one program on the real engine."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api

PROGRAM = """
import pulumi
from aicore_provider import AIResourceGroup, ModelDeployment

labels = pulumi.Config("aicore").require_object("labels")
team = AIResourceGroup("team", resource_group_id="team-new", labels=labels)
chat = ModelDeployment("chat", model="gpt-5-mini", version="2025-08-07", resource_group=team.id)
pulumi.export("team", team.status)
pulumi.export("deployments", {"chat": chat.summary})
"""
GROUPS = "/admin/resourceGroups"
OWNER, OTHER = '{"ext.ai.sap.com/owner": "a"}', '{"ext.ai.sap.com/owner": "b"}'


def test_a_group_is_made_before_and_deleted_after_what_is_in_it(stack: EngineStack, emulator: Emulator) -> None:
    api = Api(emulator)
    stack.program(PROGRAM)
    stack.configure({}, labels=OWNER)
    preview = stack.preview()
    assert (preview.failed, preview.steps["AIResourceGroup team"]) == (False, "create"), preview.output

    made = stack.up()
    assert not made.failed, made.output
    assert stack.exports["team"] == "PROVISIONED"
    chat = stack.outputs["chat"]
    assert (chat["resourceGroup"], chat["status"]) == ("team-new", "RUNNING")
    posts = [entry.path for entry in emulator.journal if entry.method == "POST" and "/oauth" not in entry.path]
    assert posts == ["/v2/admin/resourceGroups", "/v2/lm/configurations", "/v2/lm/deployments"]

    stack.configure({}, labels=OTHER)
    relabelled = stack.up()
    assert relabelled.steps["AIResourceGroup team"] == "update"
    assert {key: step for key, step in relabelled.steps.items() if key.startswith("AIDeployment")} == {}
    assert api.get(f"{GROUPS}/team-new")["labels"] == [{"key": "ext.ai.sap.com/owner", "value": "b"}]

    assert api.call("PATCH", f"{GROUPS}/team-new", json={"labels": []}).ok
    api.settle()
    drifted = stack.preview()
    assert drifted.diffs["AIResourceGroup team"] == ['labels["ext.ai.sap.com/owner"]']

    inside = Api(emulator, "team-new")
    foreign = inside.create(stack.resource("AIConfiguration")["id"])
    inside.settle()
    emulator.clear_journal()
    refused = stack.destroy()
    assert refused.failed
    assert f"deployments that this stack does not manage: {foreign}" in "".join(refused.errors)
    deleted = [entry.path for entry in emulator.journal if entry.method == "DELETE"]
    assert deleted == [f"/v2/lm/deployments/{chat['id']}"]

    inside.stop(foreign)
    inside.settle()
    inside.delete(foreign)
    inside.settle()
    destroyed = stack.destroy()
    assert not destroyed.failed, destroyed.output
    assert not api.call("GET", f"{GROUPS}/team-new").ok
    assert stack.resources == []


PROTECTED = """
import pulumi
from aicore_provider import AIResourceGroup

AIResourceGroup("team", resource_group_id="team-new", opts=pulumi.ResourceOptions(protect=True))
shared = AIResourceGroup.get("shared", "default")
pulumi.export("shared", shared.status)
"""


def test_a_protected_group_stays_and_one_that_is_looked_at_is_never_changed(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.program(PROTECTED)
    stack.configure({})
    made = stack.up()
    assert not made.failed, made.output
    assert stack.exports["shared"] == "PROVISIONED"

    refused = stack.destroy()
    assert refused.failed
    assert "protect" in "".join(refused.errors)
    stack.program("")
    assert stack.run_up().failed, "nor is it deleted when it leaves the program"
    assert Api(emulator).call("GET", f"{GROUPS}/team-new").ok
    writes = [entry.method for entry in emulator.journal if entry.method != "GET" and "resourceGroups" in entry.path]
    assert writes == ["POST"]
