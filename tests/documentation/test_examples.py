"""The examples of the pages: those in Python run on a mocked engine, and a stack file declares what its page says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from aicore_provider import StackConfig, declare, kinds
from aicore_provider.components import COMPONENTS
from aicore_provider.plugin.functions import FUNCTIONS
from aicore_provider.plugin.schema import package_schema
from aicore_provider.secret_text import SecretText
from documentation.facts import NO_ENTRY, STACK_FILES
from documentation.kind_pages import stack_file
from documentation.programs import CALLS, program, resources_for
from tests.program.mocked_engine import run

RESOURCES = [*kinds.KINDS, *COMPONENTS]
SECRETS = ("documentsPassword", "storeKey", "registryPassword", "gitToken")


@pytest.mark.parametrize("name", RESOURCES)
def test_an_example_in_python_declares_what_it_is_about(name: str) -> None:
    def example() -> None:
        pulumi.runtime.set_all_config({f"aicore:{key}": "s3cr3t-text" for key in SECRETS})
        exec(program(name, "Python"), {})  # noqa: S102

    declared = {each.typ.rpartition(":")[2] for each in run(example)}
    assert declared >= {each.kind for each in resources_for(name)}
    assert name in declared


def test_examples_in_python_pass_a_type_checker_and_a_formatter(tmp_path: Path) -> None:
    for name in RESOURCES:
        (tmp_path / f"{name.lower()}.py").write_text(program(name, "Python"))
    mypy = ("mypy", "--strict", "--no-incremental", ".")
    for command in (mypy, ("ruff", "format", "--check", "--isolated", "--line-length", "88", ".")):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", RESOURCES)
def test_an_example_in_yaml_has_only_properties_of_the_schema(name: str) -> None:
    resources = package_schema()["resources"]
    for each in yaml.safe_load(program(name, "YAML"))["resources"].values():
        known = resources[each["type"].replace(":", ":index:")]["inputProperties"]
        assert each["properties"].keys() <= known.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_of_a_function_has_its_arguments_and_a_result(name: str) -> None:
    function, call = package_schema()["functions"][f"aicore:index:{name}"], CALLS[name]
    assert call.arguments.keys() <= function["inputs"]["properties"].keys()
    assert set(function["inputs"]["required"]) <= call.arguments.keys()
    assert call.exported in function["outputs"]["properties"]


# --- stack files ------------------------------------------------------------------------------------------------------


def decrypted(value: Any) -> Any:
    """A stack file as Pulumi hands it to a program."""
    match value:
        case {"secure": _}:
            return SecretText("s3cr3t-text")
        case dict():
            return {key: decrypted(each) for key, each in value.items()}
        case list():
            return [decrypted(each) for each in value]
        case _:
            return value


@pytest.mark.parametrize("name", STACK_FILES)
def test_a_stack_file_declares_what_its_page_is_about(name: str) -> None:
    config = yaml.safe_load(stack_file(STACK_FILES[name]))["config"]
    values = {key.removeprefix("aicore:"): decrypted(value) for key, value in config.items()}
    declared = {each.typ.rpartition(":")[2] for each in run(lambda: declare(StackConfig.parse(values)))}
    assert name in declared


def test_every_kind_is_in_a_stack_file_or_it_is_said_why_not() -> None:
    assert [name for name in RESOURCES if (name in STACK_FILES) is (name in NO_ENTRY)] == []
