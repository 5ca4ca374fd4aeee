"""Shows lines to the user through the log service of Pulumi's engine.

`pulumi.log` does not work in a plugin process. A request to the engine's log service may name a URN, so that the line
is shown at that resource, and may be `ephemeral`: shown while the command runs, and not in the final output.

Fallback: nothing is shown.
"""

from __future__ import annotations

import functools
from typing import Any

from aicore_provider.engine.concealed import ConcealedTexts
from aicore_provider.terminal import printable

_TIMEOUT_S = 5.0


class Engine:
    """The engine that has started this plugin process. No line shows the secrets that are `concealed`."""

    def __init__(self, address: str) -> None:
        """Begin; sends nothing. The address is `HOST:PORT`, and the last argument of the process."""
        self.concealed: ConcealedTexts = ConcealedTexts()
        self._address = address

    def log(self, severity: str, text: str, urn: str = "", *, ephemeral: bool = False) -> None:
        """Show a line. Never raises: a line that cannot be shown must not fail a call.

        The severity is DEBUG, INFO or WARNING. Secrets in the text are hidden before it is sent. The line is shown at
        the resource `urn`, "" for none; an ephemeral one only while the command runs.
        """
        try:
            from pulumi.runtime.proto import engine_pb2

            request = engine_pb2.LogRequest(
                severity=engine_pb2.LogSeverity.Value(severity),
                message=printable(self.concealed.hide(text)),
                urn=urn,
                ephemeral=ephemeral,
            )
            self._stub.Log(request, timeout=_TIMEOUT_S)
        except Exception:  # noqa: S110
            pass

    def is_there(self) -> bool:
        """Whether the engine's process still answers. Raises a ValueError when no engine has started this process."""
        import grpc
        from pulumi.runtime.proto import engine_pb2

        try:
            self._stub.GetRootResource(engine_pb2.GetRootResourceRequest(), timeout=_TIMEOUT_S)
        except grpc.RpcError as error:
            # A refusal is an answer as well.
            return error.code() is not grpc.StatusCode.UNAVAILABLE
        return True

    @functools.cached_property
    def _stub(self) -> Any:
        import grpc
        from pulumi.runtime.proto import engine_pb2_grpc

        if ":" not in self._address:
            raise ValueError("this process has no engine")
        return engine_pb2_grpc.EngineStub(grpc.insecure_channel(self._address))
