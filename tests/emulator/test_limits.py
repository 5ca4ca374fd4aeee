"""Nobody can take the emulator's memory, time or threads, or make two requests out of one."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from aicore_provider.emulator import Emulator, ServerLimits, SteppedClock
from tests.emulator.wire_level import send, status
from tests.support.client import Api

MOST = 1000
FINAL = b"\r\nConnection: close\r\n\r\n"
POST = b"POST /_emulator/clock HTTP/1.1\r\nHost: localhost\r\n"
GOOD = b'{"advanceSeconds": 0}'


@pytest.fixture(scope="module")
def small() -> Iterator[Emulator]:
    """An emulator with small limits."""
    with Emulator.running(clock=SteppedClock(), limits=ServerLimits(body_bytes=MOST)) as running:
        yield running


@pytest.fixture(scope="module")
def hasty() -> Iterator[Emulator]:
    """An emulator that waits for no request."""
    limits = ServerLimits(body_bytes=MOST, request_seconds=0.3, idle_seconds=30)
    with Emulator.running(clock=SteppedClock(), limits=limits) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_is_broken(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """No thread ends with a traceback."""
    yield
    assert capfd.readouterr().err == ""


def connect(emulator: Emulator) -> socket.socket:
    address = urlsplit(emulator.url)
    return socket.create_connection((str(address.hostname), address.port or 0), timeout=10)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Content-Length: 21", 200),
        (b"Content-Length: 021", 200),
        (b"Content-Length: 1001", 413),
        (b"Content-Length: 10000000000", 413),
        (b"Content-Length: " + b"9" * 5000, 413),
        (b"Content-Length: -1", 400),
        (b"Content-Length: +21", 400),
        (b"Content-Length: 2_1", 400),
        (b"Content-Length: 0x15", 400),
        (b"Content-Length: 21.0", 400),
        (b"Content-Length: 21, 21", 400),
        (b"Content-Length: 21 21", 400),
        (b"Content-Length: \xb2\xb9", 400),
        (b"Content-Length:", 400),
        (b"Content-Length: 21\r\nContent-Length: 21", 400),
        (b"Content-Length: 21\r\ncontent-length: 3", 400),
        (b"Content-Length : 21", 400),
        (b"Content-Length 21", 400),
        (b" Content-Length: 21", 403),
        (b": x\r\nContent-Length: 21", 400),
        (b"Content-Length: 99", 400),
        (b"Transfer-Encoding: gzip", 501),
        (b"Transfer-Encoding: gzip, chunked", 501),
        (b"Transfer-Encoding: chunked, chunked", 501),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 501),
        (b"Transfer-Encoding: identity", 501),
        (b"Transfer-Encoding:", 501),
        (b"Transfer-Encoding: xchunked", 501),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 21", 400),
        (b"Transfer-Encoding : chunked", 400),
        (b"\r\n".join(b"X-%d: y" % number for number in range(101)), 431),
        (b"X: " + b"y" * 70_000, 431),
    ],
)
def test_the_length_of_a_body(small: Emulator, headers: bytes, expected: int) -> None:
    with contextlib.closing(connect(small)) as connection:
        connection.sendall(POST + headers + FINAL + GOOD)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65_536)

    assert status(answer) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        (b"15\r\n" + GOOD + b"\r\n0\r\n\r\n", 200),
        (b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n", 413),
        (b"1\r\nx\r\n" * 1001 + b"0\r\n\r\n", 413),
        (b"ffffffffffffffff\r\n" + b"x" * 70_000, 413),
        (b"-5\r\n", 400),
        (b"zz\r\n", 400),
        (b"\r\n", 400),
        (b"5" * 5000 + b"\r\n", 400),
        (b"5" * 900 + b"\r\n", 413),
        (b"+15\r\n" + GOOD + b"\r\n0\r\n\r\n", 400),
        (b"0x15\r\n" + GOOD + b"\r\n0\r\n\r\n", 400),
        (b"1_5\r\n" + GOOD + b"\r\n0\r\n\r\n", 400),
        (b"15;name=value\r\n" + GOOD + b"\r\n0\r\nX-Trailer: y\r\n\r\n", 200),
        (b"9\r\n" + GOOD[:9] + b"\r\n00c\r\n" + GOOD[9:] + b"\r\n0\r\n\r\n", 200),
        (b"15\r\n" + GOOD + b"\r\n0\r\n" + b"X: y\r\n" * 200 + b"\r\n", 400),
        (b"15\r\n" + GOOD + b"\r\n0\r\nX: y", 400),
        (b"3e8\r\n" + b"x" * 9, 400),
        (b"15\r\n" + GOOD + b"0\r\n\r\n", 400),
        (b"15\r\n" + GOOD[:9], 400),
        (b"", 400),
    ],
)
def test_a_body_in_chunks(small: Emulator, chunks: bytes, expected: int) -> None:
    with contextlib.closing(connect(small)) as connection:
        connection.sendall(POST + b"Transfer-Encoding: Chunked" + FINAL)
        with contextlib.suppress(OSError):
            connection.sendall(chunks)
            connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65_536)

    assert status(answer) == expected


def test_chunks_are_of_http_1_1_alone(small: Emulator) -> None:
    head = POST.replace(b"HTTP/1.1", b"HTTP/1.0")

    assert status(send(small.url, head + b"Transfer-Encoding: chunked" + FINAL + b"0\r\n\r\n")) == 400


def test_a_client_reads_why_its_large_body_is_refused(small: Emulator) -> None:
    large = b"x" * 5_000_000

    for body in (large, iter([large])):
        answer = requests.post(f"{small.url}/v2/lm/configurations", data=body, timeout=10)
        assert (answer.status_code, answer.text) == (413, "The emulator takes at most 1000 bytes.\n")
    assert requests.post(f"{small.url}/v2/lm/configurations", data=b"x" * MOST, timeout=10).status_code == 401


def test_what_is_too_large_is_not_asked_for(small: Emulator) -> None:
    expecting = POST + b"Expect: 100-continue\r\nContent-Length: "
    assert status(send(small.url, expecting + b"5000" + FINAL)) == 413
    with contextlib.closing(connect(small)) as connection:
        connection.sendall(expecting + b"21" + FINAL)
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(GOOD)
        assert status(connection.recv(65_536)) == 200


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", b""),
        (b"GET /_emulator/clo", b""),
        (POST + b"X: y\r\n", b""),
        (POST + b"Content-Length: 21\r\n\r\n{", b"HTTP/1.1 408 "),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n15\r\n{", b"HTTP/1.1 408 "),
    ],
)
@pytest.mark.parametrize("drips", [False, True])
def test_a_request_that_does_not_end(hasty: Emulator, sent: bytes, expected: bytes, drips: bool) -> None:
    """Neither one that stops in the middle, nor one whose next byte always comes in time."""
    with contextlib.closing(connect(hasty)) as connection:
        connection.sendall(sent)
        if drips:
            connection.settimeout(0.05)
        received = b""
        while True:
            try:
                piece = connection.recv(65_536)
            except TimeoutError:
                with contextlib.suppress(OSError):
                    connection.sendall(b"x" if sent else b"")
                continue
            except ConnectionError:
                piece = b""
            if not piece:
                break
            received += piece

    assert received[: len(expected)] == expected
    assert bool(received) is bool(expected)


def test_a_connection_may_rest_between_two_requests(hasty: Emulator) -> None:
    get = b"GET /_emulator/clock HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with contextlib.closing(connect(hasty)) as connection:
        for _ in range(2):
            connection.sendall(get)
            assert status(connection.recv(65_536)) == 200
            assert select.select([connection], [], [], 0.5) == ([], [], [])


def test_not_too_many_connections() -> None:
    get = b"GET /_emulator/clock HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with Emulator.running(clock=SteppedClock(), limits=ServerLimits(connections=2)) as emulator:
        with contextlib.closing(connect(emulator)) as first, contextlib.closing(connect(emulator)) as second:
            for connection in (first, second):
                connection.sendall(get)
                assert status(connection.recv(65_536)) == 200
            assert status(send(emulator.url)) == 503
        with contextlib.suppress(ConnectionError):
            while status(send(emulator.url, get.replace(b"\r\n\r\n", FINAL))) == 503:
                pass
        assert requests.get(f"{emulator.url}/_emulator/clock", timeout=10).ok


DEEP = (b"[" * 50_000 + b"]" * 50_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b"[" * 150 + b"]" * 150)
NO_JSON = (*DEEP, b"NaN", b'{"a": -Infinity}', b'{"a": 1e999}', b"1" * 5000, b"\xff", b"")


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
def test_json_that_is_not_meant(api: Api, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    deployment = api.running(api.configuration())
    for method, path in (
        ("POST", "/lm/configurations"),
        ("POST", "/lm/deployments"),
        ("PATCH", f"/lm/deployments/{deployment}"),
        ("POST", "/admin/resourceGroups"),
        ("POST", f"/inference/deployments/{deployment}/chat/completions"),
    ):
        assert api.call(method, path, data=body, headers=headers).status_code == 400, path
    for method, path in (("PUT", "faults"), ("PUT", "pace"), ("POST", "clock"), ("POST", "cascade-updates")):
        answer = requests.request(method, f"{api.url}/_emulator/{path}", data=body, timeout=10)
        assert answer.status_code == 400, path

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    for page in ("journal", "overview", "faults", "clock"):
        json.loads(requests.get(f"{api.url}/_emulator/{page}", timeout=10).text, parse_constant=refuse)


def test_depth_that_is_taken_can_be_shown(api: Api) -> None:
    deep: Any = "x"
    for _ in range(90):
        deep = {"a": [deep]} if isinstance(deep, str) else {"a": deep}
    kill = f"{api.url}/_emulator/deployments/{api.running(api.configuration())}/kill"

    assert requests.post(kill, json={"statusDetails": deep}, timeout=10).ok
    api.call("POST", "/lm/configurations", json=deep)

    assert requests.get(f"{api.url}/_emulator/journal", timeout=10).json()[-1]["body"] == deep


@pytest.mark.parametrize("token", ["W" * 9, "e30", "bnVsbA", "W1tbW1tb" * 5000, "\x00", "eyJhIjoxfQ", "MQ"])
def test_tokens_of_any_content(emulator: Emulator, token: str) -> None:
    headers = {"Authorization": f"Bearer a.{token}.c", "AI-Resource-Group": "default"}

    assert requests.get(f"{emulator.url}/v2/lm/meta", headers=headers, timeout=10).status_code in (400, 401)


def test_the_journal_keeps_the_newest_that_fit() -> None:
    with Emulator.running(clock=SteppedClock(), limits=ServerLimits(journal_bytes=20_000)) as emulator:
        api = Api(emulator)
        for number in range(30):
            api.call("POST", "/lm/configurations", json={"name": "x" * 2000, "number": number})
        kept = emulator.journal
        assert 5 <= len(kept) <= 10
        assert [entry.body["number"] for entry in kept] == list(range(30 - len(kept), 30))
        for _ in range(3):
            api.call("GET", "/lm/" + "y" * 9000, params={"q": "z" * 9000})
        assert len(emulator.journal) == 1
        emulator.clear_journal()
        api.call("GET", "/lm/meta")
        api.call("GET", "/lm/meta")
        assert len(emulator.journal) == 2
        api.session.close()


def test_two_at_once_do_not_hold_each_other_up(small: Emulator) -> None:
    with contextlib.closing(connect(small)) as slow:
        slow.sendall(POST)
        assert requests.get(f"{small.url}/_emulator/clock", timeout=10).ok
    assert threading.active_count() < 50
