"""Exit codes mean the same for every command: 0, 1, 2, and 130 for Ctrl-C."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest

from aicore_provider.cli.commands import COMMANDS, aicore_provider
from aicore_provider.cli.frame import EXIT_CODES, Command
from tests.cli.command import Command as Run
from tests.support.client import Api

ROOT = Path(__file__).parents[2]
ENDS_WITH_CTRL_C = {"emulator"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_says_them(name: str) -> None:
    command = aicore_provider.commands[name]
    assert isinstance(command, Command)
    assert set(command.exit_codes) == set(EXIT_CODES) - ({130} if name in ENDS_WITH_CTRL_C else set())
    context = click.Context(command, info_name=name, terminal_width=200)
    told = click.unstyle(command.get_help(context)).partition("Exit codes:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split(None, 1) for line in told] == [[str(code), said] for code, said in command.exit_codes.items()]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_cannot_be_is_2(command: Run, name: str) -> None:
    ended = command(name, "--colour")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1].startswith("Error: No such option")


def test_done_is_0_and_an_error_is_1(command: Run, api: Api) -> None:
    assert command("deployments").exit_code == 0
    api.emulator.faults = [{"path": "/v2/*", "effect": {"status": 403, "body": "denied"}}]
    assert command("deployments").exit_code == 1


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("deployment", " Did you mean deployments?"),
        ("Models", " Did you mean models?"),
        ("takeover", " Did you mean take-over?"),
        ("xyz", ""),
    ],
)
def test_a_command_that_does_not_exist(command: Run, typed: str, advice: str) -> None:
    ended = command(typed)
    assert ended.exit_code == 2
    assert ended.stderr.splitlines()[-1] == f"Error: There is no command {typed}.{advice}"


def test_an_option_that_does_not_exist(command: Run) -> None:
    assert "--retiring" in command("models", "--retireing", "3").stderr.splitlines()[-1]
    assert "--version" in command("--versoin").stderr.splitlines()[-1]


@pytest.mark.parametrize("arguments", ["models", "deployments", "doctor", "export", "take-over d1a2b3c4d5e6f7a8"])
def test_ctrl_c_is_130(tmp_path: Path, arguments: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        credentials = dict.fromkeys(("AICORE_CLIENT_ID", "AICORE_CLIENT_SECRET"), "nobody")
        variables = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere", "AICORE_BASE_URL": url, "AICORE_AUTH_URL": url}
        with subprocess.Popen(
            [sys.executable, "-m", "aicore_provider.cli", *arguments.split()],
            env=variables | credentials,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            # It asks for a token, and waits.
            asking, _ = silent.accept()
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=60)
            asking.close()
    assert running.returncode == 130
    assert errors.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in errors


def test_nothing_follows_an_interruption(tmp_path: Path) -> None:
    """What Ctrl-C cuts off half-made may fail once more when it is freed, as an answer of http.client does."""
    program = (
        "from aicore_provider.cli.frame import Commands\n"
        "class HalfMade:\n"
        "    def __del__(self): raise AttributeError('fp')\n"
        "group = Commands('asking', entries={})\n"
        "@group.command()\n"
        "def ask():\n"
        "    answer = HalfMade()\n"
        "    raise KeyboardInterrupt\n"
        "group(['ask'])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (130, "\nInterrupted.\n")


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("", 1), (None, 130)])
def test_a_question_that_is_not_answered_with_yes(tmp_path: Path, answer: str | None, code: int) -> None:
    """A no and an end of the input are no Ctrl-C."""
    program = (
        "import click\n"
        "from aicore_provider.cli.frame import Commands\n"
        "group = Commands('asking', entries={})\n"
        "@group.command()\n"
        "def ask(): click.confirm('Remove?', abort=True, err=True)\n"
        "group(['ask'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as running:
        assert running.stdin is not None
        assert running.stderr is not None
        asked = b""
        while b"Remove?" not in asked:
            asked += running.stderr.read(1)
        if answer is None:
            # Python does not see one that comes right before it begins to read.
            while running.poll() is None:
                running.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    running.wait(timeout=5)
        running.communicate((answer or "").encode(), timeout=60)
    assert running.returncode == code
