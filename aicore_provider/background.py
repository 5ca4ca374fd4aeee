"""Runs a call in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Value = TypeVar("Value")


def begin(call: Callable[[], Value]) -> Future[Value]:
    """Run a call in a thread that does not keep the process from ending, as one of a pool would."""
    outcome: Future[Value] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True, name="background").start()
    return outcome
