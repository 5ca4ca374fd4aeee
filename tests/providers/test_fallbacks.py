"""The day when Pulumi's insides have changed: less comfort, but nothing crashes and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from aicore_provider.emulator import Emulator
from tests.providers.deployments import DEAD, STUCK, inputs, status
from tests.support import broken_plugin
from tests.support import plugin as plugins
from tests.support.plugin import CallFailed, FrontEnd, Plugin, Resource

# The plugin uses no insides of Pulumi that could change. Another fixture would have processes of its own in the cache.
pytestmark = pytest.mark.parametrize("front_end", ["newest SDK", "oldest SDK"], indirect=True, scope="session")
MORE_THAN_FOUR = 9
ID_IS_KEPT: dict[Callable[[str], str], bool] = {
    broken_plugin.server_class_is_gone: True,
    broken_plugin.engine_hears_nothing: True,
    broken_plugin.locals_are_renamed: False,
    broken_plugin.metadata_cannot_be_set: False,
    broken_plugin.protocol_is_renamed: False,
}


@pytest.mark.parametrize("broken", ID_IS_KEPT, ids=lambda broken: broken.__name__)
def test_calls_still_work_and_nothing_is_lost(
    plugin: Plugin, chat: Resource, emulator: Emulator, front_end: FrontEnd, broken: Callable[[str], str]
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    with plugins.running(emulator, front_end=front_end, broken=broken) as process:
        chat, second, third = process.again(chat), process.deployment("second"), process.deployment("third")
        assert chat.diff(id_, outs, wanted) == ("same", [])
        assert chat.read(id_, outs, wanted) == (id_, outs)
        assert second.create(wanted)[1]["status"] == "RUNNING"

        refused = inputs(process, third, "no-such-model")
        with pytest.raises(CallFailed, match="01510003"):
            third.create(refused)

        emulator.faults = [DEAD]
        emulator.clear_journal()
        with pytest.raises(CallFailed, match="no capacity left") as caught:
            third.create(wanted)
        deleted = [e.path.rsplit("/", 1)[-1] for e in emulator.journal if e.method == "DELETE"]
        if ID_IS_KEPT[broken]:
            assert caught.value.kept is not None
            assert (status(emulator, caught.value.kept.id), deleted) == ("DEAD", [])
        else:
            assert caught.value.kept is None
            (removed,) = deleted
            assert status(emulator, removed) == "gone"
        assert status(emulator, id_) == "RUNNING"


def test_a_take_over_is_none_of_a_replacement_where_no_urn_is_known(
    plugin: Plugin, chat: Resource, emulator: Emulator, front_end: FrontEnd
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    by_hand = plugin.deployment("by-hand").create(wanted)[0]
    with plugins.running(emulator, front_end=front_end, broken=broken_plugin.locals_are_renamed) as process:
        assert process.again(chat).read(id_, outs, wanted) == (id_, outs)
        assert process.deployment("taking").create(wanted | {"take_over": by_hand})[0] == by_hand


def test_a_cancel_that_cannot_be_heard_leaves_a_wait_to_its_deadline(
    plugin: Plugin, emulator: Emulator, front_end: FrontEnd
) -> None:
    wanted = inputs(plugin, plugin.deployment("unheard"))
    with (
        plugins.running(emulator, front_end=front_end, broken=broken_plugin.server_class_is_gone) as process,
        ThreadPoolExecutor() as pool,
    ):
        emulator.faults = [STUCK]
        chat = process.deployment("unheard")
        waiting = pool.submit(chat.create, wanted, timeout_s=2.0)
        process.engine.heard("PENDING: starting", chat.urn)
        process.cancel()
        with pytest.raises(CallFailed, match="not done within 2 s") as caught:
            waiting.result(timeout=plugins.TIMEOUT_S)
        assert caught.value.kept is not None


def test_with_four_threads_more_calls_take_turns(emulator: Emulator, front_end: FrontEnd) -> None:
    with (
        plugins.running(emulator, front_end=front_end, broken=broken_plugin.server_class_is_gone) as process,
        ThreadPoolExecutor(MORE_THAN_FOUR) as pool,
    ):
        chats = [process.deployment(f"turn-{n}") for n in range(MORE_THAN_FOUR)]
        made = list(pool.map(lambda chat: chat.create(inputs(process, chat))[1]["status"], chats))
        assert made == ["RUNNING"] * MORE_THAN_FOUR


def test_a_time_out_that_cannot_be_read_is_the_default(front_end: FrontEnd) -> None:
    with (
        Emulator.running(transition_seconds=1) as emulator,
        plugins.running(emulator, front_end=front_end, broken=broken_plugin.locals_are_renamed) as process,
    ):
        chat = process.deployment("patient")
        assert chat.create(inputs(process, chat), timeout_s=0.1)[1]["status"] == "RUNNING"
