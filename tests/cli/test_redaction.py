"""No password of a backend, and no key, gets out of what the Pulumi CLI says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from aicore_provider.cli.redaction import without_secrets
from tests.cli.command import Command


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("postgres://me:hush@db.example.com/states", "postgres://***@db.example.com/states"),
        ("https://hush@api.example.com/org", "https://***@api.example.com/org"),
        ("https://me:hu/sh?h@#@host/x", "https://***@host/x"),
        ("me:hush@host/x", "***@host/x"),
        ("s3://states?region=eu&sslkey=hush", "s3://states?***"),
        ("azblob://states?sig=hush&se=2030#hush", "azblob://states?***"),
        ("https://host/x#access_token=hush", "https://host/x?***"),
        ("cannot reach 'https://me:hush@host?token=hush': no route", "cannot reach 'https://***@host?***': no route"),
        ("two: https://a:hush@b https://c:hush@d/e?f=hush.", "two: https://***@b https://***@d/e?***"),
        ("git remote https://me:hush@git.example.com/x.git", "git remote https://***@git.example.com/x.git"),
        ("git remote git@git.example.com:x/y.git", "git remote git@git.example.com:x/y.git"),
        ("host=db user=me password=hush dbname=x", "host=db user=me password=*** dbname=x"),
        ("AccountName=a;AccountKey=hush==;EndpointSuffix=b", "AccountName=a;AccountKey=***;EndpointSuffix=b"),
        ('{"accessToken": "hush hush", "user": "me"}', '{"accessToken": ***, "user": "me"}'),
        ("PULUMI_ACCESS_TOKEN='hush hush' is wrong", "PULUMI_ACCESS_TOKEN=*** is wrong"),
        ("file:///home/me@work/state", "file:///home/me@work/state"),
        ("https://api.pulumi.com", "https://api.pulumi.com"),
        ("incorrect passphrase: set PULUMI_CONFIG_PASSPHRASE", "incorrect passphrase: set PULUMI_CONFIG_PASSPHRASE"),
        ("is https://host/x there?", "is https://host/x there?"),
    ],
)
def test_addresses_and_what_is_named_a_secret(said: str, shown: str) -> None:
    assert without_secrets(said, {}) == shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PULUMI_ACCESS_TOKEN", "hush-hush"),
        ("PULUMI_CONFIG_PASSPHRASE", "hush-hush"),
        ("AWS_SECRET_ACCESS_KEY", "hush-hush"),
        ("AZURE_STORAGE_SAS_TOKEN", "hush-hush"),
        ("AZURE_STORAGE_CONNECTION_STRING", "hush-hush"),
        ("PULUMI_BACKEND_URL", "postgres://me:hush-hush@db/states"),
        ("PULUMI_BACKEND_URL", "postgres://me:hush%2Dhush@db/states"),
        ("PULUMI_BACKEND_URL", "azblob://states?sas=hush-hush"),
    ],
)
def test_secrets_of_the_environment(name: str, value: str) -> None:
    assert without_secrets("got hush-hush, aHVzaC1odXNo", {name: value, "USER": "got"}) == "got ***, ***"


SAYS = """#!/bin/sh
case "$*" in
version*) echo v3.259.0 ;;
whoami*) {whoami} ;;
*) echo "error: postgres://me:hush-hush@db/states?sslkey=hush-hush: no route, AccountKey=hush-hush" >&2; exit 255 ;;
esac
"""


@pytest.mark.parametrize(
    "whoami",
    [
        """echo '{"user": "me", "url": "postgres://me:hush-hush@db/states?sslkey=hush-hush"}'""",
        """echo 'error: https://me:hush-hush@db/states?sig=hush-hush: no route' >&2; exit 255""",
        """echo 'error: password hush%2Dhush is wrong' >&2; exit 255""",
    ],
)
@pytest.mark.parametrize("backend", [None, "postgres://me:hush-hush@db/states?sslkey=hush-hush"])
@pytest.mark.parametrize(
    "arguments", [["doctor"], ["doctor", "--json"], ["orphans"], ["take-over", "d0123456789abcde"], ["deployments"]]
)
def test_no_command_shows_them(
    command: Command, tmp_path: Path, whoami: str, backend: str | None, arguments: list[str]
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pulumi").write_text(SAYS.replace("{whoami}", whoami))
    (folder / "pulumi").chmod(0o755)
    (tmp_path / "Pulumi.yaml").write_text(json.dumps({"name": "aicore", "runtime": "python"}))
    variables = {"PATH": os.pathsep.join([str(folder), "/usr/bin", "/bin"]), "PULUMI_ACCESS_TOKEN": "hush-hush"}
    ended = command(*arguments, PULUMI_BACKEND_URL=backend, **variables)
    assert ended.exit_code in (0, 1)
    assert "hush" not in ended.output
