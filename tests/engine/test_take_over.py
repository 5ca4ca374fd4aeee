"""A deployment made by hand comes under management, once, and its dangerous uses do no harm."""

from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator
from tests.emulator.client import Api
from tests.engine.driver import EngineStack
from tests.engine.models import CHAT, CLAUDE, OLDER


@pytest.fixture
def by_hand(emulator: Emulator) -> str:
    """A running deployment of an older model, made by somebody in a user interface."""
    api = Api(emulator)
    id_ = api.create(api.configuration("2025-05-01"))
    emulator.advance(60)
    return id_


@pytest.fixture
def taken(stack: EngineStack, by_hand: str) -> str:
    stack.configure({"chat": CHAT | {"takeOver": by_hand}})
    assert stack.up().failed is False
    return by_hand


def test_it_is_switched_to_what_is_declared_and_nothing_new_is_made(
    stack: EngineStack, emulator: Emulator, taken: str
) -> None:
    assert stack.outputs["chat"]["id"] == taken
    assert Api(emulator).answering(taken) == "2025-08-07"
    assert Api(emulator).ids() == [taken]
    stack.configure({"chat": OLDER})
    switched = stack.up()
    assert switched.steps["AIDeployment chat"] == "update"
    assert stack.outputs["chat"]["id"] == taken
    assert stack.destroy().failed is False
    assert Api(emulator).ids() == []


def test_removing_the_input_later_is_no_change(stack: EngineStack, taken: str) -> None:
    stack.configure({"chat": CHAT})
    assert stack.up().steps == {}


@pytest.mark.parametrize("change", [CLAUDE, CHAT | {"ttl": "10h"}])
def test_a_replacement_makes_a_new_one_and_deletes_the_taken_one(
    stack: EngineStack, emulator: Emulator, taken: str, change: dict[str, str]
) -> None:
    stack.configure({"chat": change | {"takeOver": taken}})
    done = stack.up()
    assert done.failed is False, done.output
    assert Api(emulator).ids() == [stack.outputs["chat"]["id"]] != [taken]


@pytest.mark.parametrize("refresh", ["always", None])
def test_a_forced_replacement_never_ends_with_a_deleted_deployment_in_the_state(
    stack: EngineStack, emulator: Emulator, taken: str, refresh: str | None
) -> None:
    stack.project(options={"refresh": refresh} if refresh else None)
    urn = stack.resource("AIDeployment")["urn"]
    forced = stack.up(replace=[urn])
    assert forced.failed is False, forced.output
    kept = stack.outputs["chat"]["id"]
    assert Api(emulator).ids() == [kept]
    assert Api(emulator).answering(kept) == "2025-08-07"
    # Without a refresh the provider cannot know of the state, so it takes the same one over again and keeps it.
    assert (kept == taken) is (refresh is None)


def test_what_cannot_be_taken_over_is_refused_and_left_alone(
    stack: EngineStack, emulator: Emulator, taken: str
) -> None:
    for entry, why in (
        (CHAT | {"takeOver": taken}, "this stack manages it already"),
        (CHAT | {"takeOver": "d0000000000000000"}, "there is none in default"),
    ):
        stack.configure({"chat": CHAT, "second": entry})
        failed = stack.up()
        assert failed.failed
        assert any(why in error for error in failed.errors), failed.errors
    api = Api(emulator)
    other = api.create(api.configuration("1", model=CLAUDE["model"], executable=CLAUDE["executable"]))
    emulator.advance(60)
    for entry, why in (
        (CHAT | {"takeOver": other}, "its executable is aws-bedrock"),
        (CLAUDE | {"takeOver": other, "ttl": "10h"}, "its ttl is not set"),
    ):
        stack.configure({"chat": CHAT, "second": entry})
        assert any(why in error for error in stack.up().errors)
    assert sorted(api.ids()) == sorted([taken, other])
