"""What cannot be taken over is told by the check, so that a preview promises nothing that `up` refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from tests.support import plugin as plugins
from tests.support.client import Api
from tests.support.plugin import UNKNOWN, CallFailed, FrontEnd, Plugin

DECLARED = {"configuration_id": UNKNOWN, "executable_id": "azure-openai", "scenario_id": "foundation-models"}
NOBODY = "d0123456789abcde"


@pytest.fixture
def process(emulator: Emulator, front_end: FrontEnd) -> Iterator[Plugin]:
    """A plugin process of this test alone, since each knows what it has met."""
    with plugins.running(emulator, front_end=front_end) as running:
        yield running


@pytest.fixture
def by_hand(emulator: Emulator) -> str:
    """A running deployment, made by somebody in a user interface."""
    api = Api(emulator)
    made = api.create(api.configuration("2025-05-01"))
    emulator.advance(60)
    emulator.clear_journal()
    return made


def complaint(plugin: Plugin, taken: str, **more: Any) -> str | None:
    """What the check of a new deployment says of taking that one over."""
    found = plugin.deployment(more.pop("name", "chat")).complaints(DECLARED | more | {"take_over": taken})
    assert set(found) <= {"take_over"}
    return found.get("take_over")


def test_what_can_be_taken_over_is_looked_at_once(process: Plugin, emulator: Emulator, by_hand: str) -> None:
    assert complaint(process, by_hand) is None
    assert complaint(process, by_hand, ttl=UNKNOWN, executable_id=UNKNOWN) is None
    looks = [entry.path for entry in emulator.journal if "/lm/deployments" in entry.path]
    assert len(looks) == 1


def test_what_is_not_there_is_told_and_never_made_anew(process: Plugin, emulator: Emulator, by_hand: str) -> None:
    chat, api = process.deployment("chat"), Api(emulator)
    api.stop(by_hand)
    api.delete(by_hand)
    others = api.ids()
    for id_ in (NOBODY, by_hand):
        told = complaint(process, id_)
        assert told is not None
        assert told.startswith(f"deployment {id_} cannot be taken over: there is none in default on {emulator.url}.")
        assert "Remove the key, and a new one is made" in told
        with pytest.raises(CallFailed, match=f"Deployment {id_} cannot be taken over: there is none in default"):
            chat.create(DECLARED | {"configuration_id": "c-0001", "resource_group": "default"} | {"take_over": id_})
    assert api.ids() == others
    assert by_hand not in others


def test_what_is_going_is_told(process: Plugin, emulator: Emulator, by_hand: str) -> None:
    emulator.pace = {"transitionSeconds": 600}
    Api(emulator).stop(by_hand)
    told = complaint(process, by_hand)
    emulator.pace = {}
    assert told is not None
    assert f"deployment {by_hand} cannot be taken over: it was stopped" in told


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ({"ttl": "10h"}, "its ttl is not set, the program says 10h"),
        ({"executable_id": "aws-bedrock"}, "its executable is azure-openai, the program says aws-bedrock"),
    ],
)
def test_what_cannot_be_changed_is_told(process: Plugin, by_hand: str, declared: dict[str, str], why: str) -> None:
    assert why in str(complaint(process, by_hand, **declared))


def test_what_this_stack_manages_already_or_takes_over_twice_is_told(process: Plugin, by_hand: str) -> None:
    assert complaint(process, by_hand) is None
    told = str(complaint(process, by_hand, name="second")).splitlines()[0]
    assert (
        told == f"deployment {by_hand} cannot be taken over: chat and second both name it, and one alone can manage it."
    )
    third = process.deployment("third")
    outs = DECLARED | {"configuration_id": "c-0001", "status": "RUNNING", "resource_group": "default"}
    with pytest.raises(CallFailed, match=f"Deployment {by_hand} is to be taken over by .*::chat although"):
        third.diff(by_hand, outs, outs)
    chat = process.deployment("chat")
    configuration_id = process.configured("gpt-5-mini", name="by-hand")
    chat.create(chat.check(DECLARED | {"configuration_id": configuration_id, "take_over": by_hand}))
    told = str(complaint(process, by_hand, name="second")).splitlines()[0]
    assert told.startswith(f"deployment {by_hand} cannot be taken over: this stack manages it already, as urn:")
    assert told.endswith("::chat.")
    with pytest.raises(CallFailed, match=f"Deployment {by_hand} is taken over by .*::chat although"):
        third.diff(by_hand, outs, outs)


def test_a_key_that_is_left_is_no_matter_later_on(process: Plugin, emulator: Emulator, by_hand: str) -> None:
    chat = process.deployment("chat")
    declared = DECLARED | {"configuration_id": "c-0001", "take_over": NOBODY}
    olds = declared | {"resource_group": "default", "service_url": emulator.url}
    assert chat.check(declared, olds)["take_over"] == NOBODY
    # A replacement is checked a second time, with empty olds.
    chat.diff(by_hand, olds | {"status": "RUNNING"}, declared | {"ttl": "10h"})
    assert chat.check(declared)["take_over"] == NOBODY


def test_where_nobody_answers_or_the_checks_are_off_nothing_is_held_up(
    process: Plugin, emulator: Emulator, front_end: FrontEnd
) -> None:
    emulator.faults = [{"path": "/v2/lm/deployments*", "effect": {"status": 403, "body": "no"}}]
    chat = process.deployment("chat")
    assert complaint(process, NOBODY) is None
    process.engine.heard(f"deployment {NOBODY}, which is to be taken over, was not looked at", chat.urn)
    emulator.clear_journal()
    with plugins.running(emulator, front_end=front_end, config={"aicore:checks": "off"}) as unchecked:
        assert complaint(unchecked, NOBODY) is None
    assert emulator.journal == []
