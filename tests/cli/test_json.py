"""`--json` has one form, and docs/json.md says which keys."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.cli.commands import aicore_provider
from tests.cli.project import Project
from tests.cli.states import creating, entry, exported
from tests.support.client import Api

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
LISTS = {
    "deployments": ["deployments"],
    "doctor": ["findings"],
    "export": ["entries", "leftOut"],
    "models": ["models"],
    "orphans": ["orphans", "uncertain", "notOurs"],
    "recover": ["orphans", "uncertain", "notOurs", "pending", "removedLocks", "cleared"],
    "take-over": ["entries"],
    "upgrade": ["deployments"],
}
FACTS = ["version", "service"]
SUBJECTS = {
    "export": ["resourceGroups", "stack", "excluded"],
    "orphans": ["resourceGroups", "stacks"],
    "recover": ["resourceGroups", "stacks"],
    "upgrade": ["stack", "file", "written"],
}


def documented(section: str) -> set[str]:
    """The keys in the first column of a section's table."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


def test_every_command_that_prints_data_is_here() -> None:
    with_json = {name for name, each in aicore_provider.commands.items() if "as_json" in {p.name for p in each.params}}
    # `init` is about no service, and has a test of its own.
    assert with_json == {*LISTS, "init"}


@pytest.fixture
def stack(project: Project) -> Project:
    project.pulumi("stack", "init", "dev")
    project.configure("deployments", {"chat": {"model": "gpt-5-mini", "version": "2025-05-01"}})
    return project


@pytest.mark.engine
def test_the_form_and_the_keys_of_each_command(stack: Project, api: Api) -> None:
    ours = api.configuration()
    id_ = api.running(ours)
    home = {"service": api.url, "tenant": ""}
    stack.remember(exported(entry("AIConfiguration", ours, **home), pending=[creating(ours, service=api.url)]))
    for command, lists in LISTS.items():
        ended = stack.run(command, *([id_] if command == "take-over" else []), "--json")
        told: dict[str, Any] = json.loads(ended.stdout)
        assert list(told) == [*FACTS, *SUBJECTS.get(command, ["resourceGroup", "stack"]), *lists]
        assert (told["version"], told["service"]) == (1, api.url)
        assert "dev" in (told.get("stack"), *told.get("stacks", ()))
        found = [each for name in lists if name != "leftOut" for each in told[name]]
        keys = documented(command)
        if command == "orphans":
            keys = (keys | documented("deployments")) - {"removed", "error"}
        if command == "recover":
            # Its deployments are those of `orphans`.
            found, keys = told["pending"], {"stack", "operation", "resource"}
        assert found
        assert all(set(each) == keys for each in found)
        assert all(f"`{key}`" in PAGE for key in told)


@pytest.mark.engine
def test_what_came_of_a_removal_stands_beside_it(stack: Project, api: Api) -> None:
    ours = api.configuration()
    id_ = api.running(ours)
    home = {"service": api.url, "tenant": ""}
    stack.remember(exported(entry("AIConfiguration", ours, **home), pending=[creating(ours, service=api.url)]))
    api.emulator.faults = [{"path": f"/v2/lm/deployments/{id_}", "effect": {"status": 403, "body": "denied"}}]
    ended = stack.run("orphans", "--remove", "--yes", "--json")
    [orphan] = json.loads(ended.stdout)["orphans"]
    assert set(orphan) == documented("orphans") | documented("deployments")
    assert (orphan["removed"], "denied" in orphan["error"]) == (False, True)
