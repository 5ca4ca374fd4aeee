"""A deployment that two stacks of a backend manage is told, and so is what could not be looked into."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.cli.other_stacks import MOST, Manager, look_at_other_stacks, managers, others
from aicore_provider.cli.pulumi_cli import PulumiCli
from aicore_provider.cli.state import State, read_state
from tests.cli.project import Project
from tests.cli.states import entry, exported
from tests.support.client import Api


def state(stack: str, *entries: dict[str, Any]) -> State:
    return read_state(stack, exported(*entries))


def test_what_manages_a_deployment() -> None:
    states = [
        state("a", entry("AIDeployment", "d1"), entry("AIDeployment", "d2", name="other")),
        state("b", entry("AIDeployment", "d1", name="mine"), entry("AIConfiguration", "d2")),
        state("c", entry("AIDeployment", "d1", external=True)),
    ]
    assert managers("d1", states) == [Manager("a", "AIDeployment chat"), Manager("b", "AIDeployment mine")]
    assert [str(each) for each in managers("d2", states)] == ["AIDeployment other of stack a"]
    assert managers("d3", states) == []


@pytest.mark.parametrize(
    ("own", "left"),
    [
        ("dev", ["new", "organization/b/dev", "old"]),
        ("organization/a/dev", ["new", "organization/b/dev", "old"]),
        ("organization/b/dev", ["new", "dev", "old"]),
        (None, ["new", "organization/b/dev", "dev", "old"]),
    ],
)
def test_the_own_stack_is_none_of_the_others(own: str | None, left: list[str]) -> None:
    stacks: list[dict[str, Any]] = [
        {"name": "old", "lastUpdate": "2026-01-01T00:00:00.000Z", "resourceCount": 3},
        {"name": "dev", "lastUpdate": "2026-02-01T00:00:00.000Z"},
        {"name": "empty", "lastUpdate": "2026-09-01T00:00:00.000Z", "resourceCount": 0},
        {"name": "organization/b/dev", "lastUpdate": "2026-03-01T00:00:00.000Z", "resourceCount": None},
        {"name": "new", "lastUpdate": "2026-04-01T00:00:00.000Z", "resourceCount": 1},
    ]
    assert others(stacks, own) == left


def cli(folder: Path, script: str) -> PulumiCli:
    """Somebody else's `pulumi`."""
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return PulumiCli(program, folder)


def test_no_more_than_so_many_states_are_read(tmp_path: Path) -> None:
    stacks = [{"name": f"s{n:02}", "lastUpdate": f"2026-01-01T00:00:{n:02}Z"} for n in range(MOST + 5)]
    (tmp_path / "stacks").write_text(json.dumps(stacks))
    (tmp_path / "state").write_text(json.dumps(exported(entry("AIDeployment", "d1"))))
    script = f'[ "$2" = ls ] && exec cat stacks\necho "$4" >> asked\n[ "$4" != s{MOST} ] || exit 3\nexec cat state'
    found = look_at_other_stacks(cli(tmp_path, script), f"s{MOST + 4}")
    asked = sorted((tmp_path / "asked").read_text().split())
    assert asked == [f"s{n:02}" for n in range(4, MOST + 4)]
    assert len(found.states) == MOST - 1
    assert found.unread == (
        f"stacks that were not looked into: 4 that were updated before the others, s{MOST} (it ended with exit code 3)"
    )


@pytest.mark.parametrize("script", ["exit 1", "echo no list", "echo '{}'", "echo '[1]' >&2"])
def test_stacks_that_nobody_can_list_are_told(tmp_path: Path, script: str) -> None:
    found = look_at_other_stacks(cli(tmp_path, script), "dev")
    assert found.states == ()
    assert found.unread.startswith("the stacks of the backend cannot be listed (")


@pytest.mark.engine
def test_take_over_and_doctor_name_the_other_stack(project: Project, api: Api) -> None:
    id_ = api.create(api.configuration())
    api.emulator.advance(60)
    for stack in ("prod", "broken", "dev"):
        project.pulumi("stack", "init", stack)
    project.remember(exported(entry("AIDeployment", id_, name="theirs")), "prod")

    ended = project.run("take-over", id_)
    assert ended.exit_code == 0
    assert f"Warning: deployment {id_} is managed already: it is AIDeployment theirs of stack prod." in ended.stderr
    told = json.loads(project.run("take-over", id_, "--json").stdout)["entries"][0]
    assert told["otherStacks"] == [{"stack": "prod", "resource": "AIDeployment theirs"}]
    free = json.loads(project.run("take-over", api.create(api.configuration()), "--json").stdout)
    assert free["entries"][0]["otherStacks"] == []

    assert "otherStacks" not in project.doctor()[1], "nothing of this stack can be anybody else's"
    chat = {"model": "gpt-5-mini", "version": "2025-08-07", "takeOver": id_}
    project.configure("deployments", {"chat": chat})
    _, before = project.doctor()
    project.remember(exported(entry("AIDeployment", id_)))
    _, after = project.doctor()
    for found in (before, after):
        assert found["otherStacks"]["level"] == "warning"
        assert found["otherStacks"]["message"] == (
            f"chat: deployment {id_} is managed by another stack as well: it is AIDeployment theirs of stack prod"
        )
    project.state("broken").write_text("{")
    _, unread = project.doctor()
    assert unread["otherStacks"]["level"] == "skipped"
    assert "the stacks of the backend cannot be listed (" in unread["otherStacks"]["message"]
    assert (
        "was not looked up everywhere: the stacks of the backend cannot be listed ("
        in project.run("take-over", api.create(api.configuration())).stderr
    )
