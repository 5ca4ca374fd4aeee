"""`--help` is quick and complete, and a missing library is one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from aicore_provider.cli.commands import COMMANDS, aicore_provider
from aicore_provider.cli.frame import Command

ROOT = Path(__file__).parents[2]
EACH = [[], *([name] for name in COMMANDS)]


def python(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": "", **environment},
        timeout=30,
        check=False,
    )


IMPORTED = """
import atexit, json, sys
before = set(sys.modules)
atexit.register(lambda: print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr))
from aicore_provider.cli import main
main()
"""
ALWAYS = {"", ".cli", ".cli.colours", ".cli.commands", ".cli.console", ".cli.failures", ".cli.frame", ".terminal"}
"""Modules of this package that every command imports."""
MORE_AT_MOST = 12
"""Of one command's own, its options and what these check."""
STANDARD_LIBRARY_AT_MOST = 35
"""Modules of the standard library beside those that click imports."""


def imported(*arguments: str) -> set[str]:
    """The modules that a command imports."""
    ended = python(IMPORTED, *arguments)
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stderr))


@pytest.fixture(scope="module")
def of_click() -> set[str]:
    program = IMPORTED.replace("from aicore_provider.cli import main\nmain()", "import click")
    return set(json.loads(python(program).stderr))


@pytest.mark.parametrize("arguments", EACH, ids=" ".join)
def test_help_imports_nothing_that_is_not_needed(arguments: list[str], of_click: set[str]) -> None:
    found = imported(*arguments, "--help")
    own = {each.removeprefix("aicore_provider") for each in found if each.partition(".")[0] == "aicore_provider"}
    others = {each for each in found - of_click if each.partition(".")[0] != "aicore_provider"}
    assert {each.partition(".")[0] for each in others} <= set(sys.stdlib_module_names) | {"click"}
    assert len(others) <= STANDARD_LIBRARY_AT_MOST, sorted(others)
    assert own >= ALWAYS
    if not arguments:
        assert own == ALWAYS
        assert {"json", "importlib.metadata", "dataclasses", "difflib"} & others == set()
    assert len(own - ALWAYS) <= MORE_AT_MOST, sorted(own - ALWAYS)
    other_commands = {each.place.partition(":")[0].removeprefix("aicore_provider") for each in COMMANDS.values()}
    assert len(own & other_commands) == len(arguments), "no other command"


def test_a_command_that_only_prints_imports_no_client() -> None:
    assert not {"requests", "rich", "pulumi"} & imported("schema")
    assert not {"requests", "rich", "pulumi", "pydantic", "yaml"} & imported("completion", "bash")


def test_without_rich_there_is_one_line_that_says_what_to_install() -> None:
    ended = python(
        "import sys; sys.modules['rich'] = None\n"
        "from aicore_provider.cli import main; sys.argv[1:] = ['deployments']; main()",
        AICORE_BASE_URL="https://api.example.com",
        AICORE_AUTH_URL="https://auth.example.com",
        AICORE_CLIENT_ID="client",
        AICORE_CLIENT_SECRET="secret",
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1] == "Error: rich is missing; pip install 'aicore-provider[cli]'"


def helped(*arguments: str, width: int = 80) -> str:
    """The help of a command in a terminal of a width."""
    ended = CliRunner().invoke(aicore_provider, [*arguments, "--help"], terminal_width=width, max_content_width=width)
    assert (ended.exit_code, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize("arguments", EACH, ids=" ".join)
def test_every_help_text_is_whole(arguments: list[str]) -> None:
    words = helped(*arguments).partition("\n\n")[2].partition("\nOptions:")[0]
    assert not [line for line in words.split("\n") if "   " in line.strip()], words


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_the_list_of_commands_is_not_cut_off(width: int) -> None:
    told = " ".join(helped(width=width).partition("Commands:")[2].partition("Exit codes:")[0].split())
    assert told == " ".join(f"{name} {each.short_help}" for name, each in sorted(COMMANDS.items()))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_and_the_command_agree(name: str) -> None:
    command = aicore_provider.commands[name]
    assert isinstance(command, Command)
    assert command.name == name
    first, *_ = click.unstyle(command.help or "").split()
    assert COMMANDS[name].short_help.startswith(first)


@pytest.mark.parametrize("width", [30, 80])
@pytest.mark.parametrize("arguments", EACH, ids=" ".join)
def test_help_ends_with_exit_codes_and_examples_that_can_be_copied(arguments: list[str], width: int) -> None:
    _, _, end = helped(*arguments, width=width).partition("\nExit codes:\n")
    _, _, examples = end.partition("\nExamples:\n")
    command = aicore_provider.commands[arguments[0]] if arguments else aicore_provider
    assert isinstance(command, Command | type(aicore_provider))
    expected = "\n".join(f"  # {each.purpose}\n  {each.line}\n" for each in command.examples)
    assert command.examples
    assert examples == expected


@pytest.mark.parametrize("arguments", EACH, ids=" ".join)
def test_options_of_the_same_name_mean_the_same(arguments: list[str]) -> None:
    command = aicore_provider.commands[arguments[0]] if arguments else aicore_provider
    short = {
        "--resource-group": "-g",
        "--stack": "-s",
        "--output": "-o",
        "--executable": "-e",
        "--capability": "-c",
        "--yes": "-y",
    }
    options = [each for each in command.params if isinstance(each, click.Option)]
    for each in options:
        assert each.help, each.opts
        long = next(name for name in each.opts if name.startswith("--"))
        assert [name for name in each.opts if not name.startswith("--")] == list(filter(None, [short.get(long)]))
    assert options[-1].opts == ["--no-color"]
