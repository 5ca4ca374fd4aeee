"""The wheel in an empty environment, with each extra on each Python: what is there works, what is not is told."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
import requests
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from aicore_provider.plugin.schema import plugin_version
from release.archives import Archives
from tests.packaging.environments import Case, Environment, installed, interpreter
from tests.support.plugin import TIMEOUT_S, Engine

IMPORT_ALL = "import aicore_provider as a; print(*(getattr(a, name).__name__ for name in a.__all__))"
COMMANDS = """
import click
from aicore_provider.cli.commands import aicore_provider

print(*aicore_provider.list_commands(click.Context(aicore_provider)))
"""
OWN_TEST = """
import os

import requests


def test_of_somebody(aicore_emulator):
    assert os.environ["AICORE_BASE_URL"] == aicore_emulator.url
    assert requests.get(aicore_emulator.url, timeout=10).ok
"""
NEEDED = {"cli": ("cli", "emulator"), "emulator": ("emulator",), "policy": ("policy",)}
"""The extras with which a part of the package works."""


@contextmanager
def started(environment: Environment, name: str, *arguments: str) -> Iterator[str]:
    """The first line that a command prints while it runs."""
    with subprocess.Popen(
        [environment.command(name), *arguments],
        cwd=environment.folder,
        env=environment.variables,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def says_what_to_install(done: subprocess.CompletedProcess[str], extra: str) -> None:
    """Check that a command has failed with one line about an extra."""
    text = done.stderr.strip()
    assert (done.returncode, text.count("\n")) == (1, 0), done
    assert f"pip install 'aicore-provider[{extra}]'" in text


def programs_use_it(environment: Environment) -> None:
    done = environment.run("python", "-W", "error", "-c", IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    assert "ModelDeployment" in done.stdout.split()


def the_plugin_answers(environment: Environment) -> None:
    assert environment.run("pulumi-resource-aicore", "--version").stdout == f"{plugin_version()}\n"
    engine = Engine()
    try:
        with (
            started(environment, "pulumi-resource-aicore", engine.address) as port,
            grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            schema = json.loads(stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=TIMEOUT_S).schema)
    finally:
        engine.go()
    assert (schema["name"], schema["version"]) == ("aicore", plugin_version())


def each_command_has_help(environment: Environment, has_extra: bool) -> None:
    if not has_extra:
        says_what_to_install(environment.run("aicore-provider", "--help"), "cli")
        return
    names = environment.run("python", "-c", COMMANDS).stdout.split()
    assert "doctor" in names
    for arguments in ([], *([name] for name in names)):
        done = environment.run("aicore-provider", *arguments, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Usage: ")


def the_emulator_starts(environment: Environment, has_extra: bool) -> None:
    if not has_extra:
        says_what_to_install(environment.run("aicore-provider", "emulator", "--port", "0"), "emulator")
        return
    with started(environment, "aicore-provider", "emulator", "--port", "0") as line:
        url = line.rpartition(" ")[2]
        assert requests.get(f"{url}/", headers={"Accept": "text/html"}, timeout=10).text.startswith("<!doctype html>")


def a_test_of_somebody_has_the_fixture(environment: Environment, has_extra: bool) -> None:
    (environment.folder / "test_own.py").write_text(OWN_TEST)
    done = environment.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_own.py")
    if has_extra:
        assert done.returncode == 0, done.stdout
    else:
        assert "pip install 'aicore-provider[emulator]'" in done.stdout
        assert "Traceback" not in done.stdout


def the_policy_pack_loads(environment: Environment, has_extra: bool) -> None:
    done = environment.run("python", "-c", "from aicore_provider.policy.pack import policy_pack")
    if has_extra:
        assert (done.returncode, done.stderr) == (0, "")
    else:
        says_what_to_install(done, "policy")


def test_an_empty_environment(case: Case, archives: Archives, tmp_path: Path) -> None:
    python = interpreter(case.version)
    if python is None:
        pytest.skip(f"there is no Python {case.version} here")
    environment = installed(tmp_path, python, archives.wheel, case.extra, ["pytest"])

    programs_use_it(environment)
    the_plugin_answers(environment)
    each_command_has_help(environment, case.extra in NEEDED["cli"])
    if case.extra in NEEDED["cli"]:
        the_emulator_starts(environment, case.extra in NEEDED["emulator"])
    a_test_of_somebody_has_the_fixture(environment, case.extra in NEEDED["emulator"])
    the_policy_pack_loads(environment, case.extra in NEEDED["policy"])
