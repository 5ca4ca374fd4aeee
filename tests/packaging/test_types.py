"""What other people's type checkers see of the installed package: right uses pass, wrong ones fail, types are known."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from release.archives import Archives

CONSUMER = Path(__file__).with_name("consumer.txt")
OWN_COMMAND = ("aicore_provider.cli", "aicore_provider.plugin.server")
"""Modules that no program imports: those of the commands."""


@pytest.fixture(scope="session")
def environment(archives: Archives, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, which takes all else from the one that these tests run in, and a program."""
    folder = tmp_path_factory.mktemp("consumer")
    venv.create(folder / "environment")
    (packages,) = (folder / "environment" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(archives.wheel) as wheel:
        wheel.extractall(packages)
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    shutil.copy(CONSUMER, folder / "program.py")
    return folder


def run(environment: Path, *command: str) -> str:
    """What a checker prints. It has to find the environment's Python first on PATH."""
    path = os.pathsep.join([str(environment / "environment" / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=environment,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def pyright() -> str:
    """The name of the module; skips where the checker, which is a program of Node.js, cannot be had."""
    done = subprocess.run([sys.executable, "-m", "pyright", "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"pyright cannot be had here: {done.stderr.strip().rpartition(chr(10))[2]}")
    return "pyright"


def wrong_lines() -> list[int]:
    lines = CONSUMER.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.endswith("# wrong")]


def test_mypy_finds_the_wrong_uses_and_no_others(environment: Path) -> None:
    python = str(environment / "environment" / "bin" / "python")
    options = ["--strict", "--disallow-any-unimported", "--no-error-summary", "--python-executable", python]
    told = run(environment, "mypy", *options, "--cache-dir", str(environment / "cache"), "program.py")
    found = {int(line) for line in re.findall(r"^program\.py:(\d+): error", told, re.MULTILINE)}
    assert sorted(found) == wrong_lines(), told


def test_pyright_finds_the_wrong_uses_and_no_others(environment: Path, pyright: str) -> None:
    (environment / "pyrightconfig.json").write_text(
        json.dumps({"include": ["program.py"], "typeCheckingMode": "standard"})
    )
    told = json.loads(run(environment, pyright, "--outputjson"))["generalDiagnostics"]
    errors = {each["range"]["start"]["line"] + 1 for each in told if each["severity"] == "error"}
    assert sorted(errors) == wrong_lines(), told


def test_every_public_symbol_has_a_known_type(environment: Path, pyright: str) -> None:
    told = json.loads(run(environment, pyright, "--verifytypes", "aicore_provider", "--ignoreexternal", "--outputjson"))
    symbols: list[dict[str, Any]] = told["typeCompleteness"]["symbols"]
    assert len(symbols) > 1000
    incomplete = [each["name"] for each in symbols if not (each["isTypeKnown"] and not each["isTypeAmbiguous"])]
    assert [each for each in incomplete if not each.startswith(OWN_COMMAND)] == []
