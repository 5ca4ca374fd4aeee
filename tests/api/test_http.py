"""One request: what is sent again, what never is, and what people read when it fails."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import (
    AICoreError,
    ConnectionFailed,
    Forbidden,
    InvalidRequest,
    NotFound,
    ServiceError,
    ServiceUnavailable,
    TokenUnavailable,
    TooManyRequests,
    UnexpectedAnswer,
    WrongState,
)
from aicore_provider.api.http import Http
from aicore_provider.api.request_limits import RequestTimeouts
from aicore_provider.clock import utc_now
from aicore_provider.emulator import Emulator
from tests.api.hosts import scripted_host
from tests.api.requests_seen import calls, tokens
from tests.support.clocks import InterruptedWhileWaiting, OneClock

GROUP = "default"
PASSING: list[dict[str, Any]] = [
    *({"status": status} for status in (429, 500, 502, 503, 504)),
    {"drop": "beforeCommit"},
    {"drop": "afterCommit"},
]
WRITES = ["POST", "PATCH", "DELETE"]


def send(http: Http, method: str = "GET") -> Any:
    """A request of that method that the service would carry out."""
    body = {"name": "n", "scenarioId": "foundation-models", "executableId": "azure-openai"}
    path = "/lm/configurations" if method in ("GET", "POST") else "/lm/deployments/d0000000"
    return http.request(method, path, resource_group=GROUP, body=body if method == "POST" else None)


def fail(http: Http, method: str = "GET") -> AICoreError:
    with pytest.raises(AICoreError) as caught:
        send(http, method)
    return caught.value


@pytest.fixture
def faulty(http: Http, emulator: Emulator, clock: OneClock) -> Callable[..., None]:
    """Set a fault of all API calls, with a token at hand and nothing in the journal."""

    def set_fault(effect: dict[str, Any], **rule: Any) -> None:
        send(http)
        emulator.faults = [{"path": "/v2/*", "effect": effect, **rule}]
        emulator.clear_journal()
        clock.waits.clear()

    return set_fault


@pytest.mark.parametrize("effect", PASSING, ids=str)
def test_a_get_is_sent_again_after_what_may_pass(
    http: Http, emulator: Emulator, clock: OneClock, faulty: Callable[..., None], effect: dict[str, Any]
) -> None:
    faulty(effect, times=2)
    assert send(http)["count"] == 0
    assert [method for method, _ in calls(emulator)] == ["GET"] * 3
    assert clock.waits == [0.5, 1.0]


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_nothing_is_sent_again_after_an_interruption_during_the_wait(
    emulator: Emulator, credentials: Credentials, method: str
) -> None:
    clock = InterruptedWhileWaiting()
    http = Http(credentials, clock=clock, random_share=lambda: 0.0, interrupted=clock.interrupted)
    http.tenant  # noqa: B018  (fetches the token)
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 429}, "times": 1}]
    error = fail(http, method)
    assert isinstance(error, TooManyRequests)
    assert [sent for sent, _ in calls(emulator)] == [method]
    assert "tries" not in str(error)
    assert clock.waits == [0.5]


@pytest.mark.parametrize("effect", PASSING, ids=str)
def test_a_get_is_given_up_after_five_tries(
    http: Http, emulator: Emulator, clock: OneClock, faulty: Callable[..., None], effect: dict[str, Any]
) -> None:
    faulty(effect)
    error = fail(http)
    assert len(calls(emulator)) == 5
    assert clock.waits == [0.5, 1.0, 2.0, 4.0]
    assert "(5 tries in 8 s)" in str(error)
    assert (error.maybe_committed, error.retryable) == (False, True)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 412, 413, 501])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_will_not_pass_is_not_sent_again(
    http: Http, emulator: Emulator, faulty: Callable[..., None], method: str, status: int
) -> None:
    faulty({"status": status})
    error = fail(http, method)
    assert calls(emulator) == [(method, status)]
    assert error.retryable is False
    assert error.maybe_committed is (method != "GET" and status >= 500)


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("effect", [effect for effect in PASSING if effect != {"status": 429}], ids=str)
def test_a_change_that_may_have_happened_is_never_sent_again(
    http: Http,
    emulator: Emulator,
    clock: OneClock,
    faulty: Callable[..., None],
    method: str,
    effect: dict[str, Any],
) -> None:
    faulty(effect)
    error = fail(http, method)
    assert [sent for sent, _ in calls(emulator)] == [method]
    assert clock.waits == []
    assert (error.maybe_committed, error.retryable) == (True, False)


@pytest.mark.parametrize("method", WRITES)
def test_a_change_refused_unread_is_sent_again(
    http: Http, emulator: Emulator, faulty: Callable[..., None], method: str
) -> None:
    faulty({"status": 429})
    error = fail(http, method)
    assert isinstance(error, TooManyRequests)
    assert calls(emulator) == [(method, 429)] * 5
    assert (error.maybe_committed, error.retryable) == (False, True)


def test_a_change_is_made_once_although_it_was_refused_before(
    http: Http, emulator: Emulator, faulty: Callable[..., None]
) -> None:
    faulty({"status": 429}, times=3)
    made = send(http, "POST")["id"]
    assert [c["id"] for c in send(http)["resources"]] == [made]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_a_closed_port_is_told_in_words_after_five_tries(
    http: Http, credentials: Credentials, clock: OneClock, method: str
) -> None:
    elsewhere = dataclasses.replace(credentials, base_url=f"http://127.0.0.1:{_free_port()}")
    error = fail(Http(elsewhere, clock=clock), method)
    assert isinstance(error, ConnectionFailed)
    assert (error.maybe_committed, error.retryable) == (False, True)
    assert len(clock.waits) == 4
    assert "failed: connection refused (5 tries" in str(error)
    assert "Check the network and the service's URL" in str(error)
    assert "HTTPConnectionPool" not in str(error)


def test_a_change_goes_through_once_the_service_is_up(clock: OneClock) -> None:
    port = _free_port()
    emulator = Emulator(clock=clock.service, transition_seconds=0)

    class ServiceComesUp(OneClock):
        def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
            super().sleep(seconds, wake)
            if len(self.waits) == 2:
                emulator.start(port)

    url = f"http://127.0.0.1:{port}"
    late = Credentials(url, f"{url}/oauth/token", "emulator", "emulator", None, "the test")
    try:
        assert send(Http(late, clock=ServiceComesUp()), "POST")["id"]
        assert calls(emulator) == [("POST", 201)]
    finally:
        emulator.stop()


def test_no_answer_in_time_is_told_in_words(credentials: Credentials, clock: OneClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nobody = dataclasses.replace(credentials, base_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        error = fail(Http(nobody, clock=clock, timeouts=RequestTimeouts(read_s=0.05)), "POST")
    assert isinstance(error, ConnectionFailed)
    assert error.maybe_committed is True
    assert str(error) == (
        "POST /lm/configurations failed: no answer in time\nThe service may have carried this out all the same."
    )


def test_a_dead_token_endpoint_fails_a_change_without_having_sent_it(
    http: Http, emulator: Emulator, clock: OneClock
) -> None:
    emulator.faults = [{"path": "/oauth/token", "effect": {"drop": "beforeCommit"}}]
    error = fail(http, "POST")
    assert isinstance(error, TokenUnavailable)
    assert (error.maybe_committed, tokens(emulator), calls(emulator)) == (False, 5, [])


# --- Retry-After -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("7", [7.0, 7.0]),
        ("0", [0.0, 0.0, 0.125]),
        ("2.5", [2.5, 2.5]),
        ("-3", [0.0, 0.0, 0.125]),
        ("3600", [30.0, 30.0]),
        ("inf", [30.0, 30.0]),
        ("soon", [0.5, 1.0]),
        ("", [0.5, 1.0]),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_retry_after_in_seconds_is_obeyed_up_to_a_limit(
    http: Http, clock: OneClock, faulty: Callable[..., None], method: str, header: str, waits: list[float]
) -> None:
    faulty({"status": 429, "headers": {"Retry-After": header}}, times=2)
    send(http, method)
    assert clock.waits == waits


@pytest.mark.parametrize(("ahead_s", "shortest", "longest"), [(20, 17, 20), (3600, 30, 30), (-60, 0, 0)])
def test_retry_after_as_a_date_is_obeyed_up_to_a_limit(
    http: Http, clock: OneClock, faulty: Callable[..., None], ahead_s: int, shortest: float, longest: float
) -> None:
    date = dt.datetime.fromtimestamp(clock.now() + ahead_s, dt.timezone.utc)
    faulty({"status": 503, "headers": {"Retry-After": email.utils.format_datetime(date, usegmt=True)}}, times=1)
    send(http)
    (wait,) = clock.waits
    assert shortest <= wait <= longest, "counted from the answer's own date"


def test_many_callers_do_not_come_back_together(
    credentials: Credentials, clock: OneClock, faulty: Callable[..., None]
) -> None:
    shares = iter((0.0, 1.0))
    http = Http(credentials, clock=clock, random_share=lambda: next(shares))
    faulty({"status": 503}, times=2)
    send(http)
    assert clock.waits == [0.5, 1.25]


# --- redirects -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [302, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/v2/*", "/oauth/token"])
def test_a_redirect_is_never_followed(http: Http, emulator: Emulator, method: str, status: int, path: str) -> None:
    with scripted_host(lambda: [b"HTTP/1.1 200 OK\r\n\r\n"]) as (elsewhere, heard):
        assert requests.get(elsewhere, timeout=5).ok
        heard.clear()
        emulator.faults = [{"path": path, "effect": {"status": status, "headers": {"Location": f"{elsewhere}/steal"}}}]
        error = fail(http, method)
    assert heard == [], "neither the token nor the secret went there"
    assert isinstance(error, UnexpectedAnswer)
    assert f"redirected (HTTP {status})" in str(error)


def test_a_netrc_file_does_not_replace_the_token(
    http: Http, emulator: Emulator, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    send(http)
    assert calls(emulator) == [("GET", 200)]


# --- what an error body says -----------------------------------------------------------------------------------------

ERROR = {"code": "01010016", "message": "Deployment d1 not found"}


@pytest.mark.parametrize(
    ("body", "code", "text", "request_id", "own"),
    [
        ({"error": ERROR | {"requestId": "r-1", "details": {}}}, "01010016", ERROR["message"], "r-1", True),
        (
            {"error": ERROR | {"request_id": "r-1", "details": [{"code": "1"}]}},
            "01010016",
            ERROR["message"],
            "r-1",
            True,
        ),
        ({"error": ERROR | {"requestID": "r-1", "target": "/x"}}, "01010016", ERROR["message"], "r-1", True),
        ({"error": ERROR | {"request_id": None}}, "01010016", ERROR["message"], "", True),
        (ERROR | {"requestId": "r-1", "details": [{}]}, "01010016", ERROR["message"], "r-1", True),
        ({"error": {"code": 500, "message": "odd"}}, "500", "odd", "", True),
        (
            {"error": "unauthorized", "error_description": "Bad credentials"},
            "unauthorized",
            "Bad credentials",
            "",
            False,
        ),
        ({"error": "unauthorized"}, "unauthorized", "unauthorized", "", False),
        ({"error": None, "message": "odd"}, "", "odd", "", False),
        ({"error": {}}, "", '{"error": {}}', "", False),
        (["odd"], "", '["odd"]', "", False),
        ("RBAC: access denied", "", "RBAC: access denied", "", False),
        ("Jwt is expired", "", "Jwt is expired", "", False),
        ("<html>\n<h1>502\tBad Gateway</h1></html>", "", "<html> <h1>502 Bad Gateway</h1></html>", "", False),
        ("", "", "Gone", "", False),
        (None, "", "Gone", "", False),
    ],
)
def test_every_form_of_error_body_is_understood(
    http: Http, faulty: Callable[..., None], body: object, code: str, text: str, request_id: str, own: bool
) -> None:
    faulty({"status": 410, "body": body})
    error = fail(http)
    assert isinstance(error, ServiceError)
    assert (error.message.code, error.message.request_id, error.message.is_from_service) == (code, request_id, own)
    assert text in str(error)
    assert "HTTP 410" in str(error)
    assert len(str(error).splitlines()) <= 3


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "01510003", InvalidRequest),
        (400, "01010076", WrongState),
        (403, "", Forbidden),
        (404, "01010016", NotFound),
        (409, "", WrongState),
        (412, "01010076", WrongState),
        (429, "", TooManyRequests),
        (500, "", ServiceUnavailable),
        (502, "", ServiceUnavailable),
        (599, "", ServiceUnavailable),
        (418, "", ServiceError),
    ],
)
def test_the_kind_of_error_follows_from_status_and_code(
    http: Http, faulty: Callable[..., None], status: int, code: str, kind: type[ServiceError]
) -> None:
    faulty({"status": status, "body": {"error": {"code": code, "message": "said"}}})
    assert type(fail(http, "POST")) is kind


def test_a_page_of_html_does_not_flood_the_screen(http: Http, faulty: Callable[..., None]) -> None:
    faulty({"status": 502, "body": "<html>" + "x" * 50_000})
    assert len(str(fail(http))) < 1000


@pytest.mark.parametrize("body", ["<html>log on here</html>", "OK"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_success_that_is_not_json_is_no_success(
    http: Http, faulty: Callable[..., None], method: str, body: str
) -> None:
    faulty({"status": 200, "body": body})
    error = fail(http, method)
    assert isinstance(error, UnexpectedAnswer)
    assert "not JSON" in str(error)


def test_an_empty_success_is_nothing(http: Http, faulty: Callable[..., None]) -> None:
    faulty({"status": 202})
    assert send(http, "DELETE") is None


def test_the_resource_group_goes_along(http: Http, emulator: Emulator) -> None:
    send(http)
    assert [entry.resource_group for entry in emulator.journal if "/lm/" in entry.path] == [GROUP]


# --- the service's date ----------------------------------------------------------------------------------------------


def test_before_an_answer_the_date_is_this_machines(http: Http) -> None:
    before = utc_now()
    assert before <= http.now <= utc_now()


def test_the_date_is_the_services_and_goes_on_with_time(http: Http, emulator: Emulator, clock: OneClock) -> None:
    emulator.advance(400 * 86_400)
    send(http)
    told = dt.datetime.fromtimestamp(int(clock.now()) + 400 * 86_400, dt.timezone.utc)
    assert abs(http.now - told) <= dt.timedelta(seconds=1)
    assert http.now.date() == told.date()

    clock.sleep(86_400)
    assert http.now.date() == told.date() + dt.timedelta(days=1)
    emulator.advance(86_400)
    with pytest.raises(NotFound):
        http.request("GET", "/lm/deployments/d1234567", resource_group="default")
    assert http.now.date() == told.date() + dt.timedelta(days=2), "a refusal tells the date as well"


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Thu, 99 Foo 2026 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_a_date_that_is_none_changes_nothing(http: Http, faulty: Callable[..., None], date: str) -> None:
    send(http)
    before = http.now.date()
    faulty({"status": 404, "headers": {"Date": date}}, times=1)
    with pytest.raises(NotFound):
        send(http)
    assert http.now.date() == before


def test_the_last_date_of_all(http: Http, faulty: Callable[..., None], clock: OneClock) -> None:
    faulty({"status": 404, "headers": {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"}}, times=1)
    with pytest.raises(NotFound):
        send(http)
    clock.sleep(10)
    assert http.now.date() == dt.date(9999, 12, 31)
