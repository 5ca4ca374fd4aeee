"""The examples of the help texts work: each is run in a project with the stacks and names that they speak of."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import suppress

import click
import pytest

from aicore_provider.cli.commands import COMMANDS, aicore_provider
from aicore_provider.cli.frame import Command, Example
from tests.cli.project import Project
from tests.cli.states import creating, entry, exported
from tests.support.client import TRANSITION_S, Api

NAME = "aicore-provider"
ID = "d1a2b3c4d5e6f7a8"
"""The id that the examples name, in place of which a test has that of a deployment."""
NEVER_END = ("emulator", "--watch")
"""Words of the examples that are parsed alone."""
CHANGE = ("--remove", "--write")


def examples() -> list[Example]:
    commands = [aicore_provider, *(aicore_provider.commands[name] for name in COMMANDS)]
    return [example for command in commands for example in getattr(command, "examples", ())]


def calls(line: str) -> list[list[str]]:
    """The arguments of each call of the command in a line for a shell; what else is in it is left out."""
    parts = re.split(r"\$\(|\)\"|\||&&|>", line)
    return [shlex.split(part)[1:] for part in parts if part.strip().startswith(f"{NAME} ")]


def test_there_are_calls_of_every_command() -> None:
    called = {arguments[0] for each in examples() for arguments in calls(each.line)}
    assert called == set(COMMANDS)
    assert all(calls(each.line) for each in examples())


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.line)
def test_it_can_be_parsed(example: Example) -> None:
    assert not example.purpose.endswith(".")
    for arguments in calls(example.line):
        command = aicore_provider.commands[arguments[0]]
        assert isinstance(command, Command)
        # `--help` ends it.
        with suppress(click.exceptions.Exit):
            command.make_context(arguments[0], arguments[1:])


@pytest.fixture
def prepared(project: Project, api: Api) -> tuple[Project, str]:
    """Stacks dev and prod, dev selected; resource group team-a; and an orphan of dev, which is chat of both groups."""
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-a"})
    api.emulator.advance(TRANSITION_S)
    for stack in ("prod", "dev"):
        project.pulumi("stack", "init", stack)
    chat = {"chat": {"model": "gpt-5-mini", "version": "2025-05-01"}}
    project.configure("deployments", chat)
    (project.folder / "Pulumi.prod.yaml").write_text((project.folder / "Pulumi.dev.yaml").read_text())
    configuration = api.configuration(name="chat")
    home = {"service": api.url, "tenant": ""}
    pending = [creating(configuration, service=api.url)]
    project.remember(exported(entry("AIConfiguration", configuration, **home), pending=pending))
    return project, api.running(configuration)


@pytest.mark.engine
def test_those_that_change_nothing_do_what_they_say(prepared: tuple[Project, str], api: Api) -> None:
    project, id_ = prepared
    there = Api(api.emulator, "team-a")
    with there.session:
        in_team_a = there.running(there.configuration(name="chat"))
    ran = 0
    for each in examples():
        for arguments in calls(each.line):
            if any(word in arguments for word in (*NEVER_END, *CHANGE)):
                continue
            its = in_team_a if "team-a" in arguments else id_
            # The file that one example of `export` writes is that of a stack which is here already.
            named = [{ID: its, "Pulumi.prod.yaml": "exported.yaml"}.get(word, word) for word in arguments]
            ended = project.run(*named)
            # A check may find something: the catalogue of the emulator has models that retire.
            wanted = (0, 1) if "--check" in arguments or arguments[0] == "doctor" else (0,)
            assert ended.exit_code in wanted, (each.line, ended.stderr)
            assert ended.stdout.strip(), each.line
            if "--json" in arguments:
                json.loads(ended.stdout)
            ran += 1
    assert ran > len(COMMANDS)


@pytest.mark.engine
def test_those_that_change_something_change_that(prepared: tuple[Project, str], api: Api) -> None:
    project, id_ = prepared
    for each in examples():
        for arguments in calls(each.line):
            if "--write" in arguments:
                assert project.run(*arguments).exit_code == 0
                assert "2025-05-01" not in (project.folder / "Pulumi.dev.yaml").read_text()
            elif "--remove" in arguments and "--yes" not in arguments:
                # It asks, and there is no terminal here.
                ended = project.run(*arguments)
                assert (ended.exit_code, id_ in ended.stderr) == (1, True)
    assert id_ in api.ids()
