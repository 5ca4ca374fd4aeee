"""The folder `plugin`, from which `pulumi package add` takes the provider plugin of a checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from aicore_provider.plugin.schema import package_schema
from sandbox.engine_stack import QUIET, ROOT
from tests.support.plugin import TIMEOUT_S, Engine

# All that the package is built from.
SOURCES = ("aicore_provider", "plugin", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
        else:
            shutil.copy(source, checkout / name)
    return checkout / "plugin"


def schema_from_the_cli(folder: Path, pulumi_root: Path, home: Path) -> dict[str, Any]:
    """What `pulumi package get-schema` prints in the folder.

    A language host from before the engine's protocol of today runs the folder in which the command runs, instead of
    that of the plugin, and with the Python of the environment instead of the plugin's own. So these are the same here,
    and that Python has the package.
    """
    environment = os.environ | QUIET | {"PULUMI_HOME": str(home), "PULUMI_PYTHON_CMD": sys.executable}
    environment["PATH"] = os.pathsep.join([str(pulumi_root / "bin"), os.environ["PATH"]])
    command = [str(pulumi_root / "bin" / "pulumi"), "package", "get-schema", "."]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def environment_of(folder: Path) -> Path:
    """The virtual environment that the CLI has made. The older host overlooks the option that names it."""
    return next(each.parent for each in folder.glob("**/pyvenv.cfg"))


def schema_from_the_process(folder: Path, elsewhere: Path) -> dict[str, Any]:
    """What the plugin answers when it runs as the language host of the CLI's own release runs it."""
    python = environment_of(folder) / "bin" / "python"
    engine = Engine()
    with subprocess.Popen(
        [python, folder, engine.address], cwd=elsewhere, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                answer = stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=TIMEOUT_S)
        finally:
            process.kill()
            engine.go()
    return dict(json.loads(answer.schema))


def packages(lines: str) -> set[str]:
    """Each `name==version`, in one spelling."""
    return {re.sub(r"[-_.]+", "-", line.split(" ;")[0].lower()) for line in lines.splitlines() if "==" in line}


def test_the_cli_installs_the_folder_of_a_checkout_and_runs_it(folder: Path, pulumi_root: Path, tmp_path: Path) -> None:
    wanted = package_schema()
    # The CLI prints what it has understood, in which a component has more keys.
    printed = schema_from_the_cli(folder, pulumi_root, tmp_path / "home")
    assert (printed["version"], printed["resources"].keys()) == (wanted["version"], wanted["resources"].keys())
    assert schema_from_the_process(folder, tmp_path) == wanted

    pip = [str(environment_of(folder) / "bin" / "python"), "-m", "pip", "freeze", "--exclude", "aicore-provider"]
    installed = subprocess.run(pip, capture_output=True, text=True, check=True).stdout
    assert packages(installed)
    assert packages(installed) <= packages((ROOT / "plugin" / "constraints.txt").read_text())
