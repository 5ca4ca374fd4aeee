"""The examples in the package schema, run together as one program in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from aicore_provider.emulator import Emulator
from aicore_provider.plugin.examples import EXAMPLES
from sandbox import pulumi_cli
from sandbox.engine_stack import EngineStack
from tests.engine.pace import QUICK
from tests.support.languages import stack_of

SECRETS = ("documentsPassword", "storeKey", "registryPassword", "gitToken")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    folder.mkdir()
    resources = {key: each for text in EXAMPLES.values() for key, each in yaml.safe_load(text).items()}
    config = {key: {"type": "string", "default": f"{key}-value"} for key in SECRETS}
    project = {"name": "examples", "runtime": "yaml", "config": config, "resources": resources}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False))
    return folder


def test_the_example_of_each_resource_runs(program: Path, tmp_path: Path, emulator: Emulator) -> None:
    stack: EngineStack = stack_of(
        "yaml", program, tmp_path / "stack", pulumi_cli.ensure(), emulator.environment() | QUICK
    )
    stack.configure("config: {}\n")
    made = stack.up()
    assert not made.failed, made.output
    assert {key.partition(" ")[0] for key in made.steps if key.startswith("AI")} == {*EXAMPLES}
    gone = stack.destroy()
    assert not gone.failed, gone.output
