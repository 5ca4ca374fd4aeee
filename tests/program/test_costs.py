"""What a deployment costs a program: counted, since times vary."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

from aicore_provider import ModelDeployment
from tests.program.mocked_engine import event_loop, run


class Provider(ResourceProvider):
    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("made", props)


class Part(Resource):
    def __init__(self, name: str, outputs: int, opts: pulumi.ResourceOptions) -> None:
        super().__init__(Provider(), name, dict.fromkeys(f"output{n}" for n in range(outputs)), opts)


class Whole(pulumi.ComponentResource):
    """As many resources as a deployment has, with as many outputs, and nothing made of them."""

    def __init__(self, name: str) -> None:
        super().__init__("test:index:Whole", name, {})
        child = pulumi.ResourceOptions(parent=self)
        self.parts = [Part(f"{name}-configuration", 14, child), Part(f"{name}-deployment", 20, child)]
        self.register_outputs({})


def tasks(declare: type[ModelDeployment] | type[Whole], count: int, **arguments: Any) -> int:
    """How many tasks a program starts that declares so many of these."""
    started = 0

    def start(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **others: Any) -> asyncio.Task[Any]:
        nonlocal started
        started += 1
        return asyncio.Task(coroutine, loop=loop, **others)

    def program() -> None:
        for number in range(count):
            declare(f"chat-{number}", **arguments)

    loop = event_loop()
    loop.set_task_factory(start)  # type: ignore[arg-type]
    try:
        run(program)
    finally:
        loop.set_task_factory(None)
    return started


def test_a_deployment_costs_little_more_than_its_resources_do_and_the_tenth_as_much_as_the_first() -> None:
    model = {"model": "gpt-5-mini", "version": "2025-08-07", "executable_id": "azure-openai"}
    one, ten = (tasks(ModelDeployment, count, **model) for count in (1, 10))
    assert ten == 10 * one - 9 * tasks(Whole, 0), "linear"
    assert one - tasks(Whole, 1) <= 10
