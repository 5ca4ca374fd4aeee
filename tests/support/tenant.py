"""A tenant as these tests see it: plain requests, in one resource group that they have made."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from aicore_provider.api.credentials import Credentials

GROUP_PREFIX = "aicore-provider-test-"
GROUPS = "/admin/resourceGroups"
DEPLOYMENTS = "/lm/deployments"
_TIMEOUT_S = {"group": 300.0, "deployment": 900.0}
_FIRST_PAUSE_S, _PAUSE_S = 0.25, 5.0
_FINAL = ("STOPPED", "DEAD")

Found = TypeVar("Found")


class NotOurs(AssertionError):
    """A request would change something that these tests have not made."""


@dataclass
class Tenant:
    """A tenant, and the resource group in it that is ours.

    Attributes:
        base_url: without /v2.
        token: for the header Authorization; never shown.
        wait: lets so many seconds pass.
        group: ours.
    """

    base_url: str
    token: str = field(repr=False)
    wait: Callable[[float], None] = field(repr=False)
    group: str = field(default_factory=lambda: f"{GROUP_PREFIX}{secrets.token_hex(6)}")

    def call(self, method: str, path: str, *, group: str | None = None, **arguments: Any) -> requests.Response:
        """Send a request to a path below /v2, in our resource group unless another one is named ("": none).

        Raises:
            NotOurs: it would change something outside of our resource group.
        """
        named = self.group if group is None else group
        self._check(method, path, named, arguments.get("json"))
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        if named and not path.startswith("/admin/"):
            headers["AI-Resource-Group"] = named
        return requests.request(method, f"{self.base_url}/v2{path}", headers=headers, timeout=60, **arguments)

    def get(self, path: str, **parameters: str) -> Any:
        """The JSON of an answer that is a success."""
        answer = self.call("GET", path, params=parameters)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def until(self, what: str, look: Callable[[], Found | None], patience: str = "deployment") -> Found:
        """Look until there is something to see: often at first, every five seconds later."""
        waited, pause = 0.0, _FIRST_PAUSE_S
        while waited < _TIMEOUT_S[patience]:
            if (found := look()) is not None:
                return found
            self.wait(pause)
            waited, pause = waited + pause, min(2 * pause, _PAUSE_S)
        raise AssertionError(f"{what}: not within {_TIMEOUT_S[patience]:.0f} s")

    def configuration(self, name: str = "rules") -> str:
        """A configuration of the orchestration, which every tenant with generative models has."""
        body = {"name": name, "scenarioId": "orchestration", "executableId": "orchestration"}
        answer = self.call("POST", "/lm/configurations", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def deployment(self, deployment_id: str) -> dict[str, Any] | None:
        """A deployment; None when it is gone."""
        answer = self.call("GET", f"{DEPLOYMENTS}/{deployment_id}")
        assert answer.status_code in (200, 404), answer.text
        return answer.json() if answer.ok else None

    def in_status(self, deployment_id: str, *statuses: str) -> dict[str, Any]:
        """The deployment once it has one of these statuses."""

        def look() -> dict[str, Any] | None:
            found = self.deployment(deployment_id)
            assert found is not None, f"{deployment_id} is gone"
            if found["status"] in statuses:
                return found
            assert found["status"] not in _FINAL, f"{deployment_id} is {found['status']}: {found['statusDetails']}"
            return None

        return self.until(f"{deployment_id} in {' or '.join(statuses)}", look)

    def gone(self, deployment_id: str) -> None:
        """Wait until a deployment is no longer found."""
        self.until(f"{deployment_id} is gone", lambda: True if self.deployment(deployment_id) is None else None)

    def make_group(self) -> requests.Response:
        """Make our resource group and wait for it."""
        label = {"key": "ext.ai.sap.com/made-by", "value": "aicore-provider-tests"}
        answer = self.call("POST", GROUPS, json={"resourceGroupId": self.group, "labels": [label]})
        assert answer.status_code == 202, f"cannot make a resource group: {answer.status_code} {answer.text}"
        sys.stderr.write(f"\nworking in resource group {self.group}, which is deleted at the end\n")

        def look() -> bool | None:
            found = self.call("GET", f"{GROUPS}/{self.group}")
            return True if found.ok and found.json()["status"] == "PROVISIONED" else None

        self.until(f"{self.group} is provisioned", look, "group")
        # A group may refuse for a while after it says that it is ready.
        self.until("the group can be used", lambda: True if self.call("GET", DEPLOYMENTS).ok else None, "group")
        return answer

    def remove_group(self) -> None:
        """Delete our resource group, if it is there, with everything in it, and wait until it is gone.

        Raises:
            AssertionError: something is left, which the text names.
        """
        try:
            if self.call("GET", f"{GROUPS}/{self.group}").status_code == requests.codes.not_found:
                return
            for each in self.get(DEPLOYMENTS)["resources"]:
                self._remove(each["id"])
            assert self.call("DELETE", f"{GROUPS}/{self.group}").status_code == 202

            def look() -> bool | None:
                return True if self.call("GET", f"{GROUPS}/{self.group}").status_code == 404 else None

            self.until(f"{self.group} is gone", look, "group")
        except Exception as error:
            raise AssertionError(f"resource group {self.group} is left behind; delete it by hand: {error}") from error

    def _remove(self, deployment_id: str) -> None:
        found = self.deployment(deployment_id)
        if found is None:
            return
        if found["targetStatus"] != "DELETED":
            if found["status"] in ("PENDING", "RUNNING"):
                self.call("PATCH", f"{DEPLOYMENTS}/{deployment_id}", json={"targetStatus": "STOPPED"})
            self.in_status(deployment_id, "STOPPED", "DEAD", "UNKNOWN")
            self.call("DELETE", f"{DEPLOYMENTS}/{deployment_id}")
        self.gone(deployment_id)

    def _check(self, method: str, path: str, group: str, body: Any) -> None:
        if method == "GET":
            return
        if path == GROUPS:
            ours = isinstance(body, dict) and body.get("resourceGroupId") == self.group
        elif path.startswith(f"{GROUPS}/"):
            ours = path == f"{GROUPS}/{self.group}"
        else:
            ours = path.startswith(("/lm/", "/inference/deployments/")) and group == self.group
        if not ours:
            raise NotOurs(f"{method} {path} in {group or 'no resource group'}")


def log_in(credentials: Credentials) -> str:
    """A token for a client with a secret."""
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
    answer = requests.post(credentials.auth_url, data=form, timeout=60)
    if not answer.ok:
        raise ConnectionError(f"the token endpoint answers {answer.status_code}")
    return str(answer.json()["access_token"])


def real_seconds(seconds: float) -> None:
    """Really wait."""
    time.sleep(seconds)
