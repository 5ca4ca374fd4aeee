"""Checks that Pulumi can decrypt what is encrypted in the stack file; else it refuses `pulumi up`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import yaml

from aicore_provider.cli.doctor.diagnosis import Diagnosis, problem
from aicore_provider.cli.pulumi_cli import PulumiCli
from aicore_provider.cli.stack import Stack
from aicore_provider.stack.yaml_text import read_yaml

_OF_PASSPHRASE = (None, "", "default", "passphrase")

_WITH_TEXT = "v1:"


def salt_of(stack_file: str) -> str:
    """Return the salt in the text of a stack file whose secrets provider is the passphrase; "" for any other."""
    document: object = None
    with suppress(yaml.YAMLError, ValueError):
        document = read_yaml(stack_file)
    if not isinstance(document, Mapping) or document.get("secretsprovider") not in _OF_PASSPHRASE:
        return ""
    salt = document.get("encryptionsalt")
    return salt if isinstance(salt, str) and salt.startswith(_WITH_TEXT) else ""


def try_passphrase(cli: PulumiCli, stack: str, salt: str) -> str:
    """Return why Pulumi cannot read what is encrypted with a salt; "" when it can. Nothing is changed.

    `pulumi config` does not ask for the passphrase while nothing is encrypted. A salt has a known text encrypted with
    the passphrase behind its second colon (NewPassphraseSecretsManager in pkg/secrets/passphrase of Pulumi). So Pulumi
    is asked for this text, in a stack file of its own.
    """
    probe = {
        "encryptionsalt": salt,
        "config": {"aicore:probe": {"secure": salt.removeprefix(_WITH_TEXT).partition(":")[2]}},
    }
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "Pulumi.probe.yaml")
            file.write_text(yaml.safe_dump(probe), encoding="utf-8")
            return cli.ask("config", "get", "aicore:probe", "--stack", stack, "--config-file", str(file)).failure
    except OSError:
        return ""  # without a folder for temporary files nobody can tell


def judge_passphrase(stack: Stack, failure: str) -> Iterator[Diagnosis]:
    """Check that Pulumi did not refuse for the passphrase. Another failure says nothing of it."""
    if "passphrase" in failure:
        yield problem(
            f"Pulumi cannot decrypt the secrets of stack {stack.name} ({failure})",
            "`pulumi up` needs the passphrase with which the stack was made: set PULUMI_CONFIG_PASSPHRASE, or"
            " PULUMI_CONFIG_PASSPHRASE_FILE",
        )


def try_values(cli: PulumiCli, stack: Stack) -> Mapping[str, str]:
    """Return why Pulumi cannot decrypt values of a stack's configuration, by their keys. The values are forgotten."""
    if not stack.encrypted or not cli.ask("config", "--show-secrets", "--json", "--stack", stack.name).failure:
        return {}
    failures = {key: cli.ask("config", "get", key, "--stack", stack.name).failure for key in sorted(stack.encrypted)}
    return {key: failure for key, failure in failures.items() if failure}


def judge_encrypted_values(stack: Stack, undecryptable: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Check that Pulumi can decrypt each value: one of another stack, or one that was cut, it cannot."""
    for key, failure in undecryptable.items():
        yield problem(
            f"Pulumi cannot decrypt {key} of stack {stack.name} ({failure})",
            f"encrypt it again, with `pulumi config set --secret --stack {stack.name}`: what was encrypted for another"
            " stack, or was cut, cannot be read",
        )
