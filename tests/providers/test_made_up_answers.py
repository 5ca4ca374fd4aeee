"""Whatever a service answers, a provider's call ends with an answer or a text: here without a process around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from pulumi.dynamic import ConfigureRequest
from pulumi.runtime.proto import status_pb2

from aicore_provider.dynamic.failures import Failed
from aicore_provider.dynamic.process import PROCESS
from aicore_provider.providers.configuration import AIConfigurationProvider
from aicore_provider.providers.deployment import AIDeploymentProvider
from tests.support.made_up import GROUP, ODD, Answering, answering, documents

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


def serve(name: str, method: Callable[..., Any], *arguments: Any) -> None:
    """One call as the engine makes it, which must not take long: whatever it waits for does not come."""
    sent: list[Any] = []
    request = SimpleNamespace(urn=f"urn:pulumi:test::aicore::type::{name}", properties={"__provider": ""}, timeout=0.05)
    context = SimpleNamespace(set_trailing_metadata=sent.extend)

    def served(request: object, context: object) -> None:
        try:
            method(*arguments)
        except Failed:
            told = status_pb2.Status.FromString(sent[-1][1]).message
            assert told
            assert "has a fault" not in told

    served(request, context)


def live(host: Answering, body: bytes) -> None:
    """All calls, with the same answer to each of their requests."""
    host.body = body
    PROCESS._session = None  # as in a process of its own
    configurations, deployments = AIConfigurationProvider(), AIDeploymentProvider()
    at_home = {"resource_group": GROUP, "service_url": host.url}
    configured, deployed = MODEL | {"executable_id": "azure-openai"} | at_home, {"configuration_id": "c1"} | at_home
    for provider in (configurations, deployments):
        serve("configured", provider.configure, ConfigureRequest(None))  # type: ignore[arg-type]
    serve("checked", configurations.check, {}, MODEL)
    serve("configuration", configurations.create, configured)
    serve("configuration", configurations.read, "c1", configured)
    serve("compared", configurations.diff, "c1", {}, configured)
    serve("got", configurations.read, "c1", {"resource_group": GROUP})
    # A state that somebody has edited may lack anything.
    serve("compared", deployments.diff, "d1", {}, deployed)
    serve("deployment", deployments.create, deployed)
    serve("taken", deployments.create, deployed | {"take_over": "d1"})
    serve("got", deployments.read, "d1", {"resource_group": GROUP})
    serve("deployment", deployments.update, "d1", deployed, deployed | {"configuration_id": "c2"})
    serve("deployment", deployments.delete, "d1", deployed)


@pytest.mark.parametrize("body", [each for each in ODD if each], ids=lambda body: repr(body[:12]))
def test_odd_answers(host: Answering, body: bytes) -> None:
    live(host, body)


@settings(max_examples=50, deadline=None)
@given(body=documents())
def test_made_up_answers(host: Answering, body: Any) -> None:
    live(host, json.dumps(body).encode())
