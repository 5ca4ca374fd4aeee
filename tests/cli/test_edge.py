"""The edge of the command line: whatever happens ends in a text and an exit code, never in a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from aicore_provider.cli.failures import TRACEBACK_VARIABLE
from aicore_provider.cli.frame import Commands
from aicore_provider.emulator import Emulator
from tests.cli.command import Command

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "aicore_provider.cli"]


def run(*arguments: str, emulator: Emulator | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    variables = {"PYTHONPATH": str(ROOT), "AICORE_HOME": "/nowhere", "PATH": "/nowhere"}
    environment = variables | (emulator.environment() if emulator else {}) | options.pop("env", {})
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, text=True, timeout=60, check=False, stderr=subprocess.PIPE, **options
    )


@click.group(cls=Commands, entries={})
def broken() -> None:
    """Commands that nobody should write."""


@broken.command()
def lookup() -> None:
    raise KeyError("a value that may be secret")


@broken.command()
def recursion() -> None:
    raise RecursionError("a value that may be secret")


@pytest.mark.parametrize(("name", "kind"), [("lookup", "KeyError"), ("recursion", "RecursionError")])
def test_an_error_that_nobody_foresaw_is_told_without_values(name: str, kind: str) -> None:
    ended = CliRunner().invoke(broken, [name])
    assert ended.exit_code == 1
    first, second = ended.stderr.splitlines()
    assert re.fullmatch(rf"Error: aicore-provider has a fault: {kind} in \S+\.py, line \d+\.", first)
    assert TRACEBACK_VARIABLE in second
    assert "secret" not in ended.output


def test_its_traceback_has_places_and_no_values() -> None:
    ended = CliRunner().invoke(broken, ["lookup"], env={TRACEBACK_VARIABLE: "1"})
    assert ended.exit_code == 1
    assert "in lookup" in ended.stderr
    assert ended.stderr.endswith("builtins.KeyError\n")
    assert "value that may be" not in ended.stderr.replace('raise KeyError("a value that may be secret")', "")


def test_what_a_person_typed_does_not_steer_the_terminal(command: Command) -> None:
    for arguments in (["deployments", "--resource-group", "\x1b[31mx"], ["--\x1b]0;x\x07y"], ["\x9b31m"]):
        ended = command(*arguments)
        assert ended.exit_code == 2
        assert not set(ended.output) & set("\x1b\x07\x9b")


@pytest.mark.parametrize(
    "arguments", [["schema"], ["models"], ["models", "--json"], ["deployments"], ["doctor"], ["--help"], ["--version"]]
)
def test_a_full_disk_is_told(emulator: Emulator, tmp_path: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = run(*arguments, emulator=emulator, stdout=full, cwd=tmp_path)
    told = [each for each in ended.stderr.splitlines() if not each.startswith("Service http")]
    assert told == ["Error: The output cannot be written: No space left on device."]
    assert ended.returncode == 1


def test_nothing_is_left_to_tell_where_errors_go_to_a_full_disk(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*COMMAND, "schema"],
            env={"PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=full,
            cwd=tmp_path,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1


@pytest.mark.parametrize("arguments", [["schema"], ["models"], ["models", "--json"]])
def test_who_has_read_enough_hears_nothing(emulator: Emulator, tmp_path: Path, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        ended = run(*arguments, emulator=emulator, stdout=closed, cwd=tmp_path)
    told = [each for each in ended.stderr.splitlines() if not each.startswith("Service http")]
    assert (told, ended.returncode) == ([], 1)


@pytest.mark.parametrize(
    "arguments",
    [["doctor"], ["orphans"], ["take-over", "d0123456789abcdef"], ["upgrade", "--stack", "dev"]],
    ids=lambda arguments: arguments[0],
)
def test_a_folder_that_was_deleted_is_told(emulator: Emulator, tmp_path: Path, arguments: list[str]) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    script = 'cd "$1"; rmdir "$1"; shift; exec "$@"'
    ended = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(folder), *COMMAND, *arguments],
        env={"PYTHONPATH": str(ROOT), **emulator.environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr.splitlines() == ["Error: The current folder cannot be used: No such file or directory."]
    assert ended.returncode == 1


@pytest.mark.parametrize("encoding", ["ascii", "ascii:strict", "latin-1:strict", "utf-8"])
def test_a_narrow_encoding_is_no_reason_to_fail(tmp_path: Path, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C", "AICORE_PROFILE": "größe-\udcff"}
    ended = run("deployments", env=env, stdout=subprocess.PIPE, cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("arguments", ["doctor", "deployments --watch"])
def test_a_stream_that_is_closed(emulator: Emulator, tmp_path: Path, arguments: str, closed: str) -> None:
    ended = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {arguments} {closed}', "sh", *COMMAND],
        env={"PYTHONPATH": str(ROOT), "AICORE_HOME": "/nowhere", "PATH": "/nowhere", **emulator.environment()},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert ended.returncode == (1 if arguments == "doctor" else 2)
    assert "has a fault" not in ended.stderr
    assert "Traceback" not in ended.stderr
