"""Makes a failed provider method end in a clear text, and stores the id of an object although its create failed.

Pulumi's SDK answers an exception with its traceback. But the engine takes message and details of a failure from the
trailing metadata `grpc-status-details-bin`, if their code is that of the call, which for a Python exception is UNKNOWN
(grpc-go, `internal/status`, `NewWithProto`). An `ErrorResourceInitFailed` in the details tells the engine that an
object was made although the call failed, and it stores id and properties.

Fallback: the text as an exception, which the user reads with a traceback. `can_keep` tells beforehand that no id can be
stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from pulumi.dynamic import CheckResult

from aicore_provider.api.errors import AICoreError
from aicore_provider.dynamic.call import EngineCall, current_call
from aicore_provider.dynamic.process import PROCESS
from aicore_provider.terminal import printable
from aicore_provider.unexpected import redacted_traceback, summary_of

_UNKNOWN = 2
_METADATA_KEY = "grpc-status-details-bin"
REPORT_IT = "Run it again with `--debug`, and send the lines about the fault to the project's maintainers."

Method = TypeVar("Method", bound=Callable[..., Any])


class CallFailed(Exception):
    """Ends a provider method; the engine shows its text."""


def clear_errors(method: Method) -> Method:
    """Decorate a provider method so that an error reaches the user as a text without traceback and without secrets.

    That is the error's own text for an `AICoreError`. For any other error the text says that this package has a fault,
    and names kind and place of the error. The complaints of a check are cleaned as well.
    """

    @wraps(method)
    def with_clear_errors(*args: Any, **kwargs: Any) -> Any:
        try:
            return _cleaned(method(*args, **kwargs))
        except CallFailed:
            raise
        except AICoreError as error:
            text = printable(PROCESS.concealed.hide(str(error)))
            log_traceback(error.__cause__)
        except Exception as error:
            text = PROCESS.concealed.hide(f"aicore-provider has a fault: {summary_of(error)}.\n{REPORT_IT}")
            log_traceback(error)
        _answer(current_call(), text)
        raise CallFailed(text)

    return with_clear_errors  # type: ignore[return-value]


def log_traceback(fault: BaseException | None) -> None:
    """Show the traceback of an unexpected error, without values, with `pulumi --debug`; None shows nothing.

    Never raises.
    """
    if fault is not None:
        PROCESS.debug(f"traceback without values:\n{redacted_traceback(fault)}")


def _cleaned(result: Any) -> Any:
    for failure in result.failures if isinstance(result, CheckResult) else ():
        failure.property = printable(failure.property)
        failure.reason = printable(PROCESS.concealed.hide(failure.reason))
    return result


def can_keep(call: EngineCall) -> bool:
    """Whether the engine can be told to store an object although its call fails. Tries it, and takes it back."""
    is_possible = _keep(call, "", {}, "")
    if is_possible:
        call.context.set_trailing_metadata(())
    return is_possible


def failed_but_kept(call: EngineCall, id_: str, properties: Mapping[str, Any], why: str) -> CallFailed:
    """Return the error to raise so that the engine stores id and properties although the call fails.

    The properties are outputs, as far as they are known; `why` is one to three lines for people.
    """
    why = printable(PROCESS.concealed.hide(why))
    if _keep(call, id_, properties, why):
        return CallFailed(why)
    return CallFailed(f"{why}\nThe state could not be told of {id_}, which exists.")


def _keep(call: EngineCall, id_: str, properties: Mapping[str, Any], why: str) -> bool:
    if not call.provider:
        return False
    try:
        from google.protobuf.struct_pb2 import Struct
        from pulumi.runtime.proto import provider_pb2

        struct = Struct()
        # The SDK takes the provider of a refresh or delete from this property.
        struct.update({**{k: v for k, v in properties.items() if v is not None}, "__provider": call.provider})
        detail = provider_pb2.ErrorResourceInitFailed(id=id_, properties=struct, reasons=[why])
    except Exception:
        return False
    return _answer(call, why, detail)


def _answer(call: EngineCall, text: str, detail: Any = None) -> bool:
    """Put text and detail into the trailing metadata of the call; False when that is not possible."""
    try:
        from google.protobuf.any_pb2 import Any as Packed
        from pulumi.runtime.proto import status_pb2

        status = status_pb2.Status(code=_UNKNOWN, message=text)
        if detail is not None:
            packed = Packed()
            packed.Pack(detail)
            status.details.append(packed)
        call.context.set_trailing_metadata(((_METADATA_KEY, status.SerializeToString()),))
    except Exception:
        return False
    return True
