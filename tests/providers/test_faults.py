"""Errors that nobody foresaw: told in words, without values, and no id is lost."""

from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator
from tests.providers.deployments import inputs, status
from tests.support import broken_plugin
from tests.support import plugin as plugins
from tests.support.plugin import CallFailed, FrontEnd, Plugin, Resource

FAULTY = broken_plugin.requests_fails_after_a_post


def test_what_was_made_before_a_fault_is_kept(plugin: Plugin, emulator: Emulator, front_end: FrontEnd) -> None:
    with plugins.running(emulator, front_end=front_end, broken=FAULTY) as process:
        chat = process.deployment("faulty")
        wanted = inputs(process, chat)
        with pytest.raises(CallFailed) as caught:
            chat.create(wanted)
        kept = caught.value.kept
        assert kept is not None
        first, *rest = caught.value.text.splitlines()
        assert first == (
            f"Deployment {kept.id}: aicore-provider has a fault: KeyError in aicore_provider/api/transport.py, line "
            f"{first.rpartition(' ')[2]}"
        )
        assert len(rest) == 1
        assert "secret" not in caught.value.text + caught.value.details
        (traceback,) = (line.message for line in process.engine.lines if "traceback without values" in line.message)
        assert "in reconcile" in traceback
        assert traceback.endswith("builtins.KeyError\n")
        assert "a value" not in traceback.replace('raise KeyError("a value that may be secret")', "")

    outs = caught.value.outputs
    chat = plugin.again(chat)
    assert chat.update(kept.id, outs, wanted)["status"] == "RUNNING", "the next run goes on from there"


def test_a_replacement_is_removed_again(plugin: Plugin, emulator: Emulator, front_end: FrontEnd) -> None:
    wanted = inputs(plugin, plugin.deployment("replaced"))
    id_, outs = plugin.deployment("replaced").create(wanted)
    with plugins.running(emulator, front_end=front_end, broken=FAULTY) as process:
        chat = process.deployment("replaced")
        chat.read(id_, outs, wanted)
        emulator.clear_journal()
        with pytest.raises(CallFailed, match="KeyError") as caught:
            chat.create(wanted)
        assert caught.value.kept is None
    (removed,) = (e.path.rsplit("/", 1)[-1] for e in emulator.journal if e.method == "DELETE")
    assert (status(emulator, removed), status(emulator, id_)) == ("gone", "RUNNING")


def test_what_steers_a_terminal_reaches_neither_text_nor_lines(
    plugin: Plugin, chat: Resource, emulator: Emulator
) -> None:
    steering = "no\x1b]0;owned\x07 ca\x9b31mpa\u202ecity"
    emulator.faults = [
        {
            "outcome": "DEAD",
            "statusDetails": {steering: steering, "half": "\ud83d"},
            "logs": [steering],
        }
    ]
    wanted = inputs(plugin, chat)
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted)
    shown = caught.value.text + "".join(line.message for line in plugin.engine.lines)
    assert "no capacity" in caught.value.text
    assert not set(shown) & set("\x1b\x07\x9b\u202e\ud83d")
    assert caught.value.kept is not None

    complaints = plugin.configuration("complained").complaints(
        {"scenario_id": steering, "executable_id": "azure-openai", "parameter_bindings": {steering: ["a list"]}}
    )
    assert complaints
    assert not set("".join([*complaints, *complaints.values()])) & set("\x1b\x07\x9b\u202e")


def test_limits_that_cannot_be_read_are_told_by_the_name_of_their_variable(
    emulator: Emulator, front_end: FrontEnd
) -> None:
    limits = {"AICORE_PROVIDER_LIMITS": '{"patience": 1}'}
    told = r"^AICORE_PROVIDER_LIMITS cannot be used: limits has no patience; it has "
    with (
        plugins.running(emulator, front_end=front_end, variables=limits) as process,
        pytest.raises(CallFailed, match=told),
    ):
        process.deployment("limited").check({"configuration_id": "c-1234"})
