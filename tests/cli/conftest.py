"""An emulator in this process, and the command run in an empty folder with nothing but the emulator's variables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.cli.json_schema import DOCUMENTS
from aicore_provider.emulator import Emulator, SteppedClock
from sandbox import pulumi_cli
from tests.cli.command import DAY_S, Command
from tests.cli.documents import document
from tests.cli.project import Project
from tests.support.client import TRANSITION_S, Api


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    # Time stands still unless a test moves it on, by days, for which a token shall last.
    clock = SteppedClock(time.time())
    with Emulator.running(transition_seconds=TRANSITION_S, clock=clock, token_seconds=30 * DAY_S) as running:
        yield running


@pytest.fixture
def api(emulator: Emulator) -> Iterator[Api]:
    client = Api(emulator)
    with client.session:
        yield client


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> Command:
    """Runs the command in a folder; `None` takes a variable away."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **environment: str | None) -> Result:
        # No credentials of the person, and no terminal of the one who runs the tests.
        base: Mapping[str, str] = {"AICORE_HOME": str(tmp_path / "nowhere"), "PATH": str(tmp_path / "bin")}
        variables: dict[str, str | None] = {**base, **emulator.environment(), **environment}
        ended = CliRunner().invoke(aicore_provider, arguments, env=variables)
        if "--json" in arguments and arguments[0] in DOCUMENTS and ended.stdout:
            document(arguments[0], ended.stdout)
        return ended

    return run


@pytest.fixture(scope="session")
def pulumi_bin() -> Path:
    """The folder of the CLI; gets one when there is none."""
    return pulumi_cli.ensure().bin


@pytest.fixture
def project(tmp_path: Path, pulumi_bin: Path, command: Command) -> Project:
    return Project(tmp_path, pulumi_bin, command)
