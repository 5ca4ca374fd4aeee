"""A service, or a gateway before it, that sends back what it was sent: no secret of ours comes out of the client."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aicore_provider.api.credentials import Credentials, find_credentials
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.errors import AICoreError, ServiceError
from aicore_provider.api.http import Http
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.scenarios import Scenarios
from aicore_provider.emulator import Emulator
from tests.support.clocks import OneClock

SECRET = "s3cret/with+all&that'is\"odd=="
BASIC = base64.b64encode(f"{SECRET}:{SECRET}".encode()).decode()
FORM = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": "a", "client_secret": SECRET})


@pytest.fixture
def emulator(clock: OneClock) -> Iterator[Emulator]:
    with Emulator.running(tenants=[SECRET], token_seconds=60, clock=clock.service) as running:
        yield running


@pytest.fixture
def credentials(emulator: Emulator) -> Credentials:
    return find_credentials(emulator.environment(SECRET))


@pytest.fixture
def token(http: Http) -> str:
    return http._tokens.get().value


def says(emulator: Emulator, body: Any, status: int = 400, path: str = "/v2/*") -> None:
    emulator.faults = [{"path": path, "effect": {"status": status, "body": body}}]


def spellings(*secrets: str) -> Iterator[str]:
    for secret in secrets:
        for encode in (str, html.escape, urllib.parse.quote, urllib.parse.quote_plus, json.dumps):
            yield encode(secret).strip('"')


def has_secret(text: str, *secrets: str) -> bool:
    return any(each in text for each in spellings(SECRET, BASIC, *secrets))


SHAPES: dict[str, Callable[[str], Any]] = {
    "text": lambda told: f"you sent {told}",
    "HTML": lambda told: f"<html><body>\n<pre>{html.escape(told)}</pre>",
    "the service's": lambda told: {"error": {"code": "01", "message": f"you sent {told}", "requestId": "r"}},
    "code, target and request id": lambda told: {
        "error": {"code": told, "message": "bad", "requestId": told, "target": told}
    },
    "without wrapper": lambda told: {"message": told},
    "OAuth": lambda told: {"error": told, "error_description": told},
    "no message": lambda told: {"error": {"request": {"headers": {"Authorization": told}}}},
    "a list": lambda told: [told, {"sent": told}],
    "JSON in JSON": lambda told: {"error": {"message": json.dumps({"sent": told})}},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("told", [SECRET, FORM, f"Authorization: Basic {BASIC}", "Authorization: Bearer {token}"])
def test_no_error_shows_what_was_sent(http: Http, emulator: Emulator, token: str, shape: str, told: str) -> None:
    says(emulator, SHAPES[shape](told.replace("{token}", token)))
    with pytest.raises(ServiceError) as caught:
        Deployments(http, "default").list()
    error = caught.value
    shown = (str(error), error.text, error.facts, repr(error.message))
    assert not has_secret("\n".join(shown), token)
    assert "***" in "".join(shown)


@pytest.mark.parametrize("length", range(560, 640, 7))
def test_a_text_is_shortened_after_that(http: Http, emulator: Emulator, length: int) -> None:
    says(emulator, "x" * (length - len(SECRET)) + SECRET + "y" * 600)
    with pytest.raises(ServiceError) as caught:
        Deployments(http, "default").list()
    assert SECRET[:4] not in str(caught.value)


@pytest.mark.parametrize("shape", SHAPES)
def test_nor_does_the_token_endpoint(http: Http, emulator: Emulator, shape: str) -> None:
    says(emulator, SHAPES[shape](FORM), status=401, path="/oauth/token")
    with pytest.raises(AICoreError) as caught:
        Deployments(http, "default").list()
    assert not has_secret(str(caught.value))
    assert "token endpoint refused" in str(caught.value)


def test_an_earlier_token_stays_hidden(http: Http, emulator: Emulator, clock: OneClock, token: str) -> None:
    clock.sleep(60)
    assert http._tokens.get().value != token
    says(emulator, f"the token {token} has expired")
    with pytest.raises(ServiceError, match=r"the token \*\*\* has expired"):
        Deployments(http, "default").list()


DEPLOYMENT = {
    "id": "d0123456789abcde",
    "configurationId": "c1",
    "status": "DEAD",
    "statusMessage": f"sent {FORM}",
    "statusDetails": {f"key {SECRET}": [{"message": f"sent {SECRET}", "code": 1}], "deep": {"er": [SECRET]}},
}


def test_what_people_read_of_a_good_answer_is_cleaned(http: Http, emulator: Emulator) -> None:
    says(emulator, DEPLOYMENT, status=200)
    found = Deployments(http, "default").get("d0123456789abcde")
    assert found.status_message == "sent grant_type=client_credentials&client_id=a&client_secret=***"
    assert found.status_details == {"key ***": [{"message": "sent ***", "code": 1}], "deep": {"er": ["***"]}}

    says(emulator, {"data": {"result": [{"timestamp": "now", "msg": f"POST {FORM}"}]}}, status=200)
    (line,) = Deployments(http, "default").logs("d0123456789abcde", 1)
    assert line.msg.endswith("client_secret=***")

    says(emulator, {"resourceGroupId": "g", "status": "ERROR", "statusMessage": SECRET}, status=200)
    assert ResourceGroups(http).get("g").status_message == "***"

    entry = {"model": "m", "executableId": "e", "description": SECRET, "displayName": SECRET, "provider": SECRET}
    version = {"name": "1", "retirementDate": SECRET, "capabilities": [SECRET], "cost": [{SECRET: SECRET}]}
    odd = {"model": f"odd {SECRET}", "versions": 1}
    says(emulator, {"resources": [{**entry, "versions": [version]}, odd]}, status=200)
    assert not has_secret(repr(Scenarios(http, "default").models()))


def test_what_is_compared_stays_as_it_is(http: Http, emulator: Emulator) -> None:
    """The client's id is its secret here, as it is with the emulator: data must not be mistaken for an echo."""
    listed = DEPLOYMENT | {"id": SECRET, "configurationId": SECRET, "executableId": SECRET}
    says(emulator, {"resources": [listed]}, status=200)
    (found,) = Deployments(http, "default").list()
    assert (found.id, found.configuration_id, found.executable_id) == (SECRET, SECRET, SECRET)


def test_a_body_that_cannot_be_read_is_not_shown(http: Http, emulator: Emulator) -> None:
    says(emulator, {"resources": [{"id": SECRET}]}, status=200)
    with pytest.raises(AICoreError) as caught:
        Deployments(http, "default").list()
    assert not has_secret(str(caught.value))
