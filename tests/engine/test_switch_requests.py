"""The recorded requests of a switch, which the page "How a model change travels" shows, are those of a real run."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from documentation.recording import NEW, OLD, request_of, switch_steps
from sandbox.engine_stack import EngineStack


def test_a_switch_sends_the_requests_that_the_page_shows(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": {"model": "gpt-5-mini", "version": OLD}})
    emulator.clear_journal()
    stack.deploy({"chat": {"model": "gpt-5-mini", "version": NEW}})
    sent = list(dict.fromkeys(map(request_of, emulator.journal)))

    recorded = [request for step in switch_steps() for request in step.requests]
    assert set(sent) == set(recorded)
    assert [each for each in sent if not each.startswith("GET ")] == [
        each for each in recorded if not each.startswith("GET ")
    ]
