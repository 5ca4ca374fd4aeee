"""Functions that a Pulumi program calls end with a text when something unexpected happens.

Pulumi shows a `RunError` so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import pulumi

from aicore_provider.unexpected import REPORT_IT, redacted_traceback, summary_of

Function = TypeVar("Function", bound=Callable[..., Any])


def ends_in_words(function: Function) -> Function:
    """Decorate a function that a program calls. `pulumi --debug` shows the traceback of an unexpected error."""

    @wraps(function)
    def with_clear_errors(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except pulumi.RunError:
            raise
        except Exception as error:
            pulumi.log.debug(f"traceback without values:\n{redacted_traceback(error)}")
            text = f"aicore-provider has a fault: {summary_of(error)}."
        raise pulumi.RunError(f"{text}\n{REPORT_IT}")

    return with_clear_errors  # type: ignore[return-value]
