"""Which service, resource group and stack a command speaks of: one rule, the same for every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.emulator import Emulator
from tests.cli.command import Command
from tests.cli.project import Project
from tests.support.client import TRANSITION_S, Api

NO_GROUP: dict[str, str | None] = {"AICORE_RESOURCE_GROUP": None}
NOBODYS = NO_GROUP | dict.fromkeys(("AICORE_BASE_URL", "AICORE_AUTH_URL", "AICORE_CLIENT_ID", "AICORE_CLIENT_SECRET"))
VARIABLES = "credentials from the AICORE_* variables"
ELSEWHERE = "https://api.ai.example.com"
CHAT = {"chat": {"model": "gpt-5-mini", "version": "2025-08-07"}}


def first_line(ended: Result) -> str:
    return ended.stderr.partition("\n")[0]


def service_key(url: str) -> str:
    return json.dumps(
        {"clientid": "emulator", "clientsecret": "emulator", "url": url, "serviceurls": {"AI_API_URL": url}}
    )


@pytest.fixture
def by_hand(api: Api) -> str:
    """A deployment in resource group team-b."""
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    there = Api(api.emulator, "team-b")
    return there.running(there.configuration())


@pytest.fixture
def commands(by_hand: str) -> dict[str, list[str]]:
    """Every command that asks a service."""
    asking = {
        "deployments": ["deployments"],
        "doctor": ["doctor"],
        "export": ["export"],
        "models": ["models"],
        "orphans": ["orphans"],
        "recover": ["recover", "--json"],
        "take-over": ["take-over", by_hand],
        "upgrade": ["upgrade"],
    }
    assert {*asking, "completion", "emulator", "schema"} == set(aicore_provider.commands)
    return asking


@pytest.fixture
def stack(project: Project, by_hand: str) -> Project:
    """Stack dev, selected, which deploys to resource group team-b."""
    project.pulumi("stack", "init", "dev")
    project.configure("resourceGroup", "team-b")
    project.configure("deployments", CHAT)
    return project


@pytest.mark.engine
def test_with_what_the_stack_says_alone(stack: Project, emulator: Emulator, commands: dict[str, list[str]]) -> None:
    stack.pulumi("config", "set", "--secret", "aicore:serviceKey", service_key(emulator.url))
    groups = {
        "export": "the whole tenant",
        "orphans": "no resource group (from the states)",
        "recover": "no resource group (from the states)",
        "upgrade": "resource group team-b (from Pulumi.dev.yaml)",
    }
    for name, arguments in commands.items():
        ended = stack.run(*arguments, **NOBODYS)
        assert (ended.exit_code, first_line(ended)) == (
            0,
            f"Service {emulator.url} (credentials from the stack's aicore:serviceKey), "
            f"{groups.get(name, 'resource group team-b (from stack dev)')}, stack dev (selected).",
        )


@pytest.mark.engine
def test_credentials_of_another_service_than_the_stacks_are_refused(
    stack: Project, emulator: Emulator, commands: dict[str, list[str]]
) -> None:
    emulator.clear_journal()
    for set_url, asking in ((["config", "set"], [*commands]), (["config", "set", "--secret"], ["doctor", "models"])):
        stack.pulumi(*set_url, "aicore:baseUrl", ELSEWHERE)
        for arguments in map(commands.get, asking):
            assert arguments
            ended = stack.run(*arguments)
            assert ended.exit_code == 1
            assert f"{VARIABLES[len('credentials ') :]} are for {emulator.url}" in ended.output
            assert ELSEWHERE in ended.output
    assert emulator.journal == []


@pytest.mark.engine
def test_options_come_before_the_stack_and_the_stack_before_variables(stack: Project, emulator: Emulator) -> None:
    stack.pulumi("stack", "init", "prod")
    stack.pulumi("stack", "select", "dev")
    dev, prod, remark = "stack dev (selected)", "stack prod (from PULUMI_STACK)", "; stack dev deploys to team-b"
    other: dict[str, str | None] = {"AICORE_RESOURCE_GROUP": "team-d"}
    for arguments, variables, group, which in (
        (["-g", "team-c"], other, f"team-c (from --resource-group{remark})", dev),
        ([], other, "team-b (from stack dev; not that of AICORE_RESOURCE_GROUP)", dev),
        ([], {"AICORE_RESOURCE_GROUP": "team-b"}, "team-b (from stack dev)", dev),
        ([], NO_GROUP, "team-b (from stack dev)", dev),
        ([], other | {"PULUMI_STACK": "prod"}, "team-d (from AICORE_RESOURCE_GROUP; stack prod says none", prod),
        ([], NO_GROUP | {"PULUMI_STACK": "prod"}, "default (by default; stack prod says none", prod),
        (["-s", "dev"], NO_GROUP | {"PULUMI_STACK": "prod"}, "team-b (from stack dev)", "stack dev (from --stack)"),
    ):
        said = first_line(stack.run("deployments", *arguments, **variables))
        assert said.startswith(f"Service {emulator.url} ({VARIABLES}), resource group {group}")
        assert said.endswith(f", {which}.")


@pytest.mark.engine
def test_upgrade_takes_the_selected_stack(stack: Project) -> None:
    stack.pulumi("stack", "init", "prod")
    of_dev = stack.run("upgrade", "--stack", "dev", "--json")
    assert (of_dev.exit_code, json.loads(of_dev.stdout)["stack"]) == (0, "dev")
    assert "Pulumi.prod.yaml lists no aicore:deployments" in stack.run("upgrade").stderr
    stack.pulumi("stack", "select", "dev")
    for ended in (stack.run("upgrade", "--json"), stack.run("upgrade", "--json", PULUMI_STACK="dev")):
        assert ended.stdout == of_dev.stdout
    assert json.loads(stack.run("upgrade", "-s", "dev", "--json", PULUMI_STACK="prod").stdout)["stack"] == "dev"


@pytest.mark.engine
def test_encrypted_values_are_read_by_pulumi(stack: Project, by_hand: str) -> None:
    stack.pulumi("config", "set", "--secret", "aicore:resourceGroup", "team-b")
    ended = stack.run("deployments", "--json")
    assert [each["id"] for each in json.loads(ended.stdout)["deployments"]] == [by_hand]
    locked = stack.run("deployments", PULUMI_CONFIG_PASSPHRASE=None)
    assert (locked.exit_code, locked.stdout) == (1, "")
    assert locked.stderr.startswith("Error: The aicore:resourceGroup of stack dev cannot be decrypted (")


@pytest.mark.engine
def test_who_is_not_logged_in_has_the_file(stack: Project, emulator: Emulator) -> None:
    ended = stack.run("models", "--stack", "dev", PULUMI_BACKEND_URL=None, **NO_GROUP)
    assert ended.exit_code == 0
    assert first_line(ended).startswith(
        f"Service {emulator.url} ({VARIABLES}), resource group team-b (from stack dev), "
        "stack dev (from --stack; its file alone, PULUMI_ACCESS_TOKEN must be set"
    )
    missing = stack.run("models", "--stack", "nope")
    assert missing.exit_code == 1
    assert missing.stderr.startswith(
        "Error: The configuration of stack nope cannot be read: no stack named 'nope' found"
    )


@pytest.mark.engine
def test_what_nobody_can_know_is_said(project: Project, emulator: Emulator) -> None:
    no_stack = first_line(project.run("deployments", **NO_GROUP))
    project.pulumi("stack", "init", "dev")
    no_file = first_line(project.run("deployments", **NO_GROUP))
    upgrade, (_, found) = project.run("upgrade"), project.doctor()
    service = f"Service {emulator.url} ({VARIABLES})"
    assert no_stack.startswith(
        f"{service}, resource group default (by default; that of the stack is not known), no stack (no stack selected;"
    )
    assert no_file == (
        f"{service}, resource group default (by default; stack dev says none, what its program says is not known), "
        "stack dev (selected)."
    )
    cannot = "hat a program declares without it cannot be known here"
    assert (upgrade.exit_code, upgrade.stderr) == (
        1,
        f"Error: {project.folder / 'Pulumi.dev.yaml'} lists no aicore:deployments.\nW{cannot}.\n",
    )
    assert found["models"]["message"] == (f"models: the file of stack dev lists no aicore:deployments, and w{cannot}")


@pytest.fixture
def pulumi_calls(tmp_path: Path) -> Path:
    """A `pulumi` on PATH that notes that it was called."""
    executable, calls = tmp_path / "bin" / "pulumi", tmp_path / "calls"
    executable.parent.mkdir()
    executable.write_text(f"#!/bin/sh\necho called >> {calls}\nexit 1\n")
    executable.chmod(0o755)
    return calls


@pytest.mark.parametrize("name", ["deployments", "models"])
def test_outside_of_a_project_pulumi_is_not_asked(
    command: Command, emulator: Emulator, pulumi_calls: Path, name: str
) -> None:
    ended = command(name, PULUMI_STACK="prod", **NO_GROUP)
    assert (ended.exit_code, first_line(ended)) == (
        0,
        f"Service {emulator.url} ({VARIABLES}), resource group default (by default), "
        "no stack (not in a Pulumi project).",
    )
    assert not pulumi_calls.exists()
    named = command(name, "--stack", "prod")
    assert (named.exit_code, named.stdout) == (1, "")
    assert named.stderr == "Error: There is no Pulumi.yaml here or above; run this in the project of stack prod.\n"


@pytest.mark.parametrize("name", ["deployments", "models"])
def test_in_a_project_without_pulumi(command: Command, emulator: Emulator, tmp_path: Path, name: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aicore:resourceGroup: default\n")
    unknown, named = command(name, **NO_GROUP), command(name, PULUMI_STACK="dev", **NO_GROUP)
    service = f"Service {emulator.url} ({VARIABLES})"
    no_cli = "there is no Pulumi CLI on PATH"
    assert (unknown.exit_code, first_line(unknown)) == (
        0,
        f"{service}, resource group default (by default; that of the stack is not known), no stack ({no_cli}).",
    )
    assert (named.exit_code, first_line(named)) == (
        0,
        f"{service}, resource group default (from stack dev), stack dev (from PULUMI_STACK; its file alone, {no_cli}).",
    )


def test_a_key_that_nobody_can_decrypt_and_one_in_plain_text(command: Command, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text("config:\n  aicore:serviceKey: {secure: v1:abc}\n")
    encrypted = command("models", "--stack", "dev", **NOBODYS)
    file.write_text('config:\n  aicore:serviceKey: \'{"clientsecret": "hush"}\'\n')
    plain = command("models", "--stack", "dev", **NOBODYS)
    assert encrypted.stderr == (
        "Error: The aicore:serviceKey of stack dev cannot be decrypted (there is no Pulumi CLI on PATH).\n"
        "Give Pulumi what it needs for that, or set AICORE_SERVICE_KEY.\n"
    )
    assert plain.stderr.startswith("Error: The aicore:serviceKey of stack dev stands there in plain text.\nTake it out")
    assert "hush" not in plain.output


def test_saps_configuration_file_comes_after_the_stack(command: Command, tmp_path: Path) -> None:
    saps = tmp_path / "saps.json"
    saps.write_text(json.dumps({"AICORE_RESOURCE_GROUP": "from-sap"}))
    alone = command("deployments", AICORE_CONFIG=str(saps), **NO_GROUP)
    assert ", resource group from-sap (from SAP's configuration file), " in first_line(alone)
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aicore:resourceGroup: of-stack\n")
    in_stack = command("deployments", "--stack", "dev", AICORE_CONFIG=str(saps), **NO_GROUP)
    assert ", resource group of-stack (from stack dev), " in first_line(in_stack)


def test_no_group_is_asked_for_that_the_service_cannot_have(
    command: Command, emulator: Emulator, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aicore:resourceGroup: ../s3cret\n")
    for name in ("deployments", "doctor", "models"):
        by_variable = command(name, AICORE_RESOURCE_GROUP="../s3cret")
        by_stack = command(name, "--stack", "dev")
        for ended, source in (
            (by_variable, "AICORE_RESOURCE_GROUP"),
            (by_stack, "The aicore:resourceGroup of stack dev"),
        ):
            assert ended.exit_code == 1
            assert f"{source} is no resource group id" in ended.output
            assert "s3cret" not in ended.output
    assert not [each for each in emulator.journal if "/v2/" in each.path]
