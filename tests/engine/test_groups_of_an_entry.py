"""Entries for several resource groups, and their moves: what stays keeps its id, what comes or goes touches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack, Run
from tests.support.client import Api
from tests.support.models import CHAT

A, B, C = "team-a", "team-b", "team-c"
GROUPS = "/admin/resourceGroups"


@pytest.fixture(autouse=True)
def _groups(emulator: Emulator) -> None:
    """Three resource groups that somebody else manages."""
    api = Api(emulator)
    for group in (A, B, C):
        assert api.call("POST", GROUPS, json={"resourceGroupId": group}).ok
    api.settle()


def ids(stack: EngineStack) -> dict[str, tuple[str, str]]:
    """Resource group and id of each deployment of the state, by logical name."""
    return {
        each["urn"].rpartition("::")[2]: (each["outputs"]["resource_group"], each["id"])
        for each in stack.resources
        if each["type"].endswith("AIDeployment")
    }


def by_group(stack: EngineStack) -> dict[str, str]:
    return dict(ids(stack).values())


def steps_of_deployments(run: Run) -> dict[str, str]:
    return {key: step for key, step in run.steps.items() if key.startswith("AIDeployment ")}


def moved(stack: EngineStack, entries: Mapping[str, Mapping[str, Any]], **others: Any) -> Run:
    """Write a stack file, and run a preview and an `up` that must agree."""
    stack.configure(entries, **others)
    shown = stack.preview()
    assert not shown.failed, shown.output
    done = stack.up()
    assert not done.failed, done.output
    assert steps_of_deployments(done) == steps_of_deployments(shown)
    return done


def test_an_entry_moves_from_one_group_to_several_and_back(stack: EngineStack) -> None:
    stack.deploy({"chat": CHAT | {"resourceGroup": B}})
    kept = ids(stack)["chat"]

    several = moved(stack, {"chat": CHAT | {"resourceGroups": [B, A]}})
    assert steps_of_deployments(several) == {"AIDeployment chat/team-a": "create"}
    assert ids(stack).keys() == {"chat/team-a", "chat/team-b"}
    assert ids(stack)["chat/team-b"] == kept
    assert set(stack.outputs) == {"chat/team-a", "chat/team-b"}
    assert stack.outputs["chat/team-b"]["resourceGroup"] == B
    names = {each["outputs"]["name"] for each in stack.resources if each["type"].endswith("AIConfiguration")}
    assert names == {"chat"}, "callers look for the same name in each group"

    before = by_group(stack)
    added = moved(stack, {"chat": CHAT | {"resourceGroups": [C, B, A]}})
    assert steps_of_deployments(added) == {"AIDeployment chat/team-c": "create"}
    removed = moved(stack, {"chat": CHAT | {"resourceGroups": [C, A]}})
    assert steps_of_deployments(removed) == {"AIDeployment chat/team-b": "delete"}
    assert by_group(stack)[A] == before[A]

    single = moved(stack, {"chat": CHAT | {"resourceGroup": A}})
    assert steps_of_deployments(single) == {"AIDeployment chat/team-c": "delete"}
    assert ids(stack) == {"chat": (A, before[A])}


@pytest.mark.every_case
def test_an_entry_without_a_group_goes_on_in_the_default_one_wherever_that_is_listed(stack: EngineStack) -> None:
    stack.deploy({"chat": CHAT}, resourceGroup=A)
    kept = ids(stack)["chat"]
    several = moved(stack, {"chat": CHAT | {"resourceGroups": [C, A]}}, resourceGroup=A)
    assert steps_of_deployments(several) == {"AIDeployment chat/team-c": "create"}
    assert ids(stack)["chat/team-a"] == kept
    back = moved(stack, {"talk": CHAT | {"formerly": "chat"}}, resourceGroup=A)
    assert steps_of_deployments(back) == {"AIDeployment chat/team-c": "delete"}
    assert ids(stack) == {"talk": kept}


def test_where_names_do_not_tell_the_group_the_preview_refuses_what_would_be_deleted(stack: EngineStack) -> None:
    stack.deploy({"chat": CHAT | {"resourceGroup": B}})
    kept = ids(stack)["chat"]
    stack.configure({"chat": CHAT | {"resourceGroups": [A, B]}})
    refused = stack.preview()
    assert refused.failed
    assert "write `formerly: {team-b: chat}` at chat" in "".join(refused.errors)

    several = moved(stack, {"chat": CHAT | {"resourceGroups": [A, B], "formerly": {B: "chat"}}})
    assert steps_of_deployments(several) == {"AIDeployment chat/team-a": "create"}
    assert ids(stack)["chat/team-b"] == kept
    assert moved(stack, {"chat": CHAT | {"resourceGroups": [A, B]}}).steps == {}


@pytest.mark.every_case
def test_entries_become_one_and_it_gets_another_name(stack: EngineStack) -> None:
    stack.deploy({"chat-a": CHAT | {"resourceGroup": A}, "chat-b": CHAT | {"resourceGroup": B}})
    kept = by_group(stack)
    merged = CHAT | {"resourceGroups": [A, B], "formerly": {A: "chat-a", B: "chat-b"}}
    assert steps_of_deployments(moved(stack, {"chat": merged})) == {}
    assert by_group(stack) == kept
    assert ids(stack).keys() == {"chat/team-a", "chat/team-b"}

    renamed = {"talk": CHAT | {"resourceGroups": [A, B], "formerly": "chat"}}
    assert steps_of_deployments(moved(stack, renamed)) == {}
    assert by_group(stack) == kept
    apart = {"one": CHAT | {"resourceGroup": A, "formerly": "talk/team-a"}, "talk": CHAT | {"resourceGroups": [B]}}
    assert steps_of_deployments(moved(stack, apart)) == {}
    assert ids(stack) == {"one": (A, kept[A]), "talk/team-b": (B, kept[B])}


def test_a_deployment_of_several_is_taken_over_by_its_group(stack: EngineStack, emulator: Emulator) -> None:
    inside = Api(emulator, B)
    by_hand = inside.create(inside.configuration())
    inside.settle()
    taking = moved(stack, {"chat": CHAT | {"resourceGroups": [A, B], "takeOver": {B: by_hand}}})
    assert steps_of_deployments(taking) == {f"AIDeployment chat/{each}": "create" for each in (A, B)}
    assert by_group(stack)[B] == by_hand
    assert moved(stack, {"chat": CHAT | {"resourceGroups": [A, B]}}).steps == {}


@pytest.mark.every_case
def test_a_group_in_which_something_stands_already_is_taken_over_without_touching_that(stack: EngineStack) -> None:
    stack.deploy({"chat": CHAT | {"resourceGroups": [A, B]}})
    kept = ids(stack)
    taking = moved(
        stack, {"chat": CHAT | {"resourceGroups": "all"}}, resourceGroups={A: {"takeOver": True}, B: {"takeOver": True}}
    )
    assert taking.steps == {"AIResourceGroup team-a": "create", "AIResourceGroup team-b": "create"}
    assert ids(stack) == kept
    forgotten = moved(stack, {"chat": CHAT | {"resourceGroups": "all"}}, resourceGroups={A: None, B: {}})
    assert ids(stack) == kept
    assert {key for key in forgotten.steps if not key.startswith("AIResourceGroup")} == set()
    gone = moved(stack, {"chat": CHAT | {"resourceGroups": "all"}}, resourceGroups={A: {"grounding": True}})
    assert gone.steps["AIResourceGroup team-b"] == "delete"
    assert ids(stack) == {"chat/team-a": kept["chat/team-a"]}
