"""The emulator with 10,000 deployments, as a process of its own, over HTTP.

All deployments are in one resource group. The client sends plain HTTP on one connection and reads each answer, but does
not parse it, so that the emulator is measured and not the client.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.measuring import Measurement, repeated
from benchmarks.selection import Selection
from benchmarks.tenant import emulator

DEPLOYMENTS = 10_000
LIMIT_S = 0.05
"""Seconds for one request. Requests that read or write a whole list have other limits, or none."""


class _Client:
    """A client with one connection and a token."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=120)
        self._connection.connect()
        form = {"grant_type": "client_credentials", "client_id": "emulator", "client_secret": "emulator"}
        self._headers = {"Content-Type": "application/x-www-form-urlencoded"}
        token = json.loads(self.call("POST", "/oauth/token", urlencode(form)))["access_token"]
        self._headers = {
            "Authorization": f"Bearer {token}",
            "AI-Resource-Group": "default",
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: str | None = None) -> bytes:
        """Send a request and return the body of the answer.

        Raises:
            RuntimeError: the answer is an error.
        """
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{method} {path} answers {answer.status}: {content[:200]!r}")
        return content

    def configuration(self, version: str) -> str:
        """Make a configuration of this model version, and return its id."""
        bindings = [{"key": "modelName", "value": "gpt-5-mini"}, {"key": "modelVersion", "value": version}]
        body = {
            "name": "bench",
            "scenarioId": "foundation-models",
            "executableId": "azure-openai",
            "parameterBindings": bindings,
        }
        return str(json.loads(self.call("POST", "/v2/lm/configurations", json.dumps(body)))["id"])

    def create(self, configuration_id: str) -> str:
        """Make a deployment, and return its id."""
        body = json.dumps({"configurationId": configuration_id})
        return str(json.loads(self.call("POST", "/v2/lm/deployments", body))["id"])


def measurements(_selection: Selection) -> Iterator[Measurement]:
    """Measure the emulator in memory, and then with a state file."""
    with emulator() as url:
        yield from _everything(_Client(url), "")
    with tempfile.TemporaryDirectory() as folder, emulator("--state", str(Path(folder) / "state.db")) as url:
        client = _Client(url)
        yield from _writes(client, ", with a state file")
        one_list = "GET deployments, all 10,000"
        client.call("GET", "/v2/lm/deployments")
        yield repeated(f"{one_list}, with a state file", 5, lambda _: client.call("GET", "/v2/lm/deployments"))


def _everything(client: _Client, remark: str) -> Iterator[Measurement]:
    yield from _writes(client, remark)
    old, new = client.configuration("2025-05-01"), client.configuration("2025-08-07")
    some = [client.create(old) for _ in range(20)]
    path = "/v2/lm/deployments"
    client.call("GET", path)

    def after_a_change(number: int) -> None:
        client.call("PATCH", f"{path}/{some[number]}", json.dumps({"configurationId": old}))
        client.call("GET", f"{path}?status=RUNNING")

    def get(what: str, times: int, query: str = "") -> Measurement:
        return repeated(f"GET {what}", times, lambda _: client.call("GET", path + query), limit_s=LIMIT_S)

    def switch(number: int) -> None:
        client.call("PATCH", f"{path}/{some[number % 20]}", json.dumps({"configurationId": new}))

    yield repeated("GET deployment by id", 500, lambda n: client.call("GET", f"{path}/{some[n % 20]}"), limit_s=LIMIT_S)
    yield get("deployments, all 10,000", 20)
    yield get("deployments, $top=100", 100, "?$top=100")
    yield get("deployments of one configuration", 100, f"?configurationId={old}")
    yield get("deployments, status DEAD", 100, "?status=DEAD")
    yield get("deployments/$count", 100, "/$count")
    yield repeated("PATCH configurationId", 200, switch, limit_s=LIMIT_S)
    yield repeated("PATCH, then GET all 10,000 by status", 15, after_a_change, limit_s=2 * LIMIT_S)


def _writes(client: _Client, remark: str) -> Iterator[Measurement]:
    configuration = client.configuration("2025-08-07")
    seconds = []
    for _ in range(DEPLOYMENTS):
        begun = time.perf_counter()
        client.create(configuration)
        seconds.append(time.perf_counter() - begun)
    yield Measurement(f"POST deployment{remark}", tuple(seconds), LIMIT_S)
    yield Measurement(f"POST deployment, the last 1,000 of 10,000{remark}", tuple(seconds[-1000:]), LIMIT_S)
