"""A service that answers with too much, for too long, or with neither success nor refusal."""

from __future__ import annotations

import dataclasses
import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import urllib3.util.connection

from aicore_provider.api import transport
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError, ConnectionFailed, ServiceError, ServiceUnavailable, UnexpectedAnswer
from aicore_provider.api.http import Http
from aicore_provider.api.request_limits import RetryPolicy
from tests.api.hosts import Script, scripted_host
from tests.support.clocks import OneClock

MIB = 2**20
Ask = Callable[..., AICoreError]


def head(status: str = "200 OK", *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@pytest.fixture(autouse=True)
def _small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 4 * MIB)


@pytest.fixture
def client(credentials: Credentials, clock: OneClock) -> Callable[[str], Http]:
    def connect(url: str) -> Http:
        elsewhere = dataclasses.replace(credentials, base_url=url)
        return Http(elsewhere, clock=clock, retries=RetryPolicy(attempts=1))

    return connect


@pytest.fixture
def fail(client: Callable[[str], Http]) -> Ask:
    """The error that a request to a scripted service ends with."""

    def ask(script: Script, method: str = "GET") -> AICoreError:
        with scripted_host(script) as (url, _):
            http = client(url)
            with pytest.raises(AICoreError) as caught:
                http.request(method, "/lm/deployments", resource_group="default")
        return caught.value

    return ask


def endless(status: str, piece: bytes = b"x" * MIB, most: int = 100) -> Iterator[bytes]:
    """More than anybody wants: a client that reads on fails the test by its memory."""
    yield head(status, "Transfer-Encoding: chunked")
    for _ in range(most):
        yield chunk(piece)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_error_page_without_end_is_told_by_its_beginning(fail: Ask, method: str) -> None:
    tracemalloc.start()
    try:
        error = fail(lambda: endless("503 Service Unavailable"), method)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, ServiceUnavailable)
    assert len(str(error)) < 1000
    assert peak < 20 * MIB


def test_a_refusal_is_understood_although_rubbish_follows_later(fail: Ask) -> None:
    body = json.dumps({"error": {"code": "01010016", "message": "not found", "requestId": "r-1"}}).encode()
    error = fail(lambda: [head("404 Not Found", f"Content-Length: {len(body)}"), body, b"x" * MIB])
    assert isinstance(error, ServiceError)
    assert (error.message.code, error.message.request_id, error.message.is_from_service) == ("01010016", "r-1", True)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_success_without_end_is_no_success(fail: Ask, method: str) -> None:
    error = fail(lambda: endless("200 OK"), method)
    assert isinstance(error, UnexpectedAnswer)
    assert "more than" in str(error)
    assert error.maybe_committed is (method == "POST")


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request"])
def test_what_unpacks_to_too_much_is_not_unpacked(fail: Ask, status: str, layers: int) -> None:
    packed = gzip.compress(b"\0" * (32 * MIB))
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    encoding = f"Content-Encoding: {', '.join(['gzip'] * layers)}"
    tracemalloc.start()
    try:
        error = fail(lambda: [head(status, encoding, f"Content-Length: {len(packed)}"), packed])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, UnexpectedAnswer if status.startswith("200") else ServiceError)
    assert peak < 2.5 * transport.LARGEST_ANSWER


def test_what_is_packed_is_read(client: Callable[[str], Http]) -> None:
    packed = gzip.compress(json.dumps({"count": 1, "resources": [{"id": "x" * 200_000}]}).encode())
    script = [head("200 OK", "Content-Encoding: gzip", f"Content-Length: {len(packed)}"), packed]
    with scripted_host(lambda: script) as (url, heard):
        assert len(client(url).request("GET", "/lm/deployments")["resources"][0]["id"]) == 200_000
    assert b"Accept-Encoding: gzip\r\n" in heard[0]


def test_what_cannot_be_unpacked_is_told(fail: Ask) -> None:
    error = fail(lambda: [head("200 OK", "Content-Encoding: gzip", "Content-Length: 4"), b"none"])
    assert "could not be unpacked" in str(error)


@pytest.mark.parametrize("form", ["length", "chunks", "one chunk", "until closed"])
@pytest.mark.parametrize(("status", "method"), [("200 OK", "GET"), ("200 OK", "POST"), ("500 Oh", "GET")])
def test_a_body_that_drips_is_not_waited_for_without_end(
    fail: Ask, clock: OneClock, status: str, method: str, form: str
) -> None:
    """A byte every 50 seconds keeps every wait for the next one short."""

    def drips() -> Iterable[bytes]:
        headers = {
            "length": ["Content-Length: 1000"],
            "chunks": ["Transfer-Encoding: chunked"],
            "one chunk": ["Transfer-Encoding: chunked"],
            "until closed": ["Connection: close"],
        }[form]
        yield head(status, *headers) + (b"3e8\r\n" if form == "one chunk" else b"")
        for _ in range(1000):
            clock.step(50)
            yield chunk(b" ") if form == "chunks" else b" "

    error = fail(drips, method)
    assert isinstance(error, ConnectionFailed)
    assert "did not end in time" in str(error)
    assert error.maybe_committed is (method == "POST")


def test_an_answer_that_breaks_off_is_none(fail: Ask) -> None:
    error = fail(lambda: [head("200 OK", "Content-Length: 100"), b"{}"], "POST")
    assert isinstance(error, ConnectionFailed)
    assert error.maybe_committed


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 306, 307, 308, 399])
@pytest.mark.parametrize("headers", [[], ["Location: https://elsewhere.example"]], ids=["bare", "with location"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_neither_success_nor_refusal_is_unexpected(
    fail: Ask, method: str, status: int, headers: list[str]
) -> None:
    error = fail(lambda: [head(f"{status} Odd", *headers, "Content-Length: 0")], method)
    assert isinstance(error, UnexpectedAnswer)
    assert f"HTTP {status}" in str(error)
    assert error.maybe_committed is (method == "POST" and status not in (301, 302, 307, 308))


def test_connections_are_used_again(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    connect = urllib3.util.connection.create_connection

    def count(*args: Any, **kwargs: Any) -> Any:
        opened.append(args)
        return connect(*args, **kwargs)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", count)
    for _ in range(5):
        http.request("GET", "/lm/deployments", resource_group="default")
    assert len(opened) == 1


def test_cookies_are_not_even_read(client: Callable[[str], Http], recwarn: pytest.WarningsRecorder) -> None:
    cookie = f"Set-Cookie: a=b; expires=1 1 {'9' * 5000} 00:00"
    with scripted_host(lambda: [head("200 OK", cookie, "Content-Length: 2"), b"{}"]) as (url, _):
        assert client(url).request("GET", "/lm/scenarios") == {}
    assert [str(each.message) for each in recwarn] == []


def test_headers_that_contradict_each_other_are_those_of_an_answer(fail: Ask) -> None:
    error = fail(lambda: [head("202 Accepted", "Content-Length: 10", "Content-Length: 99"), b"0123456789"], "POST")
    assert isinstance(error, ConnectionFailed)
    assert error.maybe_committed, "the service has heard it, and may have carried it out"
    assert "the headers of the answer contradict each other" in str(error)
