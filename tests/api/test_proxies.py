"""Proxies: never to this machine, with the client certificate where one is asked for, and what they refuse in words."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from aicore_provider.api.credentials import Credentials, find_credentials
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.errors import AICoreError, ConnectionFailed, ProxyFailed, TokenUnavailable
from aicore_provider.api.http import Http
from aicore_provider.api.request_limits import RequestTimeouts, RetryPolicy
from aicore_provider.emulator import Emulator
from tests.api.hosts import ConnectProxy, connect_proxy, scripted_host, token_host
from tests.support.client import token
from tests.support.clocks import OneClock

VARIABLES = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
NO_PROXY = ["NO_PROXY", "no_proxy"]
SERVICE = "api.ai.example.com"
PASSWORD = "s3cr3tPass"


@pytest.fixture(autouse=True)
def _no_proxy_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, *NO_PROXY):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def proxy() -> Iterator[ConnectProxy]:
    with connect_proxy() as running:
        yield running


@pytest.fixture
def ca(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that is trusted as a company's own would be."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    return authority


def remote(clock: OneClock, emulator: Emulator, attempts: int = 1) -> Http:
    """A client with a token at hand, whose service is somewhere behind the proxy."""
    credentials = Credentials(
        f"https://{SERVICE}", f"{emulator.url}/oauth/token", "emulator", "emulator", None, "the test"
    )
    return Http(credentials, clock=clock, retries=RetryPolicy(attempts=attempts), random_share=lambda: 0.0)


def fail(http: Http, method: str = "GET") -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        http.request(method, "/lm/deployments", resource_group="default")
    return caught.value


# --- this machine ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("name", VARIABLES)
def test_plain_http_to_this_machine_never_goes_through_a_proxy(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, name: str, host: str
) -> None:
    monkeypatch.setenv(name, proxy.url)
    monkeypatch.setenv("NO_PROXY", "intranet")
    url = emulator.url.replace("127.0.0.1", host)
    http = Http(Credentials(url, f"{url}/oauth/token", "emulator", "emulator", None, "the test"))
    assert Deployments(http, "default").list() == []
    assert proxy.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.1.2.3",
        "http://[::1]",
        "http://localhost",
        "https://127.0.0.1",
        "https://a.localhost",
        "https://[::1]",
    ],
)
def test_nor_does_anything_else_that_is_here(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, clock: OneClock, address: str
) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, proxy.url)
    with scripted_host(list, listens=False) as (url, _):
        base_url = f"{address}:{url.rpartition(':')[2]}"
        credentials = Credentials(base_url, f"{emulator.url}/oauth/token", "emulator", "emulator", None, "the test")
        fail(Http(credentials, clock=clock, retries=RetryPolicy(attempts=1)))
    assert proxy.asked == []


# --- a proxy that lets through ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_token_is_got_with_the_certificate_behind_a_proxy(
    emulator: Emulator, ca: trustme.CA, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    certificate = ca.issue_cert("client@example.com")
    with token_host(ca, ca, token(emulator.url), host="cert.example.com") as (url, asked):
        proxy.ends["cert.example.com"] = int(url.rpartition(":")[2])
        monkeypatch.setenv(name, proxy.url.replace("http://", f"http://me:{PASSWORD}@"))
        key = {
            "clientid": "emulator",
            "certificate": b"".join(pem.bytes() for pem in certificate.cert_chain_pems).decode(),
            "key": certificate.private_key_pem.bytes().decode(),
            "certurl": "https://cert.example.com",
            "serviceurls": {"AI_API_URL": emulator.url},
        }
        http = Http(find_credentials({"AICORE_SERVICE_KEY": json.dumps(key)}), retries=RetryPolicy(attempts=1))
        assert Deployments(http, "default").list() == []
    assert asked == [{"path": "/oauth/token", "grant_type": "client_credentials", "client_id": "emulator"}]
    assert proxy.asked == ["CONNECT cert.example.com:443"]
    assert proxy.authorized == ["Basic bWU6czNjcjN0UGFzcw=="]


def test_no_proxy_is_obeyed(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, clock: OneClock
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "example.com")
    error = fail(remote(clock, emulator))
    assert not isinstance(error, ProxyFailed)
    assert proxy.asked == []


def test_a_service_behind_a_proxy_that_cannot_be_verified_gets_nothing(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, clock: OneClock
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    stranger = trustme.CA()
    with token_host(stranger, stranger, "unused", host=SERVICE) as (url, asked):
        proxy.ends[SERVICE] = int(url.rpartition(":")[2])
        error = fail(remote(clock, emulator, attempts=5), "POST")
    assert "certificate could not be verified" in str(error)
    assert (error.maybe_committed, error.retryable, asked, clock.waits) == (False, False, [], [])


# --- a proxy that does not -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words", "may_pass"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "refused: 407 Proxy Authentication Required", False),
        (b"HTTP/1.1 403 not for you\r\nContent-Length: 0\r\n\r\n", "refused: 403 not for you", False),
        (b"HTTP/1.0 400\r\n\r\n", "refused: 400", False),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n<html>", "refused: 503 Service Unavailable", True),
        (b"HTTP/1.1 502 no such host\r\n\r\n", "refused: 502 no such host", True),
        (b"HTTP/1.1 429 slow down\r\n\r\n", "refused: 429 slow down", True),
        (b"HTTP/1.1 302 Found\r\nLocation: https://login.example\r\n\r\n", "refused: 302 Found", False),
        (b"HTTP/1.1 407 " + b"x" * 10_000 + b"\r\n\r\n", "refused: 407 xxx", False),
        (b"", "connection", True),
        (b"what is it?\r\n\r\n", "connection", True),
        (b"HTTP/1.1 200 OK\r\n\r\nno TLS here", "connection", True),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_proxy_that_refuses_is_told_in_its_words_and_nothing_was_sent(
    emulator: Emulator,
    proxy: ConnectProxy,
    monkeypatch: pytest.MonkeyPatch,
    clock: OneClock,
    method: str,
    answer: bytes,
    words: str,
    may_pass: bool,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", f"http://me:{PASSWORD}@"))
    proxy.refusal = answer
    error = fail(remote(clock, emulator, attempts=2), method)
    assert isinstance(error, ProxyFailed)
    assert f"the proxy {proxy.url}" in str(error)
    assert words in str(error)
    assert "\nNothing was sent." in str(error)
    assert PASSWORD not in str(error)
    assert len(str(error)) < 500
    assert (error.maybe_committed, error.retryable, len(clock.waits)) == (False, may_pass, int(may_pass))
    assert proxy.asked == [f"CONNECT {SERVICE}:443"] * (1 + may_pass)


def test_the_words_of_a_proxy_show_no_secret(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, clock: OneClock
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", f"http://me:{PASSWORD}@"))
    proxy.refusal = f"HTTP/1.1 407 {PASSWORD} is wrong\r\n\r\n".encode()
    assert "refused: 407 *** is wrong" in str(fail(remote(clock, emulator)))


@pytest.mark.parametrize(
    "url",
    [
        f"http://me:{PASSWORD}@proxy.example:port",
        f"http://me:{PASSWORD}@",
        f"http://me:{PASSWORD}@proxy.example:99999",
        f"http://me:{PASSWORD}@[::1",
        f"foo://me:{PASSWORD}@proxy.example:3128",
        f"http:///{PASSWORD}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_url_of_a_proxy_that_is_none_is_not_shown(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, clock: OneClock, method: str, url: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    error = fail(remote(clock, emulator, attempts=5), method)
    assert isinstance(error, ProxyFailed)
    assert "the URL of the proxy is not valid" in str(error)
    assert PASSWORD not in str(error)
    assert (error.maybe_committed, error.retryable, clock.waits) == (False, False, [])


def test_a_proxy_whose_name_cannot_be_one(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, clock: OneClock) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@a..b:3128")
    error = fail(remote(clock, emulator, attempts=5), "POST")
    assert "no connection through the proxy http://a..b:3128: the URL is not valid" in str(error)
    assert (error.maybe_committed, error.retryable, clock.waits) == (False, False, [])


@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h"])
def test_a_proxy_that_is_not_there_is_named(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, clock: OneClock, scheme: str
) -> None:
    with scripted_host(list) as (gone, _):
        address = gone.replace("http://", "")
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://me:{PASSWORD}@{address}")
    error = fail(remote(clock, emulator), "POST")
    assert isinstance(error, ProxyFailed)
    assert f"no connection through the proxy {scheme}://{address}: " in str(error)
    assert PASSWORD not in str(error)
    assert (error.maybe_committed, error.retryable) == (False, True)


def test_a_proxy_that_speaks_no_tls_although_its_url_says_so(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, clock: OneClock
) -> None:
    address = proxy.url.replace("http://", "https://")
    monkeypatch.setenv("HTTPS_PROXY", address.replace("https://", f"https://me:{PASSWORD}@"))
    error = fail(remote(clock, emulator, attempts=5), "POST")
    assert f"the proxy {address} speaks no TLS; its URL may have to begin with http://" in str(error)
    assert (error.maybe_committed, error.retryable, clock.waits) == (False, False, [])


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_proxy_with_tls_of_its_own(
    emulator: Emulator, ca: trustme.CA, monkeypatch: pytest.MonkeyPatch, clock: OneClock, is_trusted: bool
) -> None:
    with connect_proxy(ca if is_trusted else trustme.CA()) as proxy:
        address = f"https://localhost:{proxy.port}"
        monkeypatch.setenv("HTTPS_PROXY", address)
        proxy.refusal = b"HTTP/1.1 403 Forbidden\r\n\r\n"
        error = fail(remote(clock, emulator), "POST")
    refusal = f"the proxy {address} refused: 403 Forbidden"
    assert (refusal if is_trusted else f"the certificate of the proxy {address} could not be verified") in str(error)
    assert isinstance(error, ProxyFailed)
    assert (error.maybe_committed, error.retryable) == (False, False)


def test_a_token_endpoint_behind_a_proxy_that_refuses(
    emulator: Emulator, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch, clock: OneClock
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    proxy.refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
    credentials = Credentials(emulator.url, "https://auth.example.com/oauth/token", "a", "s3cr3t", None, "the test")
    with pytest.raises(TokenUnavailable, match=r"No access token: .*refused: 407 Proxy Auth") as caught:
        Deployments(Http(credentials, clock=clock), "default").create("c-0001")
    assert caught.value.maybe_committed is False


WITHOUT_SOCKS = """
import sys
sys.modules["socks"] = None
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.http import Http
import os
try:
    Http(find_credentials(os.environ)).request("POST", "/lm/deployments", resource_group="default")
except AICoreError as error:
    print(type(error).__name__, error.maybe_committed, error)
"""


def test_a_socks_proxy_without_its_package_is_told(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "ALL_PROXY": f"socks5://me:{PASSWORD}@proxy.example:1080",
        "AICORE_BASE_URL": f"https://{SERVICE}",
        "AICORE_AUTH_URL": "https://auth.example.com",
        "AICORE_CLIENT_ID": "a",
        "AICORE_CLIENT_SECRET": "s3cr3t",
    }
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_SOCKS], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert "TokenUnavailable False No access token: POST" in ended.stdout
    assert (
        "the proxy socks5://proxy.example:1080 speaks SOCKS, for which the package PySocks is missing" in ended.stdout
    )
    assert PASSWORD not in ended.stdout


def test_a_handshake_that_fails_has_sent_nothing(emulator: Emulator, clock: OneClock) -> None:
    with scripted_host(lambda: [b"HTTP/1.1 400 this is no TLS\r\n\r\n"], listens=False) as (url, _):
        here = url.replace("http://127.0.0.1", "https://localhost")
        credentials = Credentials(here, f"{emulator.url}/oauth/token", "emulator", "emulator", None, "the test")
        error: AICoreError = fail(Http(credentials, clock=clock, retries=RetryPolicy(attempts=1)), "POST")
    assert error.maybe_committed is False


@pytest.mark.parametrize("behind", ["a proxy", "nothing"])
def test_a_handshake_without_an_answer_has_sent_nothing(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, clock: OneClock, behind: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        address = f"https://{SERVICE}" if behind == "a proxy" else f"https://localhost:{port}"
        credentials = Credentials(address, f"{emulator.url}/oauth/token", "emulator", "emulator", None, "the test")
        short = RequestTimeouts(connect_s=0.05)
        error = fail(Http(credentials, clock=clock, timeouts=short, retries=RetryPolicy(attempts=1)), "POST")
    assert "no connection in time" in str(error)
    assert isinstance(error, ProxyFailed) is (behind == "a proxy")
    assert (error.maybe_committed, error.retryable) == (False, True)
