"""What a deployment costs a program: counted, since times vary."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import massage

from aicore_provider import ModelDeployment
from aicore_provider.dynamic import outputs
from tests.program.mocked_engine import event_loop, run

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


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
        self.parts = [Part(f"{name}-configuration", 13, child), Part(f"{name}-deployment", 22, child)]
        self.register_outputs({})


def deployment(name: str) -> ModelDeployment:
    return ModelDeployment(name, model="gpt-5-mini", version="2025-08-07", executable_id="azure-openai")


def exported(name: str) -> None:
    """What becomes of an output of the stack at the end of a program."""
    made = deployment(name)
    massage({**made.summary, "served": made.served_version}, [])


def used(name: str) -> None:
    """What a program does itself with an output."""
    deployment(name).deployment_url.apply(lambda _: None)


@dataclass(frozen=True)
class Costs:
    """What a program costs.

    Attributes:
        tasks: that it starts.
        watched: outputs that Pulumi's SDK goes through whenever one of them gets its value, at most.
    """

    tasks: int
    watched: int


def costs(declare: Callable[[str], object], count: int) -> Costs:
    """What a program costs that declares so many of these."""
    tasks = watched = 0

    def start(loop: asyncio.AbstractEventLoop, coroutine: Any, **others: Any) -> asyncio.Task[Any]:
        nonlocal tasks
        tasks += 1
        return asyncio.Task(coroutine, loop=loop, **others)

    def program() -> None:
        nonlocal watched
        before = len(SETTINGS.outputs)
        for number in range(count):
            declare(f"chat-{number}")
        watched = len(SETTINGS.outputs) - before

    loop = event_loop()
    loop.set_task_factory(start)
    try:
        run(program)
    finally:
        loop.set_task_factory(None)
    return Costs(tasks, watched)


def test_a_deployment_costs_little_more_than_its_resources_do_and_the_tenth_as_much_as_the_first() -> None:
    none, one, ten = (costs(deployment, count) for count in (0, 1, 10))
    assert ten.tasks - none.tasks == 10 * (one.tasks - none.tasks)
    assert one.tasks <= costs(Whole, 1).tasks + 10


def test_no_outputs_are_watched_but_the_urns() -> None:
    assert costs(deployment, 10).watched == 10 * 3
    assert costs(exported, 10).watched == 10 * 3
    assert costs(used, 10).watched == 10 * 4


def test_an_sdk_whose_outputs_stay_what_they_are_costs_more_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    class Larger(pulumi.Output[Any]):
        __slots__ = ("more",)

    monkeypatch.setattr(outputs, "_Unwatched", Larger)
    assert costs(deployment, 10).watched == 10 * 3
    assert costs(exported, 10).watched > 10 * 3


DECLARED = """
import json
from tests.program.mocked_engine import run
from tests.program.test_costs import deployment

for each in run(lambda: deployment("chat")):
    inputs = {key: value for key, value in each.inputs.items() if key != "__provider"}
    print(each.typ, each.name, json.dumps(inputs, sort_keys=True))
"""


def test_the_oldest_sdk_has_no_such_list_and_the_same_is_declared(oldest_environment: Path) -> None:
    newest, oldest = (
        subprocess.check_output([python, "-c", DECLARED], cwd=ROOT, text=True)
        for python in (sys.executable, oldest_environment / "bin" / "python")
    )
    assert newest == oldest
    assert newest.count("\n") == 3
