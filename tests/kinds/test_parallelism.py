"""What a higher `PULUMI_PARALLEL` would save is told once, where it is sure, and where nobody has chosen a number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.deployment import KIND
from aicore_provider.kinds.outcome import Made
from aicore_provider.kinds.parallelism import Turns, advice, chosen_parallelism
from aicore_provider.kinds.rules import Rules
from aicore_provider.kinds.session import Session
from tests.support.world import LIMITS, World

FULL: dict[str, Any] = {"declared": 50, "left": 42, "highest": 8, "steady_s": 2.0, "default": 8}


def test_the_advice_names_what_waits_for_what() -> None:
    assert advice(**FULL) == (
        "8 of 50 deployments are worked on at once, 42 are still to come; "
        "PULUMI_PARALLEL=64 in the environment lets all 50 wait at the same time"
    )
    assert "lets 64 of them wait at the same time" in str(advice(**FULL | {"declared": 200, "left": 192}))


@pytest.mark.parametrize(
    ("change", "why_not"),
    [
        ({"left": 0}, "each has had its turn"),
        ({"steady_s": 1.9}, "more and more are begun"),
        ({"highest": 7}, "the program lets others wait, or somebody has said --target or --parallel 1"),
        ({"highest": 9}, "somebody has said --parallel"),
        ({"declared": 200, "left": 136, "highest": 64, "default": 64}, "so many are recommended, and no more"),
    ],
)
def test_nothing_is_advised_that_would_save_nothing(change: dict[str, Any], why_not: str) -> None:
    assert advice(**FULL | change) is None, why_not


@pytest.mark.parametrize(
    ("text", "chosen"), [("16", 16), ("1", 1), ("0", None), ("-3", None), ("", None), ("many", None)]
)
def test_a_number_of_the_user_is_what_the_engine_takes_for_one(text: str, chosen: int | None) -> None:
    assert chosen_parallelism({"PULUMI_PARALLEL": text}) == chosen
    assert chosen_parallelism({}) is None


@contextmanager
def eight_at_work(turns: Turns) -> Iterator[None]:
    with ExitStack() as stack:
        for n in range(8):
            stack.enter_context(turns.working(f"d{n}"))
        yield


def turns(environment: dict[str, str], now: list[float]) -> Turns:
    # As on a machine with two cores, whatever this one has.
    return Turns(lambda: (f"d{n}" for n in range(50)), environment, lambda: now[0], 8)


def test_it_is_told_once_and_never_to_who_has_chosen() -> None:
    now = [100.0]
    ours, chosen = turns({}, now), turns({"PULUMI_PARALLEL": "8"}, now)
    with eight_at_work(ours), eight_at_work(chosen):
        assert ours.advice() is None, "others may be begun in a moment"
        now[0] += 2.0
        assert "8 of 50 deployments" in str(ours.advice())
        assert (ours.advice(), chosen.advice()) == (None, None)


def test_who_has_nothing_to_do_does_not_wait() -> None:
    now = [100.0]
    ours = turns({}, now)
    with eight_at_work(ours):
        for n in range(8, 50):
            ours.note_checked(f"d{n}")
            ours.note_unchanged(f"d{n}")
        now[0] += 2.0
        assert ours.advice() is None


def test_nothing_is_advised_where_the_program_declares_others_than_the_stack_file() -> None:
    now = [100.0]
    ours = turns({}, now)
    with eight_at_work(ours):
        ours.note_checked("chat-of-the-programs-own")
        now[0] += 2.0
        assert ours.advice() is None


def test_a_deployment_waits_for_its_turn_until_it_is_worked_on_or_found_unchanged(world: World) -> None:
    names = ("made", "same", "other", "gone")
    rules = Rules(ModelPolicy(), is_on=False, plan=tuple(Wanted(name, "default") for name in names))
    session = Session(world.client, host=world.host, limits=LIMITS, rules=lambda: rules, environment={})
    call = {name: Call(f"urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIDeployment::{name}") for name in names}
    state = {
        "configuration_id": world.old,
        "status": "RUNNING",
        "target_status": "RUNNING",
        "resource_group": "default",
    }
    state |= {"latest_running_configuration_id": world.old}
    assert session.turns.left == set(names)

    same = {"configuration_id": world.old, "resource_group": "default"}
    KIND.diff(session, call["same"], "d-same", state, same)
    assert session.turns.left == set(names), "a refresh compares as well"
    KIND.check(session, call["same"], same, same)
    KIND.diff(session, call["same"], "d-same", state, same)
    assert session.turns.left == {"made", "other", "gone"}
    KIND.diff(session, call["other"], "d-other", state, {"configuration_id": world.new, "resource_group": "default"})
    assert session.turns.left == {"made", "other", "gone"}, "it is to be switched"
    url = {"service_url": world.client.url, "tenant": world.client.identity.tenant}
    made = KIND.create(session, call["made"], {"configuration_id": world.old, "resource_group": "default", **url})
    assert isinstance(made, Made)
    assert session.turns.left == {"other", "gone"}
    KIND.delete(session, call["gone"], made.id, {"resource_group": "default", **url})
    assert session.turns.left == {"other"}
