"""Sends the debug messages of a program to the engine together.

Pulumi's SDK writes five for each resource, and waits for the engine's answer to each of them; the engine shows them
with `--debug` alone (`pulumi.log`, and `hostServer.Log` of the engine, 3.259). That takes a quarter of the time of a
program with hundreds of resources.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress
from typing import Any

import grpc
import pulumi
from pulumi.runtime.proto.engine_pb2 import DEBUG, LogRequest
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub

_LATEST_S = 0.1
"""A message is sent so long, in seconds, after it was written, with all that were written meanwhile."""


def send_debug_messages_together() -> None:
    """Do so in this program from now on. Every other message goes at once, after the debug messages before it.

    Fallback: each is sent by itself, as with mocks.
    """
    engine = pulumi.runtime.settings.get_engine()
    if isinstance(engine, EngineStub) and not isinstance(engine.Log, _Log):
        engine.Log = log = _Log(engine.Log)
        # At the end of the program, which an inline program of the Automation API outlives.
        weakref.finalize(engine, log.send_waiting)


class _Log:
    """Stands in the place of `EngineStub.Log`."""

    def __init__(self, log: grpc.UnaryUnaryMultiCallable) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._waiting: list[str] = []

    def __call__(self, request: LogRequest, *args: Any, **kwargs: Any) -> Any:
        # What belongs to a resource or a stream, or is shown for a moment only, is no such message.
        if request != LogRequest(severity=DEBUG, message=request.message):
            self.send_waiting()
            return self._log(request, *args, **kwargs)
        with self._lock:
            self._waiting.append(request.message)
            is_first = len(self._waiting) == 1
        if is_first:
            later = threading.Timer(_LATEST_S, self.send_waiting)
            later.daemon = True
            # A program that ends can start no thread any more.
            with suppress(RuntimeError):
                later.start()
        return None

    def send_waiting(self) -> None:
        """Send the messages that have not been sent."""
        with self._lock:
            messages, self._waiting = self._waiting, []
            if messages:
                # An engine that has gone shows nothing. A closed channel is a ValueError.
                with suppress(grpc.RpcError, ValueError):
                    self._log(LogRequest(severity=DEBUG, message="\n".join(messages)))
