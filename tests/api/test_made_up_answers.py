"""Whatever JSON a service may answer with, the client reads it or says that it cannot: no other error comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.catalog.findings import examine, find_executable
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.source import Catalogs
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.lifecycle import messages
from tests.support.clocks import today
from tests.support.made_up import GROUP, ODD, Answering, answering, documents


@pytest.fixture(scope="module")
def host() -> Iterator[Answering]:
    with answering() as made:
        yield made


@pytest.fixture(scope="module")
def client(host: Answering) -> AICore:
    found = Credentials(host.url, f"{host.url}/oauth/token", "client", "the-secret", None, "a test")
    return AICore(found, retries=RetryPolicy(attempts=1))


def told(client: AICore) -> str:
    return messages.reasons(client.deployments(GROUP).get("d1"))


def catalogued(client: AICore) -> object:
    catalog = Catalogs(client).of(GROUP)
    wanted = Wanted("chat", GROUP, model="gpt-5", version="1")
    return find_executable(wanted, catalog), examine(wanted, catalog, ModelPolicy(), today(), unchanged=False)


CALLS: dict[str, Callable[[AICore], object]] = {
    "list deployments": lambda client: client.deployments(GROUP).list(),
    "get a deployment": lambda client: client.deployments(GROUP).get("d1").model,
    "tell of a deployment": told,
    "create a deployment": lambda client: client.deployments(GROUP).create("c1"),
    "switch a deployment": lambda client: client.deployments(GROUP).switch("d1", "c1"),
    "delete a deployment": lambda client: client.deployments(GROUP).delete("d1"),
    "read a log": lambda client: client.deployments(GROUP).logs("d1", 3),
    "get a configuration": lambda client: client.configurations(GROUP).find("c1"),
    "list models": lambda client: client.scenarios(GROUP).models(),
    "look into a catalogue": catalogued,
    "list scenarios": lambda client: client.scenarios(GROUP).list(),
    "list resource groups": lambda client: client.resource_groups.list(),
    "get a resource group": lambda client: client.resource_groups.get(GROUP),
}


def answers(host: Answering, client: AICore, call: str, body: bytes, status: int) -> None:
    """One answer to one call: whatever comes of it can be written down, and is no error but ours."""
    host.status, host.body = status, body
    with suppress(AICoreError):
        json.dumps(repr(CALLS[call](client))).encode()
    host.status, host.body = 200, b""


@pytest.mark.parametrize("call", CALLS)
def test_odd_answers(host: Answering, client: AICore, call: str) -> None:
    for body in ODD:
        for status in (200, 404):
            answers(host, client, call, body, status)


@settings(max_examples=200, deadline=None)
@given(body=documents())
def test_made_up_answers(host: Answering, client: AICore, body: Any) -> None:
    for call in CALLS:
        answers(host, client, call, json.dumps(body).encode(), 200)
    answers(host, client, "list deployments", json.dumps(body).encode(), 400)
