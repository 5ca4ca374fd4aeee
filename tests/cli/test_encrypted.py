"""A stack file with encrypted values: read with Pulumi where that can decrypt them, else as far as it goes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.catalog.source import Catalogs
from aicore_provider.catalog.upgrades import Assessment
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.cli.doctor.models import judge_models, models_in_state
from aicore_provider.cli.stack import Stack
from aicore_provider.cli.stack_config import check_file
from aicore_provider.cli.state import read_state
from aicore_provider.cli.upgrade import as_document
from aicore_provider.emulator import Emulator
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.file import StackFile, StackFileError
from aicore_provider.stack.model import StackConfig
from tests.cli.project import Project
from tests.support.catalogs import offering, version
from tests.support.clocks import today

NO_PASSPHRASE: dict[str, str | None] = {"PULUMI_CONFIG_PASSPHRASE": None, "PULUMI_CONFIG_PASSPHRASE_FILE": None}
ENTRIES: dict[str, Any] = {
    "chat": {"model": "gpt-5-mini", "version": "2025-05-01", "ttl": "10h"},
    "open": {"model": "gpt-5-nano", "version": "2025-05-01"},
    "router": {
        "scenario": "orchestration",
        "modelFilterListType": "allow",
        "modelFilterList": [{"modelName": "gpt-5"}],
    },
}
SECRETS = {"chat.model": "gpt-5-secret", "router.modelFilterList[0].modelName": "s3cret-model", "chat.ttl": "777h"}


@pytest.fixture
def encrypted(project: Project, emulator: Emulator) -> Project:
    """A stack of which something is encrypted."""
    offered = {"versions": [version("2025-05-01"), version("2025-08-07", isLatest=True)]}
    emulator.faults = [offering({"gpt-5-nano": offered, "gpt-5-secret": None})]
    project.pulumi("stack", "init", "dev")
    project.configure("deployments", ENTRIES)
    for place, secret in SECRETS.items():
        project.pulumi("config", "set", "--secret", "--path", f"aicore:deployments.{place}", secret)
    return project


def shows_no_secret(text: str) -> bool:
    return not any(secret in text for secret in SECRETS.values())


def models_told(project: Project, **environment: str | None) -> tuple[list[tuple[str, str]], str]:
    ended, _ = project.doctor(**environment)
    found = [each for each in json.loads(ended.stdout)["findings"] if each["check"] == "models"]
    return [(each["level"], each["message"]) for each in found], ended.output


def test_doctor_checks_what_pulumi_decrypts_and_shows_none_of_it(encrypted: Project) -> None:
    told, output = models_told(encrypted)
    assert told == [
        ("problem", "chat: model [secret] is not offered in resource group default"),
        ("problem", "router: model [secret] of the modelFilterList is not offered for scenario orchestration"),
    ]
    assert shows_no_secret(output)


def test_doctor_names_what_nobody_can_decrypt_and_checks_the_rest(encrypted: Project) -> None:
    encrypted.configure("versions", {"allowLatest": False})
    told, output = models_told(encrypted, **NO_PASSPHRASE)
    (level, message) = told[-1]
    assert level == "warning"
    for place in ("chat.model", "chat.ttl", "router.modelFilterList.0.modelName"):
        assert f"aicore:deployments.{place}" in message
    assert "passphrase" in message
    assert shows_no_secret(output)

    encrypted.pulumi("config", "set", "--path", "aicore:deployments.open.model", "gpt-5-nanx")
    told, _ = models_told(encrypted, **NO_PASSPHRASE)
    assert told[0] == ("problem", "open: model gpt-5-nanx is not offered in resource group default")


def test_upgrade_reads_what_pulumi_decrypts(encrypted: Project) -> None:
    encrypted.pulumi("config", "set", "--secret", "--path", "aicore:deployments.chat.model", "gpt-5-nano")
    ended = encrypted.run("upgrade", "--json")
    assert ended.exit_code == 0, ended.output
    chat, plain = json.loads(ended.stdout)["deployments"]
    assert (chat["model"], chat["version"], chat["proposal"]) == ("[secret]", "2025-05-01", {"version": "2025-08-07"})
    assert (plain["model"], plain["proposal"]) == ("gpt-5-nano", {"version": "2025-08-07"})
    assert "gpt-5-nano" not in encrypted.run("upgrade").output.split("open")[0]


def test_upgrade_writes_beside_what_is_encrypted_and_names_what_it_cannot_write(encrypted: Project) -> None:
    encrypted.pulumi("config", "set", "--secret", "--path", "aicore:deployments.chat.model", "gpt-5-nano")
    encrypted.pulumi("config", "set", "--secret", "--path", "aicore:deployments.chat.version", "2025-05-01")
    before = (encrypted.folder / "Pulumi.dev.yaml").read_text()
    ended = encrypted.run("upgrade", "--write")
    assert ended.exit_code == 0, ended.output
    place = "aicore:deployments.chat.version"
    assert f"{place} is encrypted; change it with `pulumi config set --secret --path {place}`" in ended.stderr
    after = (encrypted.folder / "Pulumi.dev.yaml").read_text()
    assert before != after
    assert [line for line in after.splitlines() if line not in before.splitlines()] == ["      version: '2025-08-07'"]


def test_upgrade_has_pulumi_decrypt_the_old_file_alone(encrypted: Project) -> None:
    ended, asked = encrypted.asked("upgrade", "--write")

    assert "Wrote 1 change to" in ended.stdout
    assert sum(line.startswith("config get aicore:deployments ") for line in asked) == 1, asked


def test_a_changed_file_is_checked_without_its_encrypted_values() -> None:
    secret = "{secure: v1:abc}"
    text = f"config:\n  aicore:resourceGroup: {secret}\n  aicore:deployments:\n    chat: {{model: {secret}}}\n"
    check_file(StackFile(Path("Pulumi.dev.yaml"), text))
    with pytest.raises(StackFileError, match=r"Pulumi.dev.yaml: .*\n  aicore:deployments.chat.vers: is no known key"):
        check_file(StackFile(Path("Pulumi.dev.yaml"), text.replace("{model:", "{vers: '1', model:")))


def test_upgrade_without_the_passphrase_looks_at_the_rest(encrypted: Project) -> None:
    ended = encrypted.run("upgrade", "--json", **NO_PASSPHRASE)
    assert ended.exit_code == 0, ended.output
    assert [each["name"] for each in json.loads(ended.stdout)["deployments"]] == ["open"]
    assert "Warning: not looked at, since encrypted: aicore:deployments.chat.model, " in ended.stderr
    assert shows_no_secret(ended.output)


def test_a_whole_that_is_encrypted_is_refused_in_words(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    project.pulumi("config", "set", "--secret", "aicore:deployments", json.dumps({"s3cret-name": ENTRIES["chat"]}))
    (found,), output = models_told(project)
    assert found[0] == "problem"
    assert "s3cret-name" not in output
    ended = project.run("upgrade")
    assert ended.exit_code == 1
    assert "aicore:deployments: must be a dictionary; single texts in it may be encrypted" in ended.stderr
    assert "s3cret-name" not in ended.output


def test_what_stands_encrypted_in_the_state_counts_as_the_same(emulator: Emulator) -> None:
    emulator.faults = [offering({"gpt-5": None})]
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
    inputs = {
        "scenario_id": "foundation-models",
        "executable_id": secret,
        "resource_group": "default",
        "parameter_bindings": {"modelName": secret, "modelVersion": "2025-08-07"},
    }
    kind = "pulumi-python:dynamic/aicore:AIConfiguration"
    state = {
        "deployment": {"resources": [{"urn": f"urn:pulumi:dev::aicore::{kind}::chat", "type": kind, "inputs": inputs}]}
    }
    config = StackConfig.parse({"deployments": {"chat": {"model": "gpt-5", "version": "2025-08-07"}}})
    catalogs = Catalogs(AICore(find_credentials(emulator.environment())))
    found = judge_models(Stack("dev"), config, catalogs, models_in_state(read_state("dev", state)), today())
    assert [each.level for each in found] == ["warning"]


@pytest.mark.parametrize(("version", "told"), [("1", "[secret]"), ("2", "1")])
def test_the_latest_version_does_not_tell_a_secret_one(version: str, told: str) -> None:
    found = Assessment(Wanted("chat", "default", model="gpt-5", version=SecretText(version)), offered=True, latest="1")
    (entry,) = as_document(StackFile(Path("Pulumi.dev.yaml"), ""), [found], written=False)["deployments"]
    assert (entry["version"], entry["latest"]) == ("[secret]", told)


def test_upgrade_leaves_other_sections_and_their_secrets_alone(project: Project, emulator: Emulator) -> None:
    offered = {"versions": [version("2025-05-01"), version("2025-08-07", isLatest=True)]}
    emulator.faults = [offering({"gpt-5-nano": offered})]
    project.pulumi("stack", "init", "dev")
    project.configure("deployments", {"open": ENTRIES["open"]})
    place = 'aicore:genericSecrets["my.db"].data.key'
    project.pulumi("config", "set", "--secret", "--path", place, "s3cret-model")
    before = (project.folder / "Pulumi.dev.yaml").read_text()
    ended = project.run("upgrade", "--write", **NO_PASSPHRASE)
    assert ended.exit_code == 0, ended.output
    assert "genericSecrets" not in ended.output, "nothing of them is looked at"
    after = (project.folder / "Pulumi.dev.yaml").read_text()
    assert "my.db" in before
    assert [line for line in after.splitlines() if line not in before.splitlines()] == ["      version: '2025-08-07'"]

    project.pulumi("config", "rm", "aicore:deployments")
    alone = project.run("upgrade")
    assert alone.exit_code == 1
    assert "lists no aicore:deployments" in alone.output
