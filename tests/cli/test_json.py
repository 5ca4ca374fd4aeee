"""`--json` has one form: a schema for each command, which `docs/json.md` tells.

Whatever a test of this folder runs with `--json` is checked against its schema by the fixture `command`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.cli.console import JSON_FORMAT
from aicore_provider.cli.json_schema import DOCUMENTS
from tests.cli.command import Command
from tests.cli.documents import document
from tests.cli.project import Project
from tests.cli.states import creating, entry, exported
from tests.support.client import Api

ROOT = Path(__file__).parents[2]
WITHOUT_OBJECT = {"schema"}
"""It prints JSON in any case, and no object of this form."""

KEYS_OF_1 = {
    "deployments": """
        version service resourceGroup stack deployments deployments.id deployments.url deployments.model
        deployments.version deployments.status deployments.targetStatus deployments.statusMessage
        deployments.scenario deployments.executable deployments.configurationId deployments.configurationName
        deployments.latestRunningConfigurationId deployments.resourceGroup deployments.createdAt
    """,
    "doctor": """
        version service resourceGroup stack findings findings.check findings.level findings.message
        findings.advice findings.deployments
    """,
    "emulator": """
        version service environment
    """,
    "export": """
        version service resourceGroups stack excluded entries entries.section entries.name entries.entry leftOut
        leftOut.what leftOut.why
    """,
    "models": """
        version service resourceGroup stack models models.model models.version models.latest models.deprecated
        models.retirementDate models.daysLeft models.suggestedReplacements models.executable models.displayName
        models.provider models.accessType models.scenarios models.contextLength models.inputTypes
        models.capabilities models.orchestrationCapabilities models.streamingSupported models.cost
        models.resourceGroup
    """,
    "orphans": """
        version service resourceGroups stacks orphans orphans.id orphans.url orphans.model orphans.version
        orphans.status orphans.targetStatus orphans.statusMessage orphans.scenario orphans.executable
        orphans.configurationId orphans.configurationName orphans.latestRunningConfigurationId
        orphans.resourceGroup orphans.createdAt orphans.stack orphans.verdict orphans.removed orphans.error
        uncertain notOurs
    """,
    "take-over": """
        version service resourceGroup stack entries entries.name entries.id entries.resourceGroup entries.status
        entries.otherStacks entries.otherStacks.stack entries.otherStacks.resource entries.entry
    """,
    "upgrade": """
        version service stack file written deployments deployments.name deployments.resourceGroup
        deployments.model deployments.version deployments.executable deployments.offered deployments.latest
        deployments.deprecated deployments.retirementDate deployments.daysLeft deployments.proposal
        deployments.proposal.model deployments.proposal.version deployments.proposal.executable
        deployments.change deployments.change.cost deployments.change.contextLength
        deployments.change.contextLength.before deployments.change.contextLength.after
        deployments.change.inputTypes deployments.change.inputTypes.gained deployments.change.inputTypes.lost
        deployments.change.capabilities deployments.change.capabilities.gained
        deployments.change.capabilities.lost deployments.change.deprecated deployments.change.retirementDate
        deployments.change.retirementDate.before deployments.change.retirementDate.after deployments.choices
    """,
}
"""Scripts rely on these: a key that goes, or gets another meaning, is another version of the form."""


def paths(keys: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, schema in keys.items():
        yield before + key
        yield from paths(schema.get("properties") or schema.get("items", {}).get("properties", {}), f"{before}{key}.")


@pytest.mark.parametrize("name", KEYS_OF_1)
def test_the_keys_stay(name: str) -> None:
    assert JSON_FORMAT == 1
    assert set(KEYS_OF_1[name].split()) <= set(paths(DOCUMENTS[name]))


def test_every_command_that_prints_results_has_a_schema() -> None:
    with_json = {name for name, each in aicore_provider.commands.items() if "as_json" in {p.name for p in each.params}}
    assert with_json == {*DOCUMENTS, *WITHOUT_OBJECT}
    assert set(aicore_provider.commands) - with_json == {"completion"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_command_prints_the_schema(command: Command, name: str) -> None:
    ended = command("schema", "--of", name, "--json")
    schema = json.loads(ended.stdout)
    Draft202012Validator.check_schema(schema)
    assert (ended.exit_code, schema["title"]) == (0, f"aicore-provider {name} --json")
    assert list(schema["properties"]) == list(DOCUMENTS[name])


@pytest.fixture
def stack(project: Project) -> Project:
    project.pulumi("stack", "init", "dev")
    project.configure("deployments", {"chat": {"model": "gpt-5-mini", "version": "2025-05-01"}})
    return project


@pytest.mark.engine
def test_the_form_of_each_command(stack: Project, api: Api) -> None:
    ours = api.configuration()
    id_ = api.running(ours)
    home = {"service": api.url, "tenant": ""}
    stack.remember(exported(entry("AIConfiguration", ours, **home), pending=[creating(ours, service=api.url)]))
    for command in sorted(set(DOCUMENTS) - {"emulator", "init"}):
        ended = stack.run(command, *([id_] if command == "take-over" else []), "--json")
        told = document(command, ended.stdout)
        assert (told["version"], told["service"]) == (1, api.url)
        assert "dev" in (told.get("stack"), *told.get("stacks", ()))
        assert any(isinstance(each, list) and each for each in told.values())


@pytest.mark.engine
def test_what_came_of_a_removal_stands_beside_it(stack: Project, api: Api) -> None:
    ours = api.configuration()
    id_ = api.running(ours)
    home = {"service": api.url, "tenant": ""}
    stack.remember(exported(entry("AIConfiguration", ours, **home), pending=[creating(ours, service=api.url)]))
    api.emulator.faults = [{"path": f"/v2/lm/deployments/{id_}", "effect": {"status": 403, "body": "denied"}}]
    ended = stack.run("orphans", "--remove", "--yes", "--json")
    [orphan] = document("orphans", ended.stdout)["orphans"]
    assert (orphan["removed"], "denied" in orphan["error"]) == (False, True)


def test_the_emulator_tells_how_it_is_reached() -> None:
    arguments = ["emulator", "--json", "--tenant", "team-b"]
    with subprocess.Popen(
        [sys.executable, "-m", "aicore_provider.cli", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = []
        while "}\n" not in lines:
            lines.append(process.stdout.readline())
        process.terminate()
    assert process.returncode == 0
    told = document("emulator", "".join(lines))
    assert set(told["environment"].values()) == {told["service"], "emulator", "default"}
