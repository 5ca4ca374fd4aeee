"""Makes a failed provider method end in a clear text, and stores the id of an object although its create failed.

Pulumi's SDK answers an exception with its traceback. What the engine takes instead (`engine.failures`) is put into the
trailing metadata of the call.

Fallback: the text as an exception, which the user reads with a traceback. `can_keep` tells beforehand that no id can be
stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from pulumi.dynamic import CheckResult

from aicore_provider.dynamic.call import EngineCall, current_call
from aicore_provider.terminal import printable

Method = TypeVar("Method", bound=Callable[..., Any])


class CallFailed(Exception):
    """Ends a provider method; the engine shows its text."""


def clear_errors(method: Method) -> Method:
    """Decorate a provider method so that an error reaches the user as a text without traceback and without secrets.

    `ProviderProcess.text_of` says which text that is. The complaints of a check are cleaned as well.
    """

    @wraps(method)
    def with_clear_errors(*args: Any, **kwargs: Any) -> Any:
        try:
            return _cleaned(method(*args, **kwargs))
        except CallFailed:
            raise
        except Exception as error:
            from aicore_provider.dynamic.process import PROCESS

            text = PROCESS.text_of(error)
        _answer(current_call(), text)
        raise CallFailed(text)

    return with_clear_errors  # type: ignore[return-value]


def _cleaned(result: Any) -> Any:
    from aicore_provider.dynamic.process import PROCESS

    for failure in result.failures if isinstance(result, CheckResult) else ():
        failure.property = printable(failure.property)
        failure.reason = PROCESS.clean(failure.reason)
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
    from aicore_provider.dynamic.process import PROCESS

    why = PROCESS.clean(why)
    if _keep(call, id_, properties, why):
        return CallFailed(why)
    return CallFailed(f"{why}\nThe state could not be told of {id_}, which exists.")


def _keep(call: EngineCall, id_: str, properties: Mapping[str, Any], why: str) -> bool:
    if not call.provider:
        return False
    try:
        from google.protobuf.struct_pb2 import Struct

        from aicore_provider.engine.failures import init_failed

        struct = Struct()
        # The SDK takes the provider of a refresh or delete from this property.
        struct.update({**{k: v for k, v in properties.items() if v is not None}, "__provider": call.provider})
        detail = init_failed(id_, struct, why)
    except Exception:
        return False
    return _answer(call, why, detail)


def _answer(call: EngineCall, text: str, detail: Any = None) -> bool:
    """Put text and detail into the trailing metadata of the call; False when that is not possible."""
    try:
        from aicore_provider.engine.failures import failure_metadata

        call.context.set_trailing_metadata(failure_metadata(text, detail))
    except Exception:
        return False
    return True
