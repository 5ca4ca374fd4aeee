"""Runs calls in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
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


@contextmanager
def workers(most: int, name: str, interrupted: threading.Event | None = None) -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of threads. After an error or Ctrl-C in the block, only what has begun already is waited for.

    `interrupted` is set then, for what runs.
    """
    with ThreadPoolExecutor(most, thread_name_prefix=name) as pool:
        try:
            yield pool
        except BaseException:
            if interrupted:
                interrupted.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
