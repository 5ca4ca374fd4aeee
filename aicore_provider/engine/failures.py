"""How a failed call tells the engine a clear text, and the id of an object although its create failed.

The engine takes message and details of a failure from the trailing metadata `grpc-status-details-bin`, if their code
is that of the call (grpc-go, `internal/status`, `NewWithProto`). The code here is UNKNOWN, that of an exception in
Python. An `ErrorResourceInitFailed` in the details tells the engine that an object was made although the call failed,
and it stores id and properties.
"""

from __future__ import annotations

from typing import Any

_UNKNOWN = 2
_METADATA_KEY = "grpc-status-details-bin"


def failure_metadata(text: str, detail: Any = None) -> tuple[tuple[str, bytes], ...]:
    """Return the trailing metadata of a call that fails with this text; a detail is a message of Pulumi's protocol."""
    from google.protobuf.any_pb2 import Any as Packed
    from pulumi.runtime.proto import status_pb2

    status = status_pb2.Status(code=_UNKNOWN, message=text)
    if detail is not None:
        packed = Packed()
        packed.Pack(detail)
        status.details.append(packed)
    return ((_METADATA_KEY, status.SerializeToString()),)


def init_failed(id_: str, properties: Any, why: str, inputs: Any = None) -> Any:
    """Return the detail by which the engine stores an object although the call fails.

    The properties are a `Struct` with the outputs, as far as they are known. The inputs are another; None to have the
    engine keep those of the program.
    """
    from pulumi.runtime.proto import provider_pb2

    return provider_pb2.ErrorResourceInitFailed(id=id_, properties=properties, inputs=inputs, reasons=[why])
