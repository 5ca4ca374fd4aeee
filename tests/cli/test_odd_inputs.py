"""Odd arguments, variables, files and answers of the CLI: each ends in words, none is a fault of ours."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from aicore_provider.emulator import Emulator
from tests.cli.command import Command

DEEP_JSON = "[" * 5000 + "]" * 5000
DEEP_YAML = "a: " + "[" * 500 + "]" * 500
HUGE = "9" * 5000
KEY = {"clientid": "emulator", "clientsecret": "emulator", "url": "http://localhost", "serviceurls": {}}


def ends_in_words(ended: Result) -> None:
    assert ended.exit_code in (0, 1, 2), ended.exception
    assert "has a fault" not in ended.output, ended.output
    assert ended.exit_code == 0 or ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["deployments", "-g", "\0"],
        ["deployments", "-g", "\udcff"],
        ["deployments", "-g", "x" * 5000],
        ["models", "--retiring", HUGE],
        ["models", "--retiring", "-1"],
        ["models", "\udcff", "\0"],
        ["models", "-e", "\0", "-c", "\udcff"],
        ["upgrade", "--stack", "a\0b"],
        ["upgrade", "--stack", "a" * 5000],
        ["upgrade", "--stack", "../../a"],
        ["upgrade", "--stack", "\udcff"],
        ["upgrade", "--stack", "dev", "--check", HUGE],
        ["upgrade", "--stack", "dev", "--check", "\u00b2"],
        ["orphans", "--stack", "a\0b"],
        ["orphans", "\0", "--remove"],
        ["take-over", "\0"],
        ["take-over", "d" * 5000],
        ["take-over", "d0123456789abcde", "--name", "\udcff\0"],
        ["doctor", "-g", "\0"],
        ["emulator", "--port", HUGE],
        ["emulator", "--host", "a..b"],
        ["\0"],
        ["\udcff"],
    ],
    ids=ascii,
)
def test_arguments(command: Command, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    ends_in_words(command(*arguments))


@pytest.mark.parametrize(
    "variables",
    [
        {"AICORE_PROFILE": "../" * 2000},
        {"AICORE_PROFILE": "\udcff"},
        {"AICORE_CONFIG": "~nosuchuser/config.json"},
        {"AICORE_CONFIG": "/"},
        {"AICORE_HOME": "~nosuchuser"},
        {"AICORE_SERVICE_KEY": DEEP_JSON},
        {"AICORE_SERVICE_KEY": f'{{"clientid": {HUGE}}}'},
        {"AICORE_SERVICE_KEY": json.dumps(KEY | {"serviceurls": {"AI_API_URL": "https://a..b"}})},
        {"AICORE_SERVICE_KEY": json.dumps(KEY | {"url": 5, "clientid": [], "clientsecret": {}})},
        {"AICORE_SERVICE_KEY": '{"clientid": "\\ud83d", "clientsecret": "\\udfff"}'},
        {"AICORE_SERVICE_KEY": json.dumps(KEY | {"certificate": "größe", "key": "größe", "certurl": "https://a..b"})},
        {"VCAP_SERVICES": DEEP_JSON},
        {"VCAP_SERVICES": '{"aicore": [{"credentials": ' + DEEP_JSON + "}]}"},
        {"AICORE_BASE_URL": "https://a..b"},
        {"AICORE_BASE_URL": "https://[::1"},
        {"AICORE_BASE_URL": "https://host:99999999"},
        {"AICORE_AUTH_URL": "https://" + "a" * 70 + ".b"},
        {"AICORE_CLIENT_SECRET": "\udcff"},
        {"AICORE_CLIENT_SECRET": None, "AICORE_CERT_FILE_PATH": "~nosuchuser/a", "AICORE_KEY_FILE_PATH": "/"},
        {"AICORE_RESOURCE_GROUP": "\udcff"},
        {"HTTPS_PROXY": "http://[::1", "AICORE_BASE_URL": "https://example.invalid"},
        {"REQUESTS_CA_BUNDLE": "/nowhere", "AICORE_AUTH_URL": "https://localhost:9"},
        {"PULUMI_BACKEND_URL": "https://["},
    ],
    ids=lambda variables: ascii(variables)[:60],
)
@pytest.mark.parametrize("name", ["deployments", "doctor", "upgrade"])
def test_variables(command: Command, tmp_path: Path, variables: dict[str, str | None], name: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aicore:deployments: {a: {model: gpt-5, version: '1'}}}")
    ends_in_words(command(name, *(["--stack", "dev"] if name == "upgrade" else []), **variables))


DOCUMENTS: dict[str, str | bytes] = {
    "deep": DEEP_YAML,
    "empty": "",
    "null": "~",
    "list": "[]",
    "no YAML": "a: [",
    "zero byte": "a: \0",
    "no UTF-8": b"\xff\xfe",
    "a date that there is not": "a: 2026-02-30",
    "a timestamp that is none": "a: !!timestamp x",
    "a number that is none": "a: !!int ''",
    "a truth that is none": "a: !!bool x",
    "a huge number": f"a: {HUGE}",
    "a huge key": f"{HUGE}: 1",
    "an object of Python": "a: !!python/object/apply:os.system [ls]",
    "itself": "&a {config: *a, name: *a, runtime: *a}",
    "itself as a list": "&a [*a]",
    "a list for a key": "? [a]\n: b",
    "half a character": 'name: "\\uD83D"\nruntime: {name: python, options: {virtualenv: "\\uD83D"}}\nmain: "\\uD83D"',
    "zero characters": 'runtime: {name: python, options: {virtualenv: "\\0"}}\nmain: "\\0"\nstackConfigDir: "\\0"',
    "everything of another kind": "name: 1\nruntime: [1]\noptions: 1\nmain: {}\nconfig: 1\nstackConfigDir: [1]",
}


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize(
    "arguments", [["doctor"], ["upgrade", "--stack", "dev"], ["orphans"], ["take-over", "d0123456789abcde"]]
)
def test_files_of_the_project(command: Command, tmp_path: Path, document: str, arguments: list[str]) -> None:
    content = DOCUMENTS[document]
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "Pulumi.yaml").write_bytes(raw)
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aicore:deployments: {a: {model: gpt-5, version: '1'}}}")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to("/bin/true")
    ends_in_words(command(*arguments))
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    for stack in (raw, b"config:\n  aicore:deployments:\n    " + raw.replace(b"\n", b"\n    ")):
        (tmp_path / "Pulumi.dev.yaml").write_bytes(stack)
        ends_in_words(command(*arguments))


CONFIG: dict[str, Any] = {
    "deep": DEEP_JSON,
    "a deep value": json.dumps({"aicore:deployments": {"value": DEEP_JSON}, "aicore:retirement": {"value": DEEP_JSON}}),
    "huge": f'{{"aicore:retirement": {{"value": "{{\\"warnDays\\": {HUGE}}}"}}}}',
    "half": '{"aicore:deployments": {"value": "{\\"\\ud83d\\": {}}"}}',
    "another kind": '{"aicore:deployments": 1, "aicore:baseUrl": {"value": 1}, "aicore:resourceGroup": {"value": [1]}}',
    "a state of another kind": '{"deployment": {"resources": {"a": 1}, "pending_operations": 5}}',
    "a state of lists": '{"deployment": {"resources": [1, [], {"urn": 1, "inputs": 1, "propertyDependencies": [1]}]}}',
    "a state of odd resources": '{"deployment": {"resources": [{"urn": [], "type": {}, "id": {}, "inputs": {}}]}}',
    "a state of odd operations": '{"deployment": {"pending_operations": [{"resource": 1}, {"type": []}, 1]}}',
    "no state at all": '{"deployment": null}',
    "a list": "[]",
    "nothing": "",
}


@pytest.mark.parametrize("answer", CONFIG)
@pytest.mark.parametrize(
    "arguments", [["doctor"], ["orphans", "--json"], ["deployments"], ["upgrade"], ["take-over", "d0123456789abcde"]]
)
def test_answers_of_the_cli(
    command: Command, emulator: Emulator, tmp_path: Path, answer: str, arguments: list[str]
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "answer").write_bytes(CONFIG[answer].encode(errors="surrogatepass"))
    script = f'#!/bin/sh\ncase "$1" in version) echo v3.259.0;; *) cat {tmp_path / "answer"};; esac\n'
    (folder / "pulumi").write_text(script)
    (folder / "pulumi").chmod(0o755)
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    ends_in_words(command(*arguments, PATH=os.pathsep.join([str(folder), "/usr/bin", "/bin"])))
