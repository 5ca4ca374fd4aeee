"""Lines to the user, through the engine's log service.

`pulumi.log` finds no engine in a plugin process. The engine's address is the last argument of that process, and its log
service takes a URN, so that a line stands at its resource, and a mark `ephemeral` for progress: shown live, absent from
the final log. Fallback: nothing is shown.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

from aicore_provider.dynamic.call import current_call
from aicore_provider.dynamic.concealed import concealed
from aicore_provider.terminal import printable

_TIMEOUT_S = 5.0


def progress(text: str, urn: str) -> None:
    """A live status line of one resource. Never raises."""
    _send(text, urn, severity="INFO", ephemeral=True)


def info(text: str) -> None:
    """A line that stays, at the resource that is being worked on. Never raises."""
    _send(text, current_call().urn, severity="INFO")


def warn(text: str) -> None:
    """A warning that stays, at the resource that is being worked on. Never raises."""
    _send(text, current_call().urn, severity="WARNING")


def debug(text: str) -> None:
    """A line for `pulumi --debug`. Never raises."""
    _send(text, "", severity="DEBUG")


def _send(text: str, urn: str, *, severity: str, ephemeral: bool = False) -> None:
    try:
        from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

        request = engine_pb2.LogRequest(
            severity=engine_pb2.LogSeverity.Value(severity),
            message=printable(concealed(text)),
            urn=urn,
            ephemeral=ephemeral,
        )
        engine_pb2_grpc.EngineStub(engine_channel()).Log(request, timeout=_TIMEOUT_S)
    except Exception:  # noqa: S110  (a line that cannot be shown must not fail a deployment)
        pass


@functools.cache
def engine_channel() -> Any:
    """The connection to the engine.

    Raises:
        ValueError: this process has none.
    """
    import grpc

    address = sys.argv[-1]
    if ":" not in address:
        raise ValueError("this process has no engine")
    return grpc.insecure_channel(address)
