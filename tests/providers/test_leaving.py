"""The engine leaves while calls wait: what nobody recorded is removed, and a process without an engine ends."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from aicore_provider.emulator import Emulator
from tests.providers.deployments import STUCK, inputs, writes
from tests.support import plugin as plugins
from tests.support.client import Api
from tests.support.clocks import wait_for
from tests.support.plugin import NATIVE, CallFailed, FrontEnd, Plugin, Unheard
from tests.support.standard_cases import ARTIFACT

CHAT = {
    "executable_id": "azure-openai",
    "scenario_id": "foundation-models",
    "parameter_bindings": {"modelName": "gpt-5", "modelVersion": "latest"},
}


def hangs_up(plugin: Plugin) -> None:
    """A second Ctrl-C."""
    plugin.hang_up()


def is_killed(plugin: Plugin) -> None:
    """kill -9: the connection breaks, and nobody answers any more."""
    plugin.engine.go()
    plugin.hang_up()


@pytest.mark.parametrize("leave", [hangs_up, is_killed])
def test_what_is_being_created_is_removed(
    emulator: Emulator, front_end: FrontEnd, leave: Callable[[Plugin], None]
) -> None:
    with plugins.running(emulator, front_end=front_end) as plugin, ThreadPoolExecutor() as pool:
        chat = plugin.deployment("chat")
        wanted = inputs(plugin, chat)
        emulator.faults = [STUCK]
        waiting = pool.submit(chat.create, wanted)
        made = plugin.engine.heard("PENDING: starting", chat.urn).message.partition(":")[0]
        leave(plugin)
        with pytest.raises(Unheard):
            waiting.result(timeout=plugins.TIMEOUT_S)
        if leave is is_killed:
            assert plugin.process.wait(plugins.TIMEOUT_S) == 1
        else:
            removed = f"/v2/lm/deployments/{made}"
            wait_for(lambda: any((e.method, e.path) == ("DELETE", removed) for e in emulator.journal), "it is removed")
    assert writes(emulator) == ["POST", "PATCH", "DELETE"], "made, stopped, deleted"


def test_a_switch_is_left_running(emulator: Emulator, front_end: FrontEnd) -> None:
    with plugins.running(emulator, front_end=front_end) as plugin, ThreadPoolExecutor() as pool:
        chat = plugin.deployment("chat")
        id_, outs = chat.create(inputs(plugin, chat))
        emulator.faults = [STUCK]
        waiting = pool.submit(chat.update, id_, outs, inputs(plugin, chat, "gpt-5-nano"))
        plugin.engine.heard("PENDING: starting", chat.urn)
        is_killed(plugin)
        with pytest.raises(Unheard):
            waiting.result(timeout=plugins.TIMEOUT_S)
        assert plugin.process.wait(plugins.TIMEOUT_S) == 1
    assert writes(emulator) == ["POST", "PATCH"]


def test_a_process_that_the_engine_ends_does_not_keep_it(emulator: Emulator, front_end: FrontEnd) -> None:
    """At the end of a command the engine sends `Cancel` and SIGINT, and waits five seconds before it kills."""
    with plugins.running(emulator, front_end=front_end) as plugin:
        plugin.deployment("chat").create(inputs(plugin, plugin.deployment("chat")))
        plugin.cancel()
        plugin.process.send_signal(signal.SIGINT)
        assert plugin.process.wait(plugins.TIMEOUT_S) == 0
        plugin.engine.go()


def test_the_end_of_a_command_names_what_was_left_over(emulator: Emulator, front_end: FrontEnd) -> None:
    with plugins.running(emulator, front_end=front_end) as plugin:
        chat = plugin.configuration("chat")
        wanted = chat.check(CHAT)
        id_, outs = chat.create(wanted)
        left = Api(emulator).create(id_)
        chat.read(id_, outs, wanted)
        plugin.cancel()
        plugin.engine.heard(f"deployment {left}", "")


def test_a_slow_service_does_not_keep_the_engine(emulator: Emulator, front_end: FrontEnd) -> None:
    """All plugin processes of a command have five seconds for `Cancel` together; a later answer counts as a crash."""
    with plugins.running(emulator, front_end=front_end) as plugin:
        chat, texts = plugin.configuration("chat"), plugin.resource(ARTIFACT.kind, "texts")
        chat.create(chat.check(CHAT))
        wanted = texts.check(ARTIFACT.inputs)
        texts.read(*texts.create(wanted), wanted)
        emulator.clear_journal()
        emulator.faults = [{"method": "GET", "path": "/v2/lm/deployments", "effect": {"latencySeconds": 6}}]
        plugin.cancel(within_s=4.0)
        wait_for(lambda: [each.path for each in emulator.journal] == ["/v2/lm/deployments"], "the list is asked for")


def test_a_sigint_lets_a_call_answer_first(emulator: Emulator) -> None:
    with plugins.running(emulator, front_end=NATIVE) as plugin, ThreadPoolExecutor() as pool:
        chat = plugin.deployment("chat")
        wanted = inputs(plugin, chat)
        emulator.faults = [STUCK]
        waiting = pool.submit(chat.create, wanted)
        plugin.engine.heard("PENDING: starting", chat.urn)
        plugin.process.send_signal(signal.SIGINT)
        with pytest.raises(CallFailed, match="interrupted") as caught:
            waiting.result(timeout=plugins.TIMEOUT_S)
        assert caught.value.kept is not None
        assert plugin.process.wait(plugins.TIMEOUT_S) == 0
        plugin.engine.go()
    assert writes(emulator) == ["POST"], "left to go on"
