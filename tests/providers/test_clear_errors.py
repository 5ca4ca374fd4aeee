"""Whatever a provider method raises reaches the engine as a text: here without a process around it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi.dynamic import CheckFailure, CheckResult
from pulumi.runtime.proto import status_pb2

from aicore_provider.api.errors import AICoreError
from aicore_provider.dynamic.failures import CallFailed, clear_errors

STEERING = "no\x1b]0;owned\x07 ca\x9b31mpa\u202ecity \ud83d"


def told(method: Callable[[], Any]) -> str:
    """What the engine is told when that method fails."""
    sent: list[Any] = []
    request = SimpleNamespace(urn="urn:pulumi:test::aicore::type::name")
    context = SimpleNamespace(set_trailing_metadata=sent.extend)

    def served(request: object, context: object) -> None:
        with pytest.raises(CallFailed) as caught:
            method()
        assert caught.value.__cause__ is caught.value.__context__ is None, "else the traceback would show it"

    served(request, context)
    ((_, status),) = sent
    return str(status_pb2.Status.FromString(status).message)


def test_an_error_that_is_expected_speaks_for_itself() -> None:
    @clear_errors
    def refused() -> None:
        raise AICoreError(f"Refused: {STEERING}.\nDo something else.")

    assert told(refused) == "Refused: no capacity \ufffd.\nDo something else."


@pytest.mark.parametrize(
    "kind", [KeyError, RecursionError, UnicodeError, MemoryError, ZeroDivisionError, StopIteration]
)
def test_any_other_is_told_without_values(kind: type[Exception]) -> None:
    @clear_errors
    def broken() -> None:
        raise kind("a value that may be secret")

    first, second = told(broken).splitlines()
    assert first.startswith(f"aicore-provider has a fault: {kind.__name__} in ")
    assert "--debug" in second
    assert "secret" not in first + second


def test_the_innermost_text_is_kept() -> None:
    @clear_errors
    def inner() -> None:
        raise AICoreError("The first error.")

    @clear_errors
    def outer() -> None:
        inner()

    assert told(outer) == "The first error."


def test_complaints_are_cleaned() -> None:
    @clear_errors
    def check() -> CheckResult:
        return CheckResult({}, [CheckFailure(STEERING, STEERING)])

    (failure,) = check().failures
    assert (failure.property, failure.reason) == ("no capacity \ufffd",) * 2
