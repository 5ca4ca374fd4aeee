"""From an entry of a stack file to what the engine is told."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from aicore_provider import StackConfig, deploy
from tests.program.test_names import _Mocks


def told(declare: Callable[[], object]) -> dict[str, dict[str, Any]]:
    """The inputs of every resource that a program declares, by kind and name."""
    mocks = _Mocks()

    def program() -> None:
        pulumi.runtime.set_mocks(mocks, project="aicore", stack="test")
        pulumi.runtime.test(declare)()  # type: ignore[no-untyped-call]

    # Mocks are settings of the context, and this one is thrown away.
    contextvars.copy_context().run(program)
    return {f"{each.typ.rpartition(':')[2]} {each.name}": dict(each.inputs) for each in mocks.resources}


def deployed(entries: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    config = StackConfig.parse({"deployments": entries})
    return told(lambda: {name: deploy(name, entry, "default") for name, entry in config.deployments.items()})


@pytest.mark.parametrize(
    "entry",
    [
        {"model": "gpt-5-mini", "version": "2025-08-07"},
        {"scenario": "orchestration"},
        {"scenario": "own-scenario", "executable": "own-executable"},
    ],
    ids=["model", "orchestration", "executable"],
)
def test_name_and_version_reference_of_the_configuration(entry: dict[str, Any]) -> None:
    named = deployed({"chat": entry | {"configurationName": "azure-openai--gpt-5", "versionId": "0.0.1"}})
    inputs = named["AIConfiguration chat"]
    assert (inputs["name"], inputs["version_id"]) == ("azure-openai--gpt-5", "0.0.1")
    bare = deployed({"chat": entry})["AIConfiguration chat"]
    assert [key for key in ("name", "version_id") if bare.get(key) is not None] == []
