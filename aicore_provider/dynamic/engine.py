"""The engine as a plugin process reaches it: lines to the user through its log service.

`pulumi.log` finds no engine in a plugin process. The engine's address is the last argument of that process, and its log
service takes a URN, so that a line stands at its resource, and a mark `ephemeral` for progress: shown live, absent from
the final log. Fallback: nothing is shown.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

from aicore_provider.dynamic.concealed import ConcealedTexts
from aicore_provider.terminal import printable

_TIMEOUT_S = 5.0


class Engine:
    """The engine that has started this process.

    Attributes:
        concealed: what no line may show.
    """

    def __init__(self) -> None:
        self.concealed = ConcealedTexts()

    def log(self, severity: str, text: str, urn: str = "", *, ephemeral: bool = False) -> None:
        """Show a line. Never raises: a line that cannot be shown must not fail a deployment.

        Args:
            severity: DEBUG, INFO or WARNING.
            text: without what is to be concealed, if it holds any.
            urn: of the resource at which it stands; "" for none.
            ephemeral: whether it is gone from the final log.
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
        """Whether the engine's process still answers.

        Raises:
            ValueError: this process has no engine.
        """
        import grpc
        from pulumi.runtime.proto import engine_pb2

        try:
            self._stub.GetRootResource(engine_pb2.GetRootResourceRequest(), timeout=_TIMEOUT_S)
        except grpc.RpcError as error:
            # Any answer is one, a refusal as well.
            return error.code() is not grpc.StatusCode.UNAVAILABLE
        return True

    @functools.cached_property
    def _stub(self) -> Any:
        import grpc
        from pulumi.runtime.proto import engine_pb2_grpc

        address = sys.argv[-1]
        if ":" not in address:
            raise ValueError("this process has no engine")
        return engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))
