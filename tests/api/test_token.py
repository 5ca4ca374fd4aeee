"""One token for everybody: fetched once, renewed in time, and never asked for in vain by one thread after another."""

from __future__ import annotations

import base64
import dataclasses
import json
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import CredentialsError, TokenUnavailable, Unauthorized, UnexpectedAnswer
from aicore_provider.api.http import Http
from aicore_provider.emulator import Emulator
from tests.api.requests_seen import calls, tokens
from tests.support.clocks import OneClock

THREADS = 20


def get(http: Http) -> object:
    return http.request("GET", "/lm/deployments", resource_group="default")


def test_threads_share_one_token(http: Http, emulator: Emulator) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: get(http), range(3 * THREADS)))
    assert tokens(emulator) == 1
    assert calls(emulator) == [("GET", 200)] * 3 * THREADS


def test_it_is_renewed_before_it_ends(http: Http, emulator: Emulator, clock: OneClock) -> None:
    for step, expected in ((0, 1), (6400, 1), (100, 2), (6400, 2), (100, 3)):
        clock.step(step)
        get(http)
        assert tokens(emulator) == expected
    assert {status for _, status in calls(emulator)} == {200}, "no request met an expired token"


def hand_out(emulator: Emulator, body: str) -> None:
    """Let the token endpoint answer with this, and the service accept it."""
    emulator.faults = [
        {"path": "/oauth/token", "effect": {"status": 200, "body": body}},
        {"path": "/v2/*", "effect": {"status": 200, "body": {"count": 0, "resources": []}}},
    ]


@pytest.mark.parametrize(
    "expires_in",
    [
        *("null", '"soon"', '"NaN"', "[]", "{}", "true", "false", "0", "-5", "0.001", "1e-9"),
        *("NaN", "Infinity", "-Infinity", "1e300", "1" + 400 * "0", "31536000000"),
        "",
    ],
    ids=lambda text: text[:12] or "missing",
)
def test_a_token_without_a_usable_life_time_has_a_short_one(
    http: Http, emulator: Emulator, clock: OneClock, expires_in: str
) -> None:
    hand_out(emulator, '{"access_token": "opaque"' + (f', "expires_in": {expires_in}' if expires_in else "") + "}")
    for _ in range(5):
        get(http)
        clock.step(5)
    assert tokens(emulator) == 1, "not one for each request"
    clock.step(60)
    get(http)
    assert tokens(emulator) == 2, "nor one for ever"
    assert http.tenant == "", "an opaque token tells no tenant, and that is no error"


@pytest.mark.parametrize("expires_in", ["7199", "7199.5", '"7199"'])
def test_a_life_time_is_a_number_or_a_text_of_one(
    http: Http, emulator: Emulator, clock: OneClock, expires_in: str
) -> None:
    hand_out(emulator, f'{{"access_token": "opaque", "expires_in": {expires_in}}}')
    get(http)
    clock.step(6400)
    get(http)
    assert tokens(emulator) == 1


@pytest.mark.parametrize(
    "token",
    [
        "s3cr3t\n",
        "s3cr3t\r\nX-Header: injected",
        " s3cr3t",
        "s3cr3t token",
        "s3cr3t\t",
        "s3cr3t\x00",
        "s3cr3t\x7f",
        "s3cr3t\u00fc",
        "s3cr3t\ud83d\ude00",
        "s3cr3t" * 10_000,
        ["s3cr3t"],
        {"s3cr3t": "s3cr3t"},
        12345,
        True,
    ],
    ids=lambda token: ascii(token)[:30],
)
def test_a_token_that_cannot_be_sent_is_told_and_not_shown(http: Http, emulator: Emulator, token: object) -> None:
    hand_out(emulator, json.dumps({"access_token": token, "expires_in": 7199}))
    with pytest.raises(UnexpectedAnswer, match="an access token that cannot be sent") as caught:
        get(http)
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))
    assert calls(emulator) == []
    assert tokens(emulator) == 1


@pytest.mark.parametrize("token", ["a.b.c", "x" * 32_768, "-._~+/==", "a.e30.c", "a.W10.c", "!#$|"])
def test_any_token_that_can_be_sent_is_sent(http: Http, emulator: Emulator, token: str) -> None:
    hand_out(emulator, json.dumps({"access_token": token, "expires_in": 7199}))
    get(http)
    assert http.tenant == ""


def claiming(claims: str) -> str:
    payload = base64.urlsafe_b64encode(claims.encode()).decode().rstrip("=")
    return json.dumps({"access_token": f"e30.{payload}.sig", "expires_in": 7199})


@pytest.mark.parametrize(
    "claims",
    ["[" * 5000, '{"zid": {"a": 1}}', '{"zid": ["a"]}', '{"zid": 1}', '{"zid": "a\\u001b[31m"}', "1" * 5000, "\ufeff"],
    ids=lambda text: ascii(text[:12]),
)
def test_a_zone_that_is_none_is_not_told(http: Http, emulator: Emulator, claims: str) -> None:
    hand_out(emulator, claiming(claims))
    assert http.tenant == ""


def test_a_zone_is_told(http: Http, emulator: Emulator) -> None:
    hand_out(emulator, claiming('{"zid": "our-zone"}'))
    assert http.tenant == "our-zone"


def test_the_tenant_is_that_of_the_token(http: Http) -> None:
    assert http.tenant == "e0000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_token_is_replaced_once(http: Http, emulator: Emulator, method: str, clock: OneClock) -> None:
    get(http)
    emulator.clear_journal()
    emulator.faults = [{"path": "/v2/*", "times": 1, "effect": {"expireToken": True}}]
    body = (
        {"name": "n", "scenarioId": "foundation-models", "executableId": "azure-openai"} if method == "POST" else None
    )

    http.request(method, "/lm/configurations", resource_group="default", body=body)

    assert [status for _, status in calls(emulator)] == [401, 200 if method == "GET" else 201]
    assert tokens(emulator) == 1
    assert clock.waits == []


def test_threads_with_a_refused_token_fetch_one_fresh_one(http: Http, emulator: Emulator) -> None:
    get(http)
    emulator.clear_journal()
    emulator.faults = [{"path": "/v2/*", "times": 1, "effect": {"expireToken": True}}]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: get(http), range(THREADS)))
    assert tokens(emulator) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_fresh_token_that_is_refused_too_ends_it(http: Http, emulator: Emulator, method: str) -> None:
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 401, "body": "Jwt issuer is not configured"}}]
    with pytest.raises(Unauthorized, match="Jwt issuer is not configured") as caught:
        http.request(method, "/lm/deployments", resource_group="default")
    assert calls(emulator) == [(method, 401)] * 2
    assert tokens(emulator) == 2
    assert caught.value.maybe_committed is False
    assert "client id, auth URL and base URL" in str(caught.value), "the next step is told"


def test_a_wrong_secret_names_the_source_and_shows_nothing(
    credentials: Credentials, emulator: Emulator, clock: OneClock
) -> None:
    wrong = dataclasses.replace(credentials, client_secret="not-the-s3cret")
    with pytest.raises(CredentialsError) as caught:
        get(Http(wrong, clock=clock))
    text = str(caught.value)
    assert "credentials from the AICORE_* variables: Bad credentials (HTTP 401)" in text
    assert emulator.url in text
    assert "s3cret" not in text + repr(caught.value)
    assert tokens(emulator) == 1, "asking again would not help"
    assert calls(emulator) == []


@pytest.mark.parametrize("status", [401, 503])
def test_swapped_id_and_secret_show_nothing(
    credentials: Credentials, emulator: Emulator, clock: OneClock, status: int
) -> None:
    swapped = dataclasses.replace(credentials, client_id="the-s3cret", client_secret="sb-client")
    body = "No client with requested id: the-s3cret"
    emulator.faults = [{"path": "/oauth/token", "effect": {"status": status, "body": body}}]
    with pytest.raises(
        CredentialsError if status == 401 else TokenUnavailable, match=r"requested id: \*\*\*"
    ) as caught:
        get(Http(swapped, clock=clock))
    assert "s3cret" not in "".join(traceback.format_exception(caught.value)) + repr(swapped)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_of_the_token_endpoint_is_not_repeated(http: Http, emulator: Emulator, status: int) -> None:
    emulator.faults = [{"path": "/oauth/token", "effect": {"status": status, "body": "<p>no</p>"}}]
    with pytest.raises(CredentialsError, match=rf"no reason given \(HTTP {status}\)"):
        get(http)
    assert tokens(emulator) == 1


@pytest.mark.parametrize("status", [404, 405, 501])
def test_another_server_is_not_taken_for_a_token_endpoint(http: Http, emulator: Emulator, status: int) -> None:
    emulator.faults = [{"path": "/oauth/token", "effect": {"status": status, "body": "<!DOCTYPE HTML><p>no</p>"}}]
    with pytest.raises(UnexpectedAnswer) as caught:
        get(http)
    assert str(caught.value) == (
        f"POST {emulator.url}/oauth/token is answered by no token endpoint (HTTP {status}).\n"
        "Check the auth URL: it must be the `url` of the service key."
    )
    assert tokens(emulator) == 1


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}, {"drop": "beforeCommit"}, {"drop": "afterCommit"}])
def test_a_token_request_is_repeated_like_a_get(
    http: Http, emulator: Emulator, clock: OneClock, fault: dict[str, object]
) -> None:
    emulator.faults = [{"path": "/oauth/token", "times": 2, "effect": fault}]
    get(http)
    assert tokens(emulator) == 3
    assert clock.waits == [0.5, 1.0]


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, [], "<html>log on here</html>"])
def test_something_else_than_a_token_points_to_the_auth_url(http: Http, emulator: Emulator, body: object) -> None:
    emulator.faults = [{"path": "/oauth/token", "effect": {"status": 200, "body": body}}]
    with pytest.raises(UnexpectedAnswer, match=r"Check the (auth )?URL"):
        get(http)


class _EverybodyAsks(OneClock):
    """The first wait lasts until all threads have asked for a token."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: set[int] = set()
        self._all = threading.Condition()

    def now(self) -> float:
        with self._all:
            self._asked.add(threading.get_ident())
            self._all.notify_all()
        return super().now()

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        with self._all:
            assert self._all.wait_for(lambda: len(self._asked) == THREADS, timeout=30)
        super().sleep(seconds, wake)


def test_a_dead_token_endpoint_is_not_asked_by_one_thread_after_another(
    emulator: Emulator, credentials: Credentials
) -> None:
    http = Http(credentials, clock=_EverybodyAsks())
    emulator.faults = [{"path": "/oauth/token", "effect": {"status": 503}}]

    def ask(_: int) -> BaseException | None:
        with pytest.raises(TokenUnavailable, match="No access token") as caught:
            get(http)
        return caught.value

    with ThreadPoolExecutor(THREADS) as pool:
        errors = list(pool.map(ask, range(THREADS)))

    assert len(errors) == THREADS
    assert tokens(emulator) == 5, "the tries of one thread, whose failure all others share"
    assert all("5 tries" in str(error) for error in errors)


def test_the_next_request_after_a_failure_asks_again(http: Http, emulator: Emulator) -> None:
    emulator.faults = [{"path": "/oauth/token", "times": 5, "effect": {"status": 503}}]
    with pytest.raises(TokenUnavailable):
        get(http)
    assert get(http) == {"count": 0, "resources": []}
