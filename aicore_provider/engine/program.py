"""What a program calls: an error that nobody foresaw ends it with a text, for Pulumi shows a `RunError` as that."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import pulumi

from aicore_provider.broken import way_to_it, what_broke
from aicore_provider.engine.failures import REPORT_IT

Function = TypeVar("Function", bound=Callable[..., Any])


def ends_in_words(function: Function) -> Function:
    """Decorator of a function that a program calls. The way to an error goes to `pulumi --debug`."""

    @wraps(function)
    def with_clear_errors(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except pulumi.RunError:
            raise
        except Exception as error:
            pulumi.log.debug(f"the way to the fault:\n{way_to_it(error)}")
            text = f"aicore-provider has a fault: {what_broke(error)}."
        raise pulumi.RunError(f"{text}\n{REPORT_IT}")

    return with_clear_errors  # type: ignore[return-value]
