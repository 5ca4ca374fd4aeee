"""What a session asks the service for, and when."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.resource_groups import ResourceGroupMissing
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.kinds import resource_group
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.model_checks import ModelsRefused
from aicore_provider.kinds.outcome import Made
from aicore_provider.kinds.rules import Rules
from aicore_provider.kinds.session import Session
from tests.support.clocks import wait_for
from tests.support.world import GROUP, LIMITS, World


def session_of(world: World, *groups: str, declared: tuple[str, ...] = ()) -> Session:
    """The session of a stack whose file has a deployment in each of these resource groups, and declares some."""
    plan = tuple(
        Wanted(name=f"in-{group}", resource_group=group, model="gpt-5-mini", version="2025-08-07") for group in groups
    )
    session = world.session(checks=True)
    rules = replace(session.rules, plan=plan, groups=frozenset(declared))
    return Session(world.client, host=world.host, limits=session.limits, rules=lambda: rules, environment={})


def asked(world: World) -> list[str]:
    """The resource groups whose models were asked for."""
    return [e.resource_group for e in world.emulator.journal if e.path.endswith("/models") and e.resource_group]


def test_with_the_first_catalogue_those_of_all_known_groups_are_asked_for(world: World) -> None:
    for group in ("team-a", "team-b", "team-c"):
        world.client.resource_groups.create(group, labels={})
    world.clock.step(60)
    session = session_of(world, "team-a", "team-b")
    session.context("team-c")
    session.catalog(GROUP)
    wait_for(lambda: len(asked(world)) == 4, "four catalogues")
    for group in (GROUP, "team-a", "team-b", "team-c"):
        session.catalog(group)
    assert sorted(asked(world)) == [GROUP, "team-a", "team-b", "team-c"]


def test_a_group_that_is_made_later_is_asked_for_again(world: World) -> None:
    session = session_of(world, "team-a")
    session.catalog(GROUP)
    wait_for(lambda: "/v2/admin/resourceGroups" in {e.path for e in world.emulator.journal}, "the missing group")
    world.client.resource_groups.create("team-a", labels={})
    world.clock.step(60)
    assert session.catalog("team-a").offers("gpt-5-mini")


def test_a_group_that_is_missing_is_told_when_its_catalogue_is_wanted(world: World) -> None:
    session = session_of(world, "nowhere")
    session.catalog(GROUP)
    with pytest.raises(ResourceGroupMissing):
        session.catalog("nowhere")


def test_rules_are_read_after_the_first_object_and_an_error_in_them_ends_no_read(world: World) -> None:
    read = threading.Event()

    def rules() -> Rules:
        read.set()
        raise AICoreError("aicore:retirement: is wrong")

    session = Session(world.client, host=world.host, limits=LIMITS, rules=rules, environment={})
    outputs = {"resource_group": GROUP, "service_url": world.client.url}
    with session.reading(Call("urn"), "d-one", "Deployment d-one", outputs):
        assert not read.is_set()
    assert read.wait(30), "while the engine starts the program"
    with pytest.raises(AICoreError, match="is wrong"):
        session.models.check("chat", Wanted("chat", GROUP), None, unchanged=True)


URN = "urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIResourceGroup::team-a"


def test_nothing_is_asked_in_a_group_that_the_stack_is_to_make_until_it_is_made(world: World) -> None:
    session = session_of(world, GROUP, "team-a", declared=("team-a",))
    here, there = session.rules.plan
    session.models.check("here", here, None, unchanged=False)
    assert {e.resource_group for e in world.emulator.journal} <= {None, GROUP}

    checked = resource_group.check(session, Call(URN), {}, {"resource_group_id": "team-a"})
    assert session.index.is_unready("team-a")
    made = resource_group.create(session, Call(URN), checked.inputs)
    assert isinstance(made, Made)
    assert not session.index.is_unready("team-a")
    wait_for(lambda: "team-a" in asked(world), "its catalogue, before somebody wants it")
    session.models.check("there", there, None, unchanged=False)
    assert asked(world).count("team-a") == 1


def test_a_refusal_tells_once_what_is_the_same_in_all_groups_of_an_entry(world: World) -> None:
    groups = ("team-a", "team-b", "team-c")
    for group in groups:
        world.client.resource_groups.create(group, labels={})
    world.clock.step(60)
    session = session_of(world, *groups)
    wrong = [Wanted(f"chat/{group}", group, model="gpt5-mini", version="2025-08-07") for group in groups]
    rules = replace(session.rules, plan=(*wrong, *session.rules.plan))
    session = Session(world.client, host=world.host, limits=session.limits, rules=lambda: rules, environment={})
    with pytest.raises(ModelsRefused) as caught:
        session.models.check("chat", wrong[0], None, unchanged=False)
    assert str(caught.value).splitlines()[1:] == [
        "  error: chat/team-a: model gpt5-mini is not offered in resource group team-a; did you mean gpt-5-mini?",
        "  error, if new or changed: chat/team-b, chat/team-c: model gpt5-mini is not offered in their resource groups;"
        " did you mean gpt-5-mini?",
    ]
