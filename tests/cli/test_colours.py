"""`--no-color`, `NO_COLOR` and `FORCE_COLOR`: the same for tables, marks, warnings, errors and help."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from aicore_provider.cli.colours import colours
from aicore_provider.emulator import Emulator
from tests.support.client import Api

ROOT = Path(__file__).parents[2]
ESCAPE = "\x1b["
COMMANDS = {
    "a table": "deployments",
    "marks": "doctor",
    "a warning": "take-over {id}",
    "an error": "deployments --resource-group nowhere",
    "an option that does not exist": "deployments --jsno",
    "a command that does not exist": "deployment",
    "help": "deployments --help",
    "help of all": "--help",
}


@pytest.mark.parametrize(
    ("arguments", "environment", "wanted"),
    [
        ([], {}, None),
        ([], {"TERM": "xterm"}, None),
        ([], {"TERM": "dumb"}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, None),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ([], {"FORCE_COLOR": "", "TERM": "xterm"}, None),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["models", "--no-color"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_what_counts_first(arguments: list[str], environment: dict[str, str], wanted: bool | None) -> None:
    assert colours(arguments, environment) is wanted


class Printed:
    """What commands print in a process of their own, at a terminal or into a pipe."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self._folder = folder
        own = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere", "AICORE_HOME": "/nowhere", "TERM": "xterm"}
        self._environment = own | emulator.environment()

    def by(self, arguments: str, *, at_terminal: bool, **environment: str) -> str:
        """Standard output and error together."""
        command = [sys.executable, "-m", "aicore_provider.cli", *arguments.split()]
        variables = self._environment | environment
        if not at_terminal:
            ended = subprocess.run(
                command, env=variables, cwd=self._folder, capture_output=True, text=True, timeout=60, check=False
            )
            return ended.stdout + ended.stderr
        leader, follower = pty.openpty()
        with subprocess.Popen(
            command, env=variables, cwd=self._folder, stdin=follower, stdout=follower, stderr=follower
        ):
            os.close(follower)
            seen = b""
            while True:
                try:
                    read = os.read(leader, 65536)
                except OSError:
                    break
                if not read:
                    break
                seen += read
        os.close(leader)
        return seen.decode()


@pytest.fixture
def printed(tmp_path: Path, emulator: Emulator) -> Printed:
    return Printed(tmp_path, emulator)


@pytest.mark.parametrize("what", COMMANDS)
def test_colours_are_for_a_terminal_that_wants_them(printed: Printed, api: Api, what: str) -> None:
    arguments = COMMANDS[what].format(id=api.create(api.configuration()))
    assert ESCAPE in printed.by(arguments, at_terminal=True)
    assert ESCAPE in printed.by(arguments, at_terminal=False, FORCE_COLOR="1")
    assert ESCAPE not in printed.by(arguments, at_terminal=False)
    assert ESCAPE not in printed.by(arguments, at_terminal=True, NO_COLOR="1")
    assert ESCAPE not in printed.by(f"--no-color {arguments}", at_terminal=True, FORCE_COLOR="1")
    if arguments != "--help":
        assert ESCAPE not in printed.by(f"{arguments} --no-color", at_terminal=True)
