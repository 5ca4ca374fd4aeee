"""Answers that a service may give in the worst case, and a host that gives them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hypothesis import strategies as st

GROUP = "default"


class Answering:
    """A host that gives out tokens, and to everything else the answer that it was told."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # headers and body at once: else each answer waits for an acknowledgement

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                is_token = self.path == "/oauth/token"
                body = b'{"access_token": "the-token", "expires_in": 3600}' if is_token else host.body
                self.send_response(200 if is_token else host.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def answering() -> Iterator[Answering]:
    """Such a host."""
    made = Answering()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()


TEXTS = st.text(max_size=8) | st.sampled_from(
    ["gpt-5", "RUNNING", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-13-45T99:99:99Z", "1" * 400]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**301)
    | st.floats(allow_nan=True, allow_infinity=True)
    | TEXTS
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
DEPLOYMENT = {
    "id": "d1",
    "configurationId": "c1",
    "configurationName": "chat",
    "status": "DEAD",
    "targetStatus": "RUNNING",
    "latestRunningConfigurationId": "c0",
    "deploymentUrl": "https://api.example.com/v2/inference/deployments/d1",
    "createdAt": "2026-02-03T09:11:00Z",
    "startTime": "2026-02-03T09:12:00+02:00",
    "ttl": "10h",
    "statusMessage": "no capacity",
    "statusDetails": {"reconciler": {"message": [{"code": "05010002", "message": "no capacity"}]}},
    "details": {"resources": {"backendDetails": {"model": {"name": "gpt-5", "version": "1"}}}},
}
CONFIGURATION = {
    "id": "c1",
    "name": "chat",
    "scenarioId": "foundation-models",
    "executableId": "azure-openai",
    "parameterBindings": [{"key": "modelName", "value": "gpt-5"}],
    "inputArtifactBindings": [{"key": "data", "artifactId": "a1"}],
}
MODEL = {
    "model": "gpt-5",
    "executableId": "azure-openai",
    "displayName": "GPT-5",
    "allowedScenarios": [{"scenarioId": "foundation-models", "executableId": "azure-openai"}],
    "versions": [
        {
            "name": "1",
            "isLatest": True,
            "deprecated": True,
            "retirementDate": "2026-02-03T00:00:00Z",
            "contextLength": 1000,
            "suggestedReplacements": ["gpt-6"],
            "capabilities": ["text"],
            "cost": [{"input": "0.1"}],
        }
    ],
}
GROUP_OF_TENANT = {"resourceGroupId": GROUP, "status": "PROVISIONED", "servicePlan": "extended"}
ERROR = {"error": {"code": "01010016", "message": "not found", "requestId": "r", "target": "/v2", "details": []}}
GOOD = [
    {"resources": [DEPLOYMENT]},
    DEPLOYMENT,
    {"data": {"result": [{"timestamp": "now", "msg": "boom"}]}},
    CONFIGURATION,
    {"resources": [{**MODEL, "id": "foundation-models"}]},
    {"resources": [GROUP_OF_TENANT]},
    GROUP_OF_TENANT,
    ERROR,
]


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A good answer in which something, however deep, is something else or gone; or anything."""
    return draw(ANYTHING) if draw(st.integers(0, 9)) == 0 else changed(draw, draw(st.sampled_from(GOOD)))


def changed(draw: st.DrawFn, value: Any) -> Any:
    if not isinstance(value, (dict, list)) or not value or draw(st.integers(0, 5)) == 0:
        return draw(ANYTHING)
    key = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    copy: Any = value.copy()
    if draw(st.integers(0, 5)) == 0:
        del copy[key]
    else:
        copy[key] = changed(draw, value[key])
    return copy


DEEP = "[" * 5000 + "]" * 5000
EXTREMES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z")
ODD = [
    *(json.dumps({"resources": [{**DEPLOYMENT, "createdAt": each}]}).encode() for each in EXTREMES),
    *(
        json.dumps({"resources": [{**MODEL, "versions": [{"name": "1", "retirementDate": e}]}]}).encode()
        for e in EXTREMES
    ),
    *(b"", b"null", b"0", b'"text"', b"[]", b"{}", b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[1e999999]", b"NaN"),
    DEEP.encode(),
    ('{"a":' * 5000 + "1" + "}" * 5000).encode(),
    ('{"resources":' * 90 + "1" + "}" * 90).encode(),
    b'{"id": ' + b"9" * 5000 + b"}",
    b'{"resources": [{"id": "\\ud83d", "configurationId": "\\udc00", "status": "\\ud800"}]}',
    b'{"id": "d1", "configurationId": "c", "status": "DEAD", "statusDetails": ' + DEEP[4950:5050].encode() + b"}",
]
