"""An emulated tenant in a process of its own, with a latency of its answers and a record of the requests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

_NAMES = re.compile(r"/(deployments|configurations|resourceGroups|scenarios|executables)/[^/]+")
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Request:
    """A request that reached the tenant.

    Attributes:
        time: when it arrived, in seconds since the epoch.
        kind: method and path, with names and ids as `*`, such as `GET /v2/lm/deployments/*`.
        succeeded: whether the answer was a success.
        body: its JSON body, or None.
    """

    time: float
    kind: str
    succeeded: bool
    body: Any


class Tenant:
    """An emulated tenant.

    Args:
        url: of the emulator.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._latency_s = 0.0
        self._running_s = 0.0

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a client finds it."""
        return {
            "AICORE_BASE_URL": self.url,
            "AICORE_AUTH_URL": self.url,
            "AICORE_CLIENT_ID": "emulator",
            "AICORE_CLIENT_SECRET": "emulator",
            "AICORE_RESOURCE_GROUP": "default",
        }

    @property
    def runs_after_s(self) -> float:
        """Seconds from the arrival of a create or switch to RUNNING."""
        return self._latency_s + self._running_s

    def pace(self, *, latency_s: float, running_s: float, group_quota: int | None = None) -> None:
        """Set the latency of each answer, and the time from the acceptance of a create or switch to RUNNING.

        `group_quota` is how many resource groups there may be; None for SAP's number.
        """
        self._latency_s, self._running_s = latency_s, running_s
        rules: list[Any] = [{"effect": {"latencySeconds": latency_s}}] if latency_s else []
        rules += [] if group_quota is None else [{"resourceGroupQuota": group_quota}]
        self._control("PUT", "faults", rules)
        self._control("PUT", "pace", {"transitionSeconds": running_s})

    def make_groups(self, names: Sequence[str]) -> None:
        """Make resource groups, which are provisioned at once, however many. Latency and pace must not be set yet."""
        self._control("PUT", "faults", [{"resourceGroupQuota": len(names) + 1}])  # `default` as well
        form = urlencode(
            {"grant_type": "client_credentials", "client_id": "emulator", "client_secret": "emulator"}
        ).encode()
        token = _call("POST", f"{self.url}/oauth/token", form, {})["access_token"]
        for name in names:
            body = json.dumps({"resourceGroupId": name}).encode()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            _call("POST", f"{self.url}/v2/admin/resourceGroups", body, headers)

    def requests(self) -> list[Request]:
        """Return the requests since the last `forget`."""
        return [
            Request(
                entry["time"],
                kind(entry["method"], entry["path"]),
                entry["status"] is not None and entry["status"] < 400,
                entry["body"],
            )
            for entry in self._control("GET", "journal")
        ]

    def forget(self) -> None:
        """Empty the record of the requests."""
        self._control("DELETE", "journal")

    def _control(self, method: str, name: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        return _call(method, f"{self.url}/_emulator/{name}", data, {"Content-Type": "application/json"})


def kind(method: str, path: str) -> str:
    """Return method and path of a request, with names and ids as `*`."""
    without_names = _NAMES.sub(r"/\1/*", path)
    return f"{method} {without_names}"


def count(requests: Sequence[Request]) -> Mapping[str, int]:
    """Return how many requests of each kind there are, the most frequent first."""
    return dict(Counter(each.kind for each in requests).most_common())


@contextmanager
def tenant() -> Iterator[Tenant]:
    """A new tenant, in which everything happens at once; it ends with the block."""
    with emulator() as url:
        yield Tenant(url)


@contextmanager
def emulator(*arguments: str) -> Iterator[str]:
    """The address of an emulator in a process of its own, in which everything happens at once; it ends with the block.

    Args:
        arguments: further options of its command.
    """
    command = [sys.executable, "-m", "aicore_provider.cli", "emulator", "--transition-seconds", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the emulator has no output")
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def _call(method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> Any:
    request = urllib.request.Request(url, data, dict(headers), method=method)  # noqa: S310 - an emulator's address
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
        content = answer.read()
    return json.loads(content) if content else None
