"""The day when Pulumi's insides have changed: less comfort, but nothing crashes and nothing is lost."""

from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator
from tests.providers import broken_plugin
from tests.providers import plugin as plugins
from tests.providers.plugin import CallFailed
from tests.providers.test_plugin import DEAD, inputs, status

ID_IS_KEPT = {
    broken_plugin.server_class_is_gone: True,
    broken_plugin.engine_hears_nothing: True,
    broken_plugin.locals_are_renamed: False,
    broken_plugin.metadata_cannot_be_set: False,
    broken_plugin.protocol_is_renamed: False,
}


@pytest.mark.parametrize("broken", ID_IS_KEPT, ids=lambda broken: broken.__name__)
def test_calls_still_work_and_nothing_is_lost(emulator: Emulator, broken: object) -> None:
    name = broken.__name__  # type: ignore[attr-defined]
    kept = ID_IS_KEPT[broken]  # type: ignore[index]
    with plugins.running(emulator, command=("-m", "tests.providers.broken_plugin", name)) as plugin:
        chat, other = plugin.deployment("chat"), plugin.deployment("other")
        wanted = inputs(plugin, chat)
        id_, outs = chat.create(wanted)
        assert chat.diff(id_, outs, wanted) == ("DIFF_NONE", [])
        assert chat.read(id_, outs, wanted) == (id_, outs)

        refused = inputs(plugin, other, "no-such-model")
        with pytest.raises(CallFailed, match="01510003"):
            other.create(refused)

        emulator.faults = [DEAD]
        emulator.clear_journal()
        with pytest.raises(CallFailed, match="no capacity left") as caught:
            other.create(wanted)
        deleted = [e.path.rsplit("/", 1)[-1] for e in emulator.journal if e.method == "DELETE"]
        if kept:
            assert caught.value.kept is not None
            assert (status(emulator, caught.value.kept.id), deleted) == ("DEAD", [])
        else:
            assert caught.value.kept is None
            (removed,) = deleted
            assert status(emulator, removed) == "gone"
        assert status(emulator, id_) == "RUNNING"
