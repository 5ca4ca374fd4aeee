"""Requests to the model behind a deployment."""

from __future__ import annotations

import json
from typing import Any

from tests.support.client import Api


def infer(api: Api, deployment: str, path: str, body: Any = None, **query: str) -> Any:
    answer = api.call("POST", f"/inference/deployments/{deployment}/{path}", json=body or {}, params=query)
    assert answer.ok, answer.text
    return answer.json()


def stream(api: Api, deployment: str, path: str, body: Any = None, **query: str) -> list[Any]:
    """The events of a stream; it is one, with an end, on a connection that stays usable."""
    url = f"/inference/deployments/{deployment}/{path}"
    with api.call("POST", url, json=body or {}, params=query, stream=True) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Transfer-Encoding"] == "chunked"
        *events, last = [line for line in answer.iter_lines() if line]
    assert last == b"data: [DONE]"
    assert api.call("GET", "/lm/meta").ok
    return [json.loads(event.removeprefix(b"data: ")) for event in events]
