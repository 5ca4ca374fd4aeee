"""One estate in four languages: each program of `examples/languages` does the same on the real engine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from aicore_provider.plugin.schema import package_schema
from documentation.programs import program
from sandbox import pulumi_cli
from sandbox.engine_stack import EngineStack
from sandbox.languages import generate_sdk
from tests.engine.pace import QUICK
from tests.support.client import Api
from tests.support.languages import EXAMPLES, example_stack, program_of_the_page, stack_of

# npm and Go's compiler need minutes where their caches are empty.
SLOW = pytest.mark.every_case
LANGUAGES = ["yaml", "python", pytest.param("typescript", marks=SLOW), pytest.param("go", marks=SLOW)]


@pytest.fixture
def estate(language: str, tmp_path: Path, emulator: Emulator) -> EngineStack:
    return example_stack(language, tmp_path / "estate", pulumi_cli.ensure(), emulator.environment() | QUICK)


def test_the_yaml_program_of_the_page_runs(tmp_path: Path, emulator: Emulator) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(program_of_the_page())
    stack = stack_of("yaml", folder, tmp_path / "stack", pulumi_cli.ensure(), emulator.environment() | QUICK)
    stack.configure("config: {}\n")
    made = stack.up()
    assert not made.failed, made.output
    assert stack.exports["url"].startswith(f"{emulator.url}/v2/inference/deployments/d")


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


@pytest.mark.parametrize(
    ("language", "title", "file"),
    [
        pytest.param("typescript", "TypeScript", "index.ts", marks=SLOW),
        pytest.param("go", "Go", "main.go", marks=SLOW),
    ],
    ids=("typescript", "go"),
)
def test_the_component_of_its_page_runs(
    language: str, title: str, file: str, tmp_path: Path, emulator: Emulator
) -> None:
    folder = tmp_path / "program"
    shutil.copytree(EXAMPLES / language, folder)
    (folder / file).write_text(program("ModelDeployment", title))
    stack = stack_of(language, folder, tmp_path / "stack", pulumi_cli.ensure(), emulator.environment() | QUICK)
    stack.configure("config: {}\n")
    made = stack.up()
    assert made.failed is False, made.output
    parts = {"ModelDeployment assistant", "AIConfiguration assistant", "AIDeployment assistant"}
    assert made.steps.keys() >= {"AIResourceGroup team", *parts}
    deployment = stack.exports["deploymentUrl"].rsplit("/", 1)[-1]
    assert Api(emulator, "team-docs").answering(deployment) == "2025-08-07"
    gone = stack.destroy()
    assert gone.failed is False, gone.output


@pytest.mark.parametrize(
    ("language", "file", "name"),
    [
        ("typescript", "package.json", '"name": "@pulumi/aicore"'),
        ("python", "setup.py", "name='pulumi_aicore'"),
        ("go", "go.mod", "module example.com/pulumi-aicore/sdk/go\n"),
    ],
)
def test_an_sdk_has_the_same_name_whoever_owns_the_repository_of_the_plugin(
    language: str, file: str, name: str, tmp_path: Path
) -> None:
    schema = tmp_path / "schema.json"
    # The namespace is what the CLI adds where the plugin comes from a Git repository.
    for number, namespace in enumerate(({}, {"namespace": "somebody"})):
        schema.write_text(json.dumps(package_schema() | namespace))
        folder = tmp_path / str(number)
        generate_sdk(language, schema, folder, pulumi_cli.ensure())
        assert name in (folder / file).read_text()
