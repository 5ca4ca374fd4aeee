"""Whatever a service answers, a command ends with a text and an exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from aicore_provider.cli.commands import aicore_provider
from tests.support.made_up import ODD, Answering, answering, documents

COMMANDS = [
    ["deployments"],
    ["deployments", "--all", "--json"],
    ["models"],
    ["models", "--json", "--retiring", "90"],
    ["doctor"],
    ["take-over", "d0123456789abcde"],
    ["export", "--json"],
    ["export", "--resource-group", "default", "--clone-to", "team-z"],
]


@pytest.fixture(scope="module")
def host() -> Iterator[Answering]:
    with answering() as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def in_no_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("empty"))
        yield


def ends_in_words(host: Answering, body: bytes, status: int = 200) -> None:
    host.status, host.body = status, body
    variables = {
        "AICORE_BASE_URL": host.url,
        "AICORE_AUTH_URL": host.url,
        "AICORE_CLIENT_ID": "client",
        "AICORE_CLIENT_SECRET": "the-secret",
        "PATH": "/nowhere",
    }
    for arguments in COMMANDS:
        ended = CliRunner().invoke(aicore_provider, arguments, env=variables)
        assert ended.exit_code in (0, 1), (arguments, body)
        assert "has a fault" not in ended.stderr, (arguments, body, ended.stderr)
        if "--json" in arguments and ended.exit_code == 0:
            json.loads(ended.stdout)


@pytest.mark.parametrize("body", ODD, ids=[repr(each[:12]) for each in ODD])
def test_odd_answers(host: Answering, body: bytes) -> None:
    ends_in_words(host, body)


@settings(max_examples=100, deadline=None)
@given(body=documents())
def test_made_up_answers(host: Answering, body: Any) -> None:
    ends_in_words(host, json.dumps(body).encode())
