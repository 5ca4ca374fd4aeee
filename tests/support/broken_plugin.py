"""The plugin process with other insides than we know: `python -m tests.support.broken_plugin WHAT MODULE ENGINE`."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import grpc
import grpc._server

_make_server = grpc.server


def server_class_is_gone(source: str) -> str:
    def make_server(*args: Any, **kwargs: Any) -> Any:
        server = _make_server(*args, **kwargs)
        del grpc._server._Server
        return server

    grpc.server = make_server
    return source


def locals_are_renamed(source: str) -> str:
    return re.sub(r"\bcontext\b", "call", re.sub(r"\brequest\b", "asked", source))


def metadata_cannot_be_set(source: str) -> str:
    def refuse(*_: Any) -> None:
        raise TypeError("no such thing")

    grpc._server._Context.set_trailing_metadata = refuse
    return source


def engine_hears_nothing(source: str) -> str:
    sys.argv[-1] = "127.0.0.1:1"
    return source


def protocol_is_renamed(source: str) -> str:
    from pulumi.runtime.proto import provider_pb2, status_pb2

    del provider_pb2.ErrorResourceInitFailed, status_pb2.Status
    return source


def requests_fails_after_a_post(source: str) -> str:
    """A fault that nobody foresees, in the look that follows each POST of an object."""
    import requests

    send = requests.Session.request
    posted: list[str] = []

    def request(self: requests.Session, method: str, url: str, **options: Any) -> requests.Response:
        if posted and "/lm/" in url:
            posted.clear()
            raise KeyError("a value that may be secret")
        answer = send(self, method, url, **options)
        posted.extend([url] * (method == "POST" and "/lm/deployments" in url))
        return answer

    requests.Session.request = request  # type: ignore[method-assign, assignment]
    return source


def main() -> None:
    """Break what is named, then be the process of that module."""
    spec = importlib.util.find_spec(f"{sys.argv[2]}.__main__")
    assert spec is not None
    assert spec.origin is not None
    source = globals()[sys.argv[1]](Path(spec.origin).read_text(encoding="utf-8"))
    exec(compile(source, spec.origin, "exec"), {"__name__": "__main__"})  # noqa: S102


if __name__ == "__main__":
    main()
