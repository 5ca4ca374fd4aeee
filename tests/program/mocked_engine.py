"""A program on an engine that is mocked: what it registers, without a provider or a service."""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockMonitor


class Mocks(pulumi.runtime.Mocks):
    """Answers with what it was given, and writes down every resource."""

    def __init__(self) -> None:
        self.resources: list[pulumi.runtime.MockResourceArgs] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.resources.append(args)
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise AssertionError(args.token)


@functools.cache
def event_loop() -> asyncio.AbstractEventLoop:
    """The loop that the SDK asks for: Python 3.12 and later make none for somebody who asks without a warning.

    It stays open, since its threads would end with it, and the SDK never closes the loops that it makes in these.
    """
    return asyncio.new_event_loop()


def run(declare: Callable[[], object], monitor: MockMonitor | None = None) -> list[pulumi.runtime.MockResourceArgs]:
    """Run a program on a mocked engine; returns the resources that it registers.

    Args:
        declare: the program.
        monitor: hears what is registered, on `Mocks`; the SDK's own by default.
    """
    mocks = monitor.mocks if monitor else Mocks()
    assert isinstance(mocks, Mocks)

    def program() -> None:
        pulumi.runtime.set_mocks(mocks, project="aicore", stack="test", monitor=monitor)
        pulumi.runtime.test(declare)()  # type: ignore[no-untyped-call]

    asyncio.set_event_loop(event_loop())
    # Mocks are settings of the context, and this one is thrown away.
    contextvars.copy_context().run(program)
    return mocks.resources
