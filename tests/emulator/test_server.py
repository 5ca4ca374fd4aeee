"""The server itself: addresses, keep-alive, many clients, stopping."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from urllib.parse import urlsplit

import pytest
import requests

from aicore_provider.emulator import CannotListen, Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api


def test_environment(emulator: Emulator) -> None:
    assert emulator.environment() == {
        "AICORE_BASE_URL": emulator.url,
        "AICORE_AUTH_URL": emulator.url,
        "AICORE_CLIENT_ID": "emulator",
        "AICORE_CLIENT_SECRET": "emulator",
        "AICORE_RESOURCE_GROUP": "default",
    }


def test_one_connection_for_many_requests(emulator: Emulator) -> None:
    address = urlsplit(emulator.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    connection.connect()
    opened = connection.sock
    for method, path, body in [
        ("GET", "/v2/lm/meta", None),
        ("POST", "/v2/lm/configurations", b"{" * 50_000),
        ("PUT", "/_emulator/faults", b"[]"),
        ("HEAD", "/_emulator/clock", None),
        ("DELETE", "/_emulator/journal", None),
        ("PATCH", "/v2/lm/deployments", [b"[", b"chunked", b"]"]),
        ("GET", "/_emulator/clock", None),
    ]:
        connection.request(method, path, body=body)
        answer = connection.getresponse()
        answer.read()
        assert connection.sock is opened, (method, path)
    assert answer.status == 200
    connection.close()


def test_a_body_length_that_is_no_number(emulator: Emulator) -> None:
    answer = requests.post(f"{emulator.url}/oauth/token", headers={"Content-Length": "many"}, timeout=10)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "request_line", [b"GET /v2/" + b"x" * 70_000 + b" HTTP/1.1", b"GET", b"\x00\xff", b"GET /v2/lm/meta HTTP/9.9"]
)
def test_a_request_that_cannot_be_read(
    emulator: Emulator, request_line: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    address = urlsplit(emulator.url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(request_line + b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            connection.recv(100)

    assert requests.get(f"{emulator.url}/_emulator/clock", timeout=10).ok
    assert capfd.readouterr().err == ""


def test_a_port_that_is_taken(emulator: Emulator) -> None:
    port = urlsplit(emulator.url).port
    assert port is not None

    with pytest.raises(CannotListen, match=f"127.0.0.1:{port}"), Emulator.running(port=port):
        pass


def test_stopping_closes_open_connections() -> None:
    before = set(threading.enumerate())
    with requests.Session() as session:
        with Emulator.running(clock=SteppedClock()) as emulator:
            url = emulator.url
            assert session.get(f"{url}/_emulator/clock", timeout=10).status_code == 200
        with pytest.raises(requests.ConnectionError):
            session.get(f"{url}/_emulator/clock", timeout=10)
    assert not [each for each in threading.enumerate() if each.name == "aicore-emulator" and each not in before]


def test_many_clients_at_once(api: Api) -> None:
    configuration = api.configuration()
    made: list[str] = []

    def work() -> None:
        client = Api(api.emulator)
        with client.session:
            for _ in range(5):
                made.append(client.create(configuration))
                client.ids()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(set(made)) == 30
    assert sorted(api.ids()) == sorted(made)


def test_a_list_is_written_once_for_each_change(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand deployments stay quick because only what changed is written again."""
    from aicore_provider.emulator.serialize import DeploymentWriter

    written: list[str] = []
    original = DeploymentWriter.item

    def counted(self: DeploymentWriter, record: object, base_url: str) -> dict[str, object]:
        written.append(record.id)  # type: ignore[attr-defined]
        return original(self, record, base_url)  # type: ignore[arg-type]

    monkeypatch.setattr(DeploymentWriter, "item", counted)
    api = Api(emulator)
    configuration = api.configuration()
    made = [api.create(configuration) for _ in range(20)]
    emulator.advance(TRANSITION_S)
    api.ids()
    written.clear()

    api.ids()
    assert written == []
    api.stop(made[7])
    api.ids()
    assert written == [made[7]]
    api.session.close()
