"""Outputs of a program that follow from others, each made as one.

`pulumi.Output.all(a, b).apply(function)` makes six outputs: two for each input, one for the list, one for the result.
Each of them costs a task, and a place on a list (`leave_unwatched`). With thousands of outputs, that would be most of
what a program does.

The methods of `pulumi.Output` that tell its parts are not documented; they are the same from 3.216 to 3.272.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pulumi

T = TypeVar("T")
U = TypeVar("U")

_STACK = "pulumi.runtime.stack"
"""The module of the SDK that reads the outputs of the stack at the end of a program."""


@dataclass(frozen=True)
class Told:
    """What an output tells, and the resources that it comes from.

    Where a preview cannot know the value, `is_known` is False and the value None.
    """

    value: Any
    is_known: bool = True
    is_secret: bool = False
    resources: frozenset[pulumi.Resource] = field(default_factory=frozenset)


async def told(given: pulumi.Input[Any]) -> Told:
    """Return what an input tells, as soon as it does."""
    if isinstance(given, pulumi.Output):
        known, secret = await given.is_known(), await given.is_secret()
        value = await given.future(with_unknowns=True) if known else None
        return Told(value, known, secret, frozenset(await given.resources()))
    return Told(await given if inspect.isawaitable(given) else given)


def combined(function: Callable[..., Any], *parts: Told) -> Told:
    """Return the result of a function of plain values. It is called when all of them are known.

    The result is known when all of them are, and secret when one of them is.
    """
    known = all(each.is_known for each in parts)
    return Told(
        function(*(each.value for each in parts)) if known else None,
        known,
        any(each.is_secret for each in parts),
        frozenset().union(*(each.resources for each in parts)),
    )


def derived(function: Callable[..., T], *inputs: pulumi.Input[Any]) -> pulumi.Output[T]:
    """Return the output that `pulumi.Output.all(*inputs).apply(lambda all: function(*all))` is.

    The function gets and returns plain values. Inputs are outputs, or values with no outputs in them.
    """

    async def find() -> Told:
        return combined(function, *[await told(each) for each in inputs])

    return output_of(find())


def output_of(finding: Coroutine[Any, Any, Told]) -> pulumi.Output[Any]:
    """Return the output that tells what a coroutine returns."""
    found = asyncio.ensure_future(finding)
    output = pulumi.Output[Any](
        _Part(found, lambda each: set(each.resources)),
        _Part(found, lambda each: each.value),
        _Part(found, lambda each: each.is_known),
        _Part(found, lambda each: each.is_secret),
    )
    leave_unwatched([output])

    def watch_again(done: asyncio.Future[Told]) -> None:
        # Nobody may use the output; a failure ends the program all the same.
        if not done.cancelled() and done.exception() and hasattr(output, "_track"):
            output._track()

    found.add_done_callback(watch_again)
    return output


def leave_unwatched(outputs: Iterable[pulumi.Output[Any]]) -> None:
    """Take outputs off the list of those that a program waits for at its end.

    Whenever one on that list gets its value, Pulumi's SDK goes through all that have none. A program waits for the
    registration of its resources, and so for their outputs, in any case; and for what is made of an output.

    Fallback: they stay on the list. The oldest SDK has no such method.
    """
    if hasattr(pulumi.Output, "_untrack"):
        for each in outputs:
            each._untrack()
            # An SDK may have outputs that cannot become another class, such as ones with slots.
            with suppress(TypeError):
                each.__class__ = _Unwatched


class _Unwatched(pulumi.Output[T]):
    """An output that is not on the list.

    Nor is what the SDK makes of it for the outputs of the stack: a program waits for their registration as well.
    """

    def apply(self, func: Callable[[T], pulumi.Input[U]], *args: Any, **kwargs: Any) -> pulumi.Output[U]:
        made = super().apply(func, *args, **kwargs)
        if getattr(func, "__module__", None) == _STACK:
            leave_unwatched([made])
        return made


class _Part(Awaitable[Any]):
    """A part of what is told. Unlike a coroutine it need not be awaited, as when another part has failed."""

    def __init__(self, found: Awaitable[Told], part: Callable[[Told], Any]) -> None:
        self._found, self._part = found, part

    def __await__(self) -> Generator[Any, None, Any]:
        return self._part((yield from self._found.__await__()))
