"""From an entry of a stack file to what the engine is told."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from aicore_provider import (
    AIConfiguration,
    AIDeployment,
    ExecutableDeployment,
    ModelDeployment,
    OrchestrationDeployment,
    StackConfig,
    deploy,
)
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


KEY = "aicore:serviceKey"
DECLARATIONS: dict[str, Callable[[], object]] = {
    "AIConfiguration": lambda: AIConfiguration("c", executable_id="azure-openai"),
    "AIDeployment": lambda: AIDeployment("d", configuration_id="c-1234"),
    "AIDeployment.get": lambda: AIDeployment.get("d", "d-1234"),
    "ModelDeployment": lambda: ModelDeployment("m", model="gpt-5", version="latest"),
    "OrchestrationDeployment": lambda: OrchestrationDeployment("o"),
    "ExecutableDeployment": lambda: ExecutableDeployment("e", scenario_id="my-scenario", executable_id="my-executable"),
}


@pytest.mark.parametrize("declare", DECLARATIONS.values(), ids=list(DECLARATIONS))
def test_a_service_key_in_plain_text_is_refused_wherever_something_is_declared(declare: Callable[[], object]) -> None:
    def declared() -> object:
        pulumi.runtime.set_all_config({KEY: '{"clientsecret": "s3cret"}'})
        return declare()

    with pytest.raises(pulumi.RunError) as caught:
        told(declared)
    assert "pulumi config set --secret aicore:serviceKey" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("declare", DECLARATIONS.values(), ids=list(DECLARATIONS))
def test_an_encrypted_service_key_is_none_of_the_programs_business(declare: Callable[[], object]) -> None:
    def declared() -> object:
        pulumi.runtime.set_all_config({KEY: '{"clientsecret": "s3cret"}'}, [KEY])
        return declare()

    assert told(declared)
