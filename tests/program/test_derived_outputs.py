"""`dynamic.outputs.derived` makes what `Output.all` and `apply` make of the same inputs."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
import pytest

from aicore_provider.dynamic.outputs import derived
from tests.program.mocked_engine import run


def later(value: Any) -> Awaitable[Any]:
    """An awaitable of a value, as the SDK makes them."""
    future: asyncio.Future[Any] = asyncio.get_event_loop().create_future()
    future.set_result(value)
    return future


def unknown() -> Any:
    return pulumi.Output(set(), later("of no meaning"), later(False))


INPUTS: dict[str, Callable[[], Any]] = {
    "plain": lambda: "a",
    "awaitable": lambda: later("b"),
    "output": lambda: pulumi.Output.from_input("c"),
    "none": lambda: pulumi.Output.from_input(None),
    "map": lambda: pulumi.Output.from_input({"key": ["value"]}),
    "secret": lambda: pulumi.Output.secret("d"),
    "unknown": unknown,
    "secret and unknown": lambda: pulumi.Output.secret(unknown()),
    "unknown within": lambda: pulumi.Output.from_input({"key": unknown()}),
    "of a resource": lambda: pulumi.ComponentResource("test:index:Whole", "of").urn,
}


async def parts(output: pulumi.Output[Any]) -> tuple[Any, ...]:
    urns = {str(await each.urn.future()) for each in await output.resources()}
    return await output.future(with_unknowns=True), await output.is_known(), await output.is_secret(), urns


@pytest.mark.parametrize(("first", "second"), [*itertools.combinations_with_replacement(INPUTS, 2)])
def test_it_tells_the_same(first: str, second: str) -> None:
    found: list[Any] = []

    async def look(*outputs: pulumi.Output[Any]) -> None:
        found.extend([await parts(each) for each in outputs])

    def declare() -> pulumi.Output[None]:
        inputs = [INPUTS[first](), INPUTS[second]()]
        return pulumi.Output.from_input(
            look(derived(lambda *both: list(both), *inputs), pulumi.Output.all(*inputs).apply(list))
        )

    run(declare)
    ours, theirs = found
    assert ours == theirs


def test_an_error_ends_the_program_although_nobody_uses_the_output() -> None:
    def declare() -> None:
        derived(lambda number: 1 // int(number), 0)

    with pytest.raises(ZeroDivisionError):
        run(declare)


def test_an_error_of_the_function_ends_the_program() -> None:
    with pytest.raises(ZeroDivisionError):
        run(lambda: derived(str, derived(lambda number: 1 // int(number), 0)))
