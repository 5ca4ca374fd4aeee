"""Whatever JSON a service may answer with, the client reads it or says that it cannot: no other error comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings

from aicore_provider.api.configurations import Configurations
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.http import Http, RetryPolicy
from aicore_provider.api.models import Models
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.scenarios import Scenarios
from aicore_provider.catalog.findings import Wanted, examine, find_executable
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.source import Catalogs
from aicore_provider.clock import today
from aicore_provider.lifecycle import messages
from tests.support.made_up import GROUP, ODD, Answering, answering, documents


@pytest.fixture(scope="module")
def host() -> Iterator[Answering]:
    with answering() as made:
        yield made


@pytest.fixture(scope="module")
def http(host: Answering) -> Http:
    found = Credentials(host.url, f"{host.url}/oauth/token", "client", "the-secret", None, "a test")
    return Http(found, retries=RetryPolicy(attempts=1))


def told(http: Http) -> str:
    return messages.reasons(Deployments(http, GROUP).get("d1"))


def catalogued(http: Http) -> object:
    catalog = Catalogs(http).of(GROUP)
    wanted = Wanted("chat", GROUP, model="gpt-5", version="1")
    return find_executable(wanted, catalog), examine(wanted, catalog, ModelPolicy(), today(), unchanged=False)


CALLS: dict[str, Callable[[Http], object]] = {
    "list deployments": lambda http: Deployments(http, GROUP).list(),
    "get a deployment": lambda http: Deployments(http, GROUP).get("d1").model,
    "tell of a deployment": told,
    "create a deployment": lambda http: Deployments(http, GROUP).create("c1"),
    "switch a deployment": lambda http: Deployments(http, GROUP).switch("d1", "c1"),
    "delete a deployment": lambda http: Deployments(http, GROUP).delete("d1"),
    "read a log": lambda http: Deployments(http, GROUP).logs("d1", 3),
    "get a configuration": lambda http: Configurations(http, GROUP).find("c1"),
    "list models": lambda http: Models(http, GROUP).list(),
    "look into a catalogue": catalogued,
    "list scenarios": lambda http: Scenarios(http, GROUP).list(),
    "list resource groups": lambda http: ResourceGroups(http).list(),
    "get a resource group": lambda http: ResourceGroups(http).get(GROUP),
}


def answers(host: Answering, http: Http, call: str, body: bytes, status: int) -> None:
    """One answer to one call: whatever comes of it can be written down, and is no error but ours."""
    host.status, host.body = status, body
    with suppress(AICoreError):
        json.dumps(repr(CALLS[call](http))).encode()
    host.status, host.body = 200, b""


@pytest.mark.parametrize("call", CALLS)
def test_odd_answers(host: Answering, http: Http, call: str) -> None:
    for body in ODD:
        for status in (200, 404):
            answers(host, http, call, body, status)


@settings(max_examples=200, deadline=None)
@given(body=documents())
def test_made_up_answers(host: Answering, http: Http, body: Any) -> None:
    for call in CALLS:
        answers(host, http, call, json.dumps(body).encode(), 200)
    answers(host, http, "list deployments", json.dumps(body).encode(), 400)
