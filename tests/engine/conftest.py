"""The emulator in this process, and a stack on the real engine for each test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from sandbox import pulumi_cli
from sandbox.engine_stack import ROOT, EngineStack
from tests.engine.pace import COUNTED, QUICK


@pytest.fixture(scope="session")
def pulumi_root() -> Path:
    """The folder whose `bin/pulumi` is the CLI; gets one when there is none."""
    return pulumi_cli.ensure().root


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An AI Core that shows each state on the way once, so that waiting is exercised."""
    with Emulator.running(pace=COUNTED) as running:
        yield running


@pytest.fixture
def stack(tmp_path: Path, pulumi_root: Path, emulator: Emulator) -> EngineStack:
    """A fresh stack of the repository's program on the emulator."""
    return EngineStack(tmp_path, pulumi_root, emulator.environment() | QUICK)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))
