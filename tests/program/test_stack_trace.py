"""The frames of the program, and all of them where they are not ours or Pulumi's SDK has no such function."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import resource as registration
from pulumi.runtime.mocks import MockMonitor

from aicore_provider import AIConfiguration
from aicore_provider.dynamic.stack_trace import note_frames_of_the_program_only
from tests.program.mocked_engine import Mocks, run

HERE = Path(__file__)


class _Monitor(MockMonitor):
    """Writes down the frames of each resource, by its type."""

    def __init__(self) -> None:
        super().__init__(Mocks())
        self.frames: dict[str, list[tuple[str, int]]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        found = [(each.pc.uri, each.pc.line) for each in request.stackTrace.frames]
        self.frames[request.type.rpartition(":")[2]] = found
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


class Own(pulumi.ComponentResource):
    def __init__(self) -> None:
        super().__init__("own:index:Own", "own")


def declare() -> None:
    Own()
    AIConfiguration("chat", scenario_id="foundation-models", executable_id="azure-openai")


def frames(program: Callable[[], object]) -> dict[str, list[tuple[str, int]]]:
    monitor = _Monitor()
    run(program, monitor)
    return monitor.frames


def test_frames_below_an_inline_program_are_left_out() -> None:
    own, configuration = (inspect.getsourcelines(declare)[1] + line for line in (1, 2))
    for _ in range(2):
        found = frames(declare)
        assert found["AIConfiguration"] == [(HERE.as_uri(), configuration)]
        assert found["Own"][0] == (HERE.as_uri(), own)
        assert len(found["Own"]) > 1, "it is not of this package"


def test_frames_of_the_event_loop_below_a_task_are_left_out() -> None:
    async def later() -> None:
        declare()

    found = frames(lambda: asyncio.ensure_future(later()))
    assert {uri for uri, _ in found["AIConfiguration"]} == {HERE.as_uri()}


def test_an_sdk_without_that_function_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(registration, "_get_stack_trace")
    note_frames_of_the_program_only()
    assert not hasattr(registration, "_get_stack_trace")
