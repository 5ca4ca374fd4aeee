"""One estate in four languages: each program of `examples/languages` does the same on the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from sandbox import pulumi_cli
from sandbox.engine_stack import EngineStack
from tests.engine.pace import QUICK
from tests.support.client import Api
from tests.support.languages import example_stack

# npm and Go's compiler need minutes where their caches are empty.
SLOW = pytest.mark.every_case
LANGUAGES = ["yaml", "python", pytest.param("typescript", marks=SLOW), pytest.param("go", marks=SLOW)]


@pytest.fixture
def estate(language: str, tmp_path: Path, emulator: Emulator) -> EngineStack:
    return example_stack(language, tmp_path / "estate", pulumi_cli.ensure(), emulator.environment() | QUICK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_of_each_language_does_the_main_job(estate: EngineStack, emulator: Emulator) -> None:
    estate.configure('config: {estate:modelVersion: "2025-05-01"}\n')
    made = estate.up()
    assert made.failed is False, made.output
    assert made.steps.keys() >= {"AIResourceGroup group", "AIConfiguration configuration", "AIDeployment chat"}
    outputs = estate.exports
    deployment = outputs["id"]
    assert outputs == {"id": deployment, "url": f"{emulator.url}/v2/inference/deployments/{deployment}"}
    api = Api(emulator, "team-nlp")
    assert api.answering(deployment) == "2025-05-01"

    estate.configure('config: {estate:modelVersion: "2025-08-07"}\n')
    switched = estate.up()
    assert switched.steps == {"AIConfiguration configuration": "create-replacement", "AIDeployment chat": "update"}
    assert estate.exports == outputs
    assert api.answering(deployment) == "2025-08-07"

    gone = estate.destroy()
    assert gone.failed is False, gone.output
    assert estate.resources == []
    groups = Api(emulator, None).get("/admin/resourceGroups")["resources"]
    assert [group["resourceGroupId"] for group in groups] == ["default"]
