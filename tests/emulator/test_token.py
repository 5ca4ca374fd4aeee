from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import Api, token

GRANT = {"grant_type": "client_credentials"}
CREDENTIALS = {"client_id": "emulator", "client_secret": "emulator"}
DEEP = f"eyJhbGciOiJIUzI1NiJ9.{base64.urlsafe_b64encode(b'[' * 30_000).decode()}.c"
"""A token whose payload Python's reader of JSON refuses, as it does other nonsense, but with another error."""


def post(emulator: Emulator, **arguments: Any) -> requests.Response:
    return requests.post(f"{emulator.url}/oauth/token", timeout=10, **arguments)


def test_three_ways_to_send_the_credentials(emulator: Emulator) -> None:
    in_the_body = post(emulator, data={**GRANT, **CREDENTIALS})
    basic = post(emulator, data=GRANT, auth=("emulator", "emulator"))
    by_get = requests.get(f"{emulator.url}/oauth/token", params=GRANT, auth=("emulator", "emulator"), timeout=10)

    for answer in (in_the_body, basic, by_get):
        assert answer.status_code == 200
        body = answer.json()
        assert body["expires_in"] == 43199
        assert body["token_type"] == "bearer"
        assert set(body) == {"access_token", "token_type", "expires_in", "scope", "jti"}


def test_the_token_is_a_jwt_that_clients_can_decode(emulator: Emulator) -> None:
    header, payload, signature = token(emulator.url).split(".")

    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))

    assert json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["alg"] == "HS256"
    assert signature
    assert {"zid", "client_id", "cid", "exp", "iat", "jti", "iss"} <= set(claims)
    assert claims["exp"] - claims["iat"] == 43199


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({**GRANT, "client_id": "emulator", "client_secret": "wrong"}, 401, "unauthorized"),
        ({**GRANT, "client_id": "somebody", "client_secret": "emulator"}, 401, "unauthorized"),
        (GRANT, 401, "unauthorized"),
        (CREDENTIALS, 400, "unsupported_grant_type"),
        ({**CREDENTIALS, "grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_refusals_have_the_shape_of_oauth(emulator: Emulator, form: dict[str, str], status: int, error: str) -> None:
    answer = post(emulator, data=form)

    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


@pytest.mark.parametrize("basic", ["Basic \xff", "Basic", "Basic ====", "Basic OjpcZA==", "Basic /w=="])
def test_basic_credentials_that_cannot_be_read(emulator: Emulator, basic: str) -> None:
    answer = post(emulator, data=GRANT, headers={"Authorization": basic.encode("latin-1")})

    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")


def test_credentials_as_json_are_not_a_form(emulator: Emulator) -> None:
    assert post(emulator, json={**GRANT, **CREDENTIALS}).status_code == 415


def _with(claims: dict[str, Any], of: str) -> str:
    header, _, signature = of.split(".")
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


@pytest.mark.parametrize(
    ("authorization", "text"),
    [
        (None, "Jwt is missing"),
        ("Basic ZW11bGF0b3I6ZW11bGF0b3I=", "Jwt is missing"),
        ("Bearer opaque", "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
        ("Bearer a.b.c", "Jwt payload is an invalid JSON"),
        (f"Bearer {DEEP}", "Jwt payload is an invalid JSON"),
        ("foreign", "Jwt issuer is not configured"),
        ("forged", "Jwt verification fails"),
    ],
)
def test_tokens_that_are_not_ours(emulator: Emulator, authorization: str | None, text: str) -> None:
    if authorization == "foreign":
        authorization = f"Bearer {_with({'iss': 'https://elsewhere'}, token(emulator.url))}"
    elif authorization == "forged":
        claims = {"iss": "https://emulator.invalid/oauth/token", "exp": 9e9, "jti": "x", "client_id": "emulator"}
        authorization = f"Bearer {_with(claims, token(emulator.url))}"
    headers = {"AI-Resource-Group": "default"} | ({"Authorization": authorization} if authorization else {})

    for path in ("/v2/lm/deployments", "/v2/lm/meta", "/v2/nonsense", "/v2/inference/deployments/d1234/x"):
        answer = requests.get(emulator.url + path, headers=headers, timeout=10)

        assert (answer.status_code, answer.text) == (401, text)
        assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_token_expires_on_the_emulators_clock(api: Api) -> None:
    api.emulator.advance(43198)
    assert api.call("GET", "/lm/meta").status_code == 200

    api.emulator.advance(1)

    answer = api.call("GET", "/lm/meta")
    assert (answer.status_code, answer.text) == (401, "Jwt is expired")


def test_life_time_and_tenant_can_be_chosen() -> None:
    with Emulator.running(clock=SteppedClock(), token_seconds=60, tenant_id="tenant-b") as emulator:
        answer = post(emulator, data={**GRANT, **CREDENTIALS}).json()
        api = Api(emulator)
        assert answer["expires_in"] == 60
        assert api.get("/admin/tenantInfo")["tenantId"] == "tenant-b"
        emulator.advance(60)
        assert api.call("GET", "/lm/meta").status_code == 401
        api.session.close()
