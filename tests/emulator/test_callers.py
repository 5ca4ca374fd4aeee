"""No web page but the emulator's own may use it: not from another origin, and not under a name of its own."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.emulator.process import process
from tests.emulator.wire_level import send, status
from tests.support.client import Api

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what containers listen on
PATHS = (
    "/",
    "/_emulator/journal",
    "/_emulator/page.js",
    "/%5Femulator/clock",
    "/v2/lm/meta",
    "/oauth/token",
    "/nothing",
)


def port_of(emulator: Emulator) -> str:
    return emulator.url.rsplit(":", 1)[1]


def ask(emulator: Emulator, path: str = "/_emulator/clock", **headers: str) -> requests.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(f"{emulator.url}{path}", headers=names, timeout=10)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
    ids=["name", "origin", "site"],
)
def test_no_path_is_for_a_foreign_page(emulator: Emulator, path: str, headers: dict[str, str]) -> None:
    answer = ask(emulator, path, **headers)

    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.count("\n") == 1
    assert emulator.journal == []


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.evil.example",
        "128.0.0.1",
        "192.0.2.1",
        EVERYWHERE,
        "[::2]",
        "[2001:db8::1]",
        "[::ffff:192.0.2.1]",
        "user@localhost",
        "localhost@evil.example",
        "localhost,evil.example",
        "localhost/evil.example",
        "localhost evil.example",
        "localhost:80:80",
        "localhost:x",
        "http://localhost",
        "[::1",
        "::1",
        "[]",
        ".localhost.evil",
        ":80",
        ".",
        "\u00b2localhost".encode().decode("latin-1"),
    ],
)
def test_foreign_names(emulator: Emulator, host: str) -> None:
    assert ask(emulator, Host=host).status_code == 403


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost",
        "localhost.",
        "aicore.localhost",
        "127.0.0.1",
        "127.255.0.7",
        "[::1]",
        "[0:0::0:1]",
        "[::ffff:127.0.0.1]",
    ],
)
@pytest.mark.parametrize("port", ["", ":80", ":443", ":65535"])
def test_loopback_names_are_its_own_at_any_port(emulator: Emulator, host: str, port: str) -> None:
    assert ask(emulator, Host=host + port).status_code == 200


def test_names_that_were_given_are_its_own() -> None:
    with Emulator.running(clock=SteppedClock(), allowed_hosts=["AICore.test.", "192.0.2.7", "2001:DB8::1"]) as emulator:
        for host in ("aicore.test", "aicore.test:8080", "192.0.2.7", "[2001:db8::1]:80"):
            assert ask(emulator, Host=host).status_code == 200
        for host in ("sub.aicore.test", "aicore.test.evil.example", "192.0.2.8"):
            assert ask(emulator, Host=host).status_code == 403


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("http://localhost:{port}", True),
        ("HTTP://LOCALHOST:{port}", True),
        ("http://127.0.0.1:{port}", False),
        ("http://localhost", False),
        ("http://localhost:1", False),
        ("http://evil.example", False),
        ("http://localhost:{port}.evil.example", False),
        ("http://localhost:{port}@evil.example", False),
        ("file://", False),
        ("chrome-extension://localhost:{port}", False),
        ("null", False),
        ("", False),
        ("localhost:{port}", False),
        ("http://localhost:{port}, http://evil.example", False),
    ],
)
def test_the_only_origin_is_the_one_that_was_asked(emulator: Emulator, origin: str, is_own: bool) -> None:
    port = port_of(emulator)
    answer = ask(emulator, Host=f"localhost:{port}", Origin=origin.replace("{port}", port))

    assert answer.status_code == (200 if is_own else 403)


@pytest.mark.parametrize(
    ("site", "is_own"),
    [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False), ("", False), ("new", False)],
)
def test_only_its_own_page_and_a_persons_own_doing(emulator: Emulator, site: str, is_own: bool) -> None:
    assert ask(emulator, Sec_Fetch_Site=site).status_code == (200 if is_own else 403)


def test_what_a_foreign_page_sends_has_no_effect(emulator: Emulator, api: Api) -> None:
    before = api.get("/lm/configurations")
    url, page = f"{emulator.url}/_emulator", {"Origin": "http://evil.example"}
    now = requests.get(f"{url}/clock", timeout=10).json()

    requests.post(f"{url}/clock", json={"advanceSeconds": 60}, headers=page, timeout=10)
    requests.post(f"{url}/clock", data='{"advanceSeconds": 60}', headers={"Sec-Fetch-Site": "cross-site"}, timeout=10)
    requests.put(f"{url}/faults", json=[{"deploymentQuota": 0}], headers={"Host": "evil.example"}, timeout=10)
    body = {"name": "x", "scenarioId": "orchestration", "executableId": "orchestration"}
    assert api.call("POST", "/lm/configurations", json=body, headers=page).status_code == 403

    assert requests.get(f"{url}/clock", timeout=10).json() == now
    assert emulator.faults == []
    assert api.get("/lm/configurations") == before


def test_no_answer_can_be_read_by_another_origin_or_shown_in_a_frame(emulator: Emulator) -> None:
    for path in ("/", "/_emulator/journal", "/_emulator/page.js", "/_emulator/nothing", "/oauth/token"):
        answer = ask(emulator, path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"GET /_emulator/clock HTTP/1.1\r\n\r\n", 400),
        (b"GET /_emulator/clock HTTP/1.0\r\n\r\n", 400),
        (b"GET /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\n\r\n", 400),
        (b"GET /_emulator/clock HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /_emulator/clock HTTP/1.1\r\nHost:\r\n\r\n", 403),
        (b"GET /_emulator/clock HTTP/1.1\r\nX-Forwarded-Host: localhost\r\nHost: evil.example\r\n\r\n", 403),
        (b"GET http://evil.example/_emulator/clock HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
        (b"GET http://localhost/_emulator/clock HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
        (b"GET http://u:p@localhost/_emulator/clock HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
        (b"GET http://[/_emulator/clock HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET //evil.example/_emulator/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
        (b"GET http://localhost/_emulator/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200),
        (b"GET /_emulator/clock HTTP/1.0\r\nHost: localhost\r\n\r\n", 200),
        (b"OPTIONS /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n", 403),
        (b"HEAD / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
        (b"POST /_emulator/clock HTTP/1.1\r\nHost: evil.example\r\nX-HTTP-Method-Override: GET\r\n\r\n", 403),
        (b"GET /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nOrigin: null\r\n\r\n", 403),
    ],
)
def test_requests_that_no_client_library_sends(emulator: Emulator, head: bytes, expected: int) -> None:
    answer = send(emulator.url, head)

    assert status(answer) == expected
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_connection_goes_on_after_a_body_but_not_after_a_refusal(emulator: Emulator) -> None:
    refused = b"POST /_emulator/clock HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 60\r\n\r\n"
    hidden = b'POST /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 21\r\n\r\n{"advanceSeconds": 9}'
    before = ask(emulator).json()

    answer = send(emulator.url, refused, hidden)

    assert (status(answer), answer.count(b"HTTP/1.1 ")) == (403, 1)
    assert ask(emulator).json() == before


@pytest.mark.parametrize(
    ("arguments", "name", "expected"),
    [
        (["--host", "127.0.0.1"], "", None),
        (["--host", "localhost"], "", None),
        (["--host", EVERYWHERE], "", EVERYWHERE),
        (["--host", EVERYWHERE, "--allow-host", "aicore", "--allow-host", "aicore.test"], "aicore.test", EVERYWHERE),
    ],
)
def test_the_command_tells_when_others_can_reach_it(arguments: list[str], name: str, expected: str | None) -> None:
    with process(*arguments) as (running, url):
        port = url.rsplit(":", 1)[1]
        local = f"http://127.0.0.1:{port}/_emulator/clock"
        assert requests.get(local, timeout=10).ok
        assert requests.get(local, headers={"Host": "evil.example"}, timeout=10).status_code == 403
        if name:
            assert requests.get(local, headers={"Host": name}, timeout=10).ok
        running.terminate()
        assert running.stderr is not None
        told = running.stderr.read()

    if expected is None:
        assert told == ""
    else:
        assert told.count("\n") == 1
        assert expected in told
        assert "without being asked who they are" in told


def test_the_address_it_was_reached_at_is_its_own() -> None:
    with Emulator.running(clock=SteppedClock(), host="127.0.0.2") as emulator:
        assert ask(emulator).status_code == 200
    with Emulator.running(clock=SteppedClock(), host=EVERYWHERE) as everywhere:
        url = f"http://127.0.0.1:{port_of(everywhere)}/_emulator/clock"
        assert requests.get(url, headers={"Host": "192.0.2.1"}, timeout=10).status_code == 403
        assert requests.get(url, headers={"Host": EVERYWHERE}, timeout=10).status_code == 200


@pytest.mark.parametrize("host", ["::1", "::"])
def test_version_6_of_the_internet_protocol(host: str) -> None:
    with Emulator.running(clock=SteppedClock(), host=host) as emulator:
        assert emulator.url == f"http://[{host}]:{port_of(emulator)}"
        api: Any = Api(f"http://[::1]:{port_of(emulator)}")
        assert api.get("/lm/meta")
        api.session.close()
