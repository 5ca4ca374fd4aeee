"""Whatever a service answers, a call of a kind ends with an outcome or an error of ours."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings

from aicore_provider import kinds
from aicore_provider.api.errors import AICoreError
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.session import Session, open_session
from aicore_provider.lifecycle.limits import Limits
from tests.support.made_up import GROUP, ODD, Answering, answering, documents
from tests.support.standard_cases import CASES, Case
from tests.support.world import WorldHost

MODEL = {
    "scenario_id": "foundation-models",
    "parameter_bindings": {"modelName": "gpt-5", "modelVersion": "1"},
}


@pytest.fixture(scope="module")
def host() -> Iterator[Answering]:
    with answering() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AICORE_BASE_URL", made.url)
        patch.setenv("AICORE_AUTH_URL", made.url)
        patch.setenv("AICORE_CLIENT_ID", "client")
        patch.setenv("AICORE_CLIENT_SECRET", "the-secret")
        yield made


def session_of() -> Session:
    host = WorldHost(threading.Event(), lambda _: None)
    return open_session(lambda _: None, "test", os.environ, host, Limits.parse(SHORT))


def live(host: Answering, body: bytes) -> None:
    """All calls, with the same answer to each of their requests. None takes long: what it waits for does not come."""
    host.body = body
    session = session_of()
    configurations, deployments, groups = map(kinds.load, ("AIConfiguration", "AIDeployment", "AIResourceGroup"))
    at_home = {"resource_group": GROUP, "service_url": host.url}
    configured, deployed = MODEL | {"executable_id": "azure-openai"} | at_home, {"configuration_id": "c1"} | at_home
    grouped = {"resource_group_id": GROUP, "labels": {"ext.ai.sap.com/a": "b"}, "service_url": host.url}

    def call(name: str, function: Callable[..., Any], *arguments: Any) -> None:
        urn = f"urn:pulumi:test::aicore::type::{name}"
        with suppress(AICoreError):
            function(session, Call(urn, timeout_s=0.05, old_inputs=at_home), *arguments)

    call("checked", configurations.check, {}, MODEL)
    call("configuration", configurations.create, configured)
    call("configuration", configurations.read, "c1", configured)
    call("compared", configurations.diff, "c1", {}, configured)
    call("got", configurations.read, "c1", {"resource_group": GROUP})
    # A state that somebody has edited may lack anything.
    call("compared", deployments.diff, "d1", {}, deployed)
    call("deployment", deployments.create, deployed)
    call("taken", deployments.create, deployed | {"take_over": "d1"})
    call("got", deployments.read, "d1", {"resource_group": GROUP})
    call("deployment", deployments.update, "d1", deployed, deployed | {"configuration_id": "c2"})
    call("deployment", deployments.delete, "d1", deployed)
    call("compared", groups.diff, GROUP, {}, grouped)
    call("group", groups.create, grouped)
    call("taken", groups.create, grouped | {"take_over": True})
    call("group", groups.read, GROUP, grouped)
    call("got", groups.read, GROUP, {})
    call("group", groups.update, GROUP, grouped, grouped)
    call("group", groups.delete, GROUP, grouped)


ANSWERS = [
    b"",
    b"null",
    b"{",
    b"[]",
    b'{"resources": [{}, 1]}',
    b'{"resources": [], "id": "d1", "name": "db", "kind": []}',
]
"""Of each form one; a life of each of these kinds with all odd answers takes too long."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
@pytest.mark.parametrize("body", ANSWERS)
def test_odd_answers_for_standard_kinds(host: Answering, body: bytes, case: Case) -> None:
    host.body = body
    session = session_of()
    at_home = {"resource_group": GROUP, "service_url": host.url}
    kind, given = kinds.load(case.kind), {**case.inputs, "configuration_id": "c1"} | at_home
    id_ = str(given.get("name", "e1"))

    def call(name: str, function: Callable[..., Any], *arguments: Any) -> None:
        urn = f"urn:pulumi:test::aicore::type::{name}"
        with suppress(AICoreError):
            function(session, Call(urn, timeout_s=0.05, old_inputs=at_home), *arguments)

    call("one", kind.check, {}, given)
    call("one", kind.diff, id_, {}, given)
    call("one", kind.create, given)
    call("taken", kind.create, given | {"take_over": True if case.is_named else "e1"})
    call("one", kind.read, id_, given)
    call("got", kind.read, id_, {"resource_group": GROUP})
    call("one", kind.update, id_, given, given)
    call("one", kind.delete, id_, given)


SHORT = json.dumps(
    {
        "poll_interval": {"first_s": 0.01, "longest_s": 0.02},
        "retries": {"attempts": 1},
        "settled_after_s": 0.02,
        "outage_s": 0.02,
        "timeouts": {"delete_s": 0.05},
    }
)


@pytest.mark.parametrize("body", [each for each in ODD if each], ids=lambda body: repr(body[:12]))
def test_odd_answers(host: Answering, body: bytes) -> None:
    live(host, body)


@settings(max_examples=50, deadline=None)
@given(body=documents())
def test_made_up_answers(host: Answering, body: Any) -> None:
    live(host, json.dumps(body).encode())
