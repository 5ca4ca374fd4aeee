"""`aicore-provider doctor` in a project, with the real Pulumi CLI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.http import Http
from aicore_provider.catalog.source import Catalogues
from aicore_provider.cli.doctor.models import judge_models, models_in_state
from aicore_provider.cli.stack import Stack
from aicore_provider.clock import today
from aicore_provider.emulator import Emulator
from aicore_provider.stack_config import StackConfig
from sandbox import pulumi_cli
from tests.catalogues import offering
from tests.cli.conftest import Command

pytestmark = pytest.mark.engine

PYTHON = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}


@pytest.fixture(scope="session")
def pulumi_bin() -> Path:
    """The folder of the CLI; gets one when there is none."""
    return pulumi_cli.ensure().bin


class Project:
    """A project folder with a file backend, both temporary."""

    def __init__(self, folder: Path, pulumi_bin: Path, command: Command) -> None:
        self.folder = folder
        self._command = command
        self.environment = {
            "PATH": os.pathsep.join([str(pulumi_bin), "/usr/bin", "/bin"]),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "tests",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "HOME": str(folder),
        }
        (folder / "state").mkdir()
        (folder / "__main__.py").touch()
        self.file = folder / "Pulumi.yaml"
        self.write(runtime=PYTHON, options={"refresh": "always"})

    def write(self, **document: Any) -> None:
        """Write the project file."""
        self.file.write_text(yaml.safe_dump({"name": "aicore", **document}))

    def pulumi(self, *arguments: str) -> str:
        """Run the CLI."""
        command = ["pulumi", *arguments, "--non-interactive"]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        ).stdout

    def configure(self, key: str, value: Any) -> None:
        """Set a key in the file of stack dev."""
        path = self.folder / "Pulumi.dev.yaml"
        document = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(document | {"config": document.get("config", {}) | {f"aicore:{key}": value}}))

    def state(self) -> Path:
        """The file in which the backend keeps the state of stack dev."""
        return self.folder / "state" / ".pulumi" / "stacks" / "aicore" / "dev.json"

    def doctor(self, *arguments: str, **environment: str | None) -> tuple[Result, dict[str, Mapping[str, str]]]:
        """Run `doctor --json`; the findings by their check."""
        ended = self._command("doctor", "--json", *arguments, **{**self.environment, **environment})
        return ended, {each["check"]: each for each in json.loads(ended.stdout)}


@pytest.fixture
def project(tmp_path: Path, pulumi_bin: Path, command: Command) -> Project:
    return Project(tmp_path, pulumi_bin, command)


def levels(found: Mapping[str, Mapping[str, str]], level: str) -> list[str]:
    return [check for check, each in found.items() if each["level"] == level]


def test_all_is_well(project: Project, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    project.pulumi("stack", "init", "dev")
    project.configure("resourceGroup", "default")
    project.configure("deployments", {"chat": {"model": "gpt-5-mini", "version": "latest"}})
    inside = project.folder / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)

    ended, found = project.doctor()

    assert levels(found, "ok") == list(found)
    assert found["resourceGroup"]["message"] == "resource group default (from stack dev) is PROVISIONED"
    assert found["backend"]["message"] == f"backend file://{project.folder / 'state'}"
    assert found["stack"]["message"] == "stack dev is selected"
    assert (ended.exit_code, ended.stderr) == (0, "")


def test_warnings_alone_are_no_failure(project: Project) -> None:
    project.write(runtime={"name": "python"})
    project.pulumi("stack", "init", "dev")
    state = json.loads(project.state().read_text())
    # `pulumi stack import` would drop what an interrupted run leaves behind.
    urn = "urn:pulumi:dev::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat"
    kind = "pulumi-python:dynamic/aicore:AIDeployment"
    state["checkpoint"]["latest"]["pending_operations"] = [
        {"resource": {"urn": urn, "custom": True, "type": kind}, "type": "creating"}
    ]
    project.state().write_text(json.dumps(state))

    ended, found = project.doctor(PULUMI_PYTHON_CMD=sys.executable)

    assert levels(found, "warning") == ["interpreter", "refresh", "pendingOperations"]
    assert found["pendingOperations"]["message"] == (
        "an earlier run on stack dev was cut short (pending: creating AIDeployment chat)"
    )
    assert levels(found, "problem") == []
    assert ended.exit_code == 0


def test_a_stacks_own_credentials_group_and_service(project: Project, emulator: Emulator) -> None:
    project.pulumi("stack", "init", "dev")
    url = emulator.url
    key = {"clientid": "emulator", "clientsecret": "emulator", "url": url, "serviceurls": {"AI_API_URL": url}}
    project.pulumi("config", "set", "--secret", "aicore:serviceKey", json.dumps(key))
    project.configure("resourceGroup", "team-b")
    nobodys = dict.fromkeys(("AICORE_BASE_URL", "AICORE_AUTH_URL", "AICORE_CLIENT_ID", "AICORE_CLIENT_SECRET"))

    _, found = project.doctor(**nobodys)
    _, locked = project.doctor(**nobodys, PULUMI_CONFIG_PASSPHRASE=None)
    project.configure("baseUrl", "https://api.ai.example.com")
    _, elsewhere = project.doctor()

    assert found["credentials"]["message"] == f"credentials from the stack's aicore:serviceKey, for {url}"
    assert found["resourceGroup"]["message"] == (
        "resource group team-b (from stack dev) does not exist, there are: default"
    )
    assert levels(locked, "problem") == ["credentials"]
    assert "passphrase must be set" in locked["credentials"]["message"]
    assert elsewhere["credentials"]["message"] == (
        f"credentials from the AICORE_* variables are for {url}, stack dev is for https://api.ai.example.com"
    )
    assert levels(elsewhere, "skipped") == ["token", "resourceGroup", "scenario", "models"]


def test_nobody_is_logged_in(project: Project) -> None:
    _, found = project.doctor(PULUMI_BACKEND_URL=None)

    assert levels(found, "problem") == ["backend"]
    assert "PULUMI_ACCESS_TOKEN must be set" in found["backend"]["message"]
    assert found["stack"]["message"] == "stack: no usable backend"


def test_no_stack_is_selected(project: Project) -> None:
    ended, found = project.doctor()

    assert levels(found, "skipped") == ["stack", "pendingOperations", "models"]
    assert found["stack"]["message"].startswith("stack: no stack selected; please use `pulumi stack select`")
    assert ended.exit_code == 0


def test_a_stack_file_that_cannot_be_read(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    (project.folder / "Pulumi.dev.yaml").write_text("config: [not, a, map]\n")

    ended, found = project.doctor()

    assert found["stack"]["level"] == "problem"
    assert found["stack"]["message"].startswith("the configuration of stack dev cannot be read (")
    assert ended.exit_code == 1


def test_environments_that_do_not_do(project: Project) -> None:
    """Without Pulumi on PATH, since the environment is looked at all the same."""
    project.write(runtime={"name": "python", "options": {"virtualenv": "missing"}})
    _, missing = project.doctor(PATH="")
    venv.create(project.folder / "bare", symlinks=True)
    project.write(runtime={"name": "python", "options": {"virtualenv": "bare"}})
    _, bare = project.doctor(PATH="")

    assert missing["environment"]["message"].endswith("missing/bin/python does not exist")
    assert missing["environment"]["advice"] == "run `pulumi install` in the project's folder"
    assert bare["environment"]["message"].endswith("cannot import pulumi (No module named 'pulumi')")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "Pulumi.yaml is not valid YAML"),
        ("- a list", "is not a YAML mapping"),
        ("runtime: go", "runtime go"),
    ],
)
def test_project_files_that_do_not_do(project: Project, text: str, words: str) -> None:
    project.file.write_text(text)

    ended, found = project.doctor(PATH="")

    assert found["interpreter"]["level"] == "problem"
    assert words in found["interpreter"]["message"]
    assert found["environment"]["level"] == "skipped"
    assert ended.exit_code == 1


def test_the_models_of_the_stack(project: Project, emulator: Emulator) -> None:
    project.pulumi("stack", "init", "dev")
    assert "lists no aicore:deployments" in project.doctor()[1]["models"]["message"]
    chat = {"model": "gpt-5-mini", "version": "2025-08-07"}
    project.configure("deployments", {"chat": chat})
    assert project.doctor()[1]["models"]["message"] == "all 1 deployments of stack dev are offered as they are wanted"

    project.configure("deployments", {"chat": chat, "typo": chat | {"model": "gpt5-mini"}, "twin": chat})
    ended, _ = project.doctor()
    found = [each for each in json.loads(ended.stdout) if each["check"] == "models"]
    assert [(each["level"], each["message"]) for each in found] == [
        ("problem", "typo: model gpt5-mini is not offered in resource group default"),
        ("warning", "chat, twin: both deploy version 2025-08-07 of model gpt-5-mini in resource group default"),
    ]
    assert ended.exit_code == 1
    project.configure("versions", {"allowed": True})
    assert "aicore:versions.allowed: is no known key" in project.doctor()[1]["models"]["advice"]
    project.configure("versions", {})
    project.configure("checks", "off")
    assert project.doctor()[1]["models"] == {
        "check": "models",
        "level": "skipped",
        "message": "models: stack dev says aicore:checks: off",
        "advice": "",
    }


def test_what_runs_already_is_warned_about_only(emulator: Emulator) -> None:
    emulator.faults = [offering({"gpt-5": None})]
    config = StackConfig.parse({"deployments": {"chat": {"model": "gpt-5", "version": "2025-08-07"}}})
    inputs = {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "resource_group": "default",
        "parameter_bindings": {"modelName": "gpt-5", "modelVersion": "2025-08-07"},
    }
    kind = "pulumi-python:dynamic/aicore:AIConfiguration"
    urn = f"urn:pulumi:dev::aicore::aicore:index:ModelDeployment${kind}::chat"
    state = {"deployment": {"resources": [{"urn": "other", "type": "x"}, {"urn": urn, "type": kind, "inputs": inputs}]}}
    catalogues = Catalogues(Http(find_credentials(emulator.environment())))
    levels = [
        [each.level for each in judge_models(Stack("dev"), config, catalogues, known, today())]
        for known in (models_in_state(state), models_in_state({}))
    ]
    assert levels == [["warning"], ["problem"]]
