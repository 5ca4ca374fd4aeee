"""A naive dynamic provider, written as tutorials show it, to compare the product with.

Every resource asks for itself: one GET in a refresh, and one GET every five seconds while it waits. The thread pool of
the plugin process is Pulumi's own. There is no check, no retry and no rollback.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from typing import Any

import pulumi
import requests
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from benchmarks.estate import EXECUTABLES

PROGRAM = "from benchmarks.programs.naive import declare\n\ndeclare()\n"
INTERVAL_S = 5.0
"""Between two looks, as in SAP's samples."""
_CONFIGURATIONS, _DEPLOYMENTS = "configurations", "deployments"
_TIMEOUT_S = 60.0


@functools.cache
def _token() -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["AICORE_CLIENT_ID"],
        "client_secret": os.environ["AICORE_CLIENT_SECRET"],
    }
    answer = requests.post(f"{os.environ['AICORE_AUTH_URL']}/oauth/token", data=form, timeout=_TIMEOUT_S)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def _ask(method: str, path: str, group: str, body: Any = None) -> requests.Response:
    url = f"{os.environ['AICORE_BASE_URL']}/v2/lm/{path}"
    headers = {"Authorization": f"Bearer {_token()}", "AI-Resource-Group": group}
    return requests.request(method, url, headers=headers, json=body, timeout=_TIMEOUT_S)


def _done(method: str, path: str, group: str, body: Any = None) -> dict[str, Any]:
    answer = _ask(method, path, group, body)
    answer.raise_for_status()
    return dict(answer.json())


def _wait(id_: str, group: str, until: Callable[[dict[str, Any]], bool]) -> None:
    while not until(_done("GET", f"{_DEPLOYMENTS}/{id_}", group)):
        time.sleep(INTERVAL_S)


def _wait_for_running(id_: str, group: str, configuration_id: str) -> None:
    def runs(shown: dict[str, Any]) -> bool:
        return shown["status"] == "RUNNING" and shown.get("latestRunningConfigurationId") == configuration_id

    _wait(id_, group, runs)


class ConfigurationProvider(ResourceProvider):
    """Configurations, which cannot be changed or deleted."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """POST."""
        bindings = [
            {"key": "modelName", "value": props["model"]},
            {"key": "modelVersion", "value": props["version"]},
        ]
        body = {
            "name": props["model"],
            "scenarioId": "foundation-models",
            "executableId": props["executable"],
            "parameterBindings": bindings,
        }
        return CreateResult(_done("POST", _CONFIGURATIONS, props["group"], body)["id"], props)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """GET."""
        _done("GET", f"{_CONFIGURATIONS}/{id_}", props["group"])
        return ReadResult(id_, props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Every change replaces."""
        keys = ("executable", "model", "version", "group")
        changed = [key for key in keys if _olds.get(key) != _news.get(key)]
        return DiffResult(changes=bool(changed), replaces=changed)


class DeploymentProvider(ResourceProvider):
    """Deployments, which are switched in place."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """POST, and wait for RUNNING."""
        body = {"configurationId": props["configuration_id"]}
        made = str(_done("POST", _DEPLOYMENTS, props["group"], body)["id"])
        _wait_for_running(made, props["group"], props["configuration_id"])
        return CreateResult(made, props)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """GET."""
        shown = _done("GET", f"{_DEPLOYMENTS}/{id_}", props["group"])
        return ReadResult(id_, {**props, "configuration_id": shown["configurationId"]})

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Another configuration is switched in place."""
        return DiffResult(changes=_olds["configuration_id"] != _news["configuration_id"])

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """PATCH, and wait for RUNNING."""
        body = {"configurationId": _news["configuration_id"]}
        _done("PATCH", f"{_DEPLOYMENTS}/{_id}", _news["group"], body)
        _wait_for_running(_id, _news["group"], _news["configuration_id"])
        return UpdateResult(_news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Stop, wait, DELETE, and wait until it is gone."""
        path, group = f"{_DEPLOYMENTS}/{_id}", _props["group"]
        _done("PATCH", path, group, {"targetStatus": "STOPPED"})
        _wait(_id, group, lambda shown: shown["status"] == "STOPPED")
        _done("DELETE", path, group)
        while _ask("GET", path, group).ok:
            time.sleep(INTERVAL_S)


class _Configuration(Resource, module="naive", name="Configuration"):
    pass


class _Deployment(Resource, module="naive", name="Deployment"):
    pass


class _Component(pulumi.ComponentResource):
    def __init__(self, name: str, entry: dict[str, str]) -> None:
        super().__init__("naive:index:Component", name)
        inside = pulumi.ResourceOptions(parent=self)
        model, group = entry["model"], entry["resourceGroup"]
        wanted = {"executable": EXECUTABLES[model], "model": model, "version": entry["version"], "group": group}
        configuration = _Configuration(ConfigurationProvider(), name, wanted, inside)
        inputs = {"configuration_id": configuration.id, "group": group}
        self.deployment = _Deployment(DeploymentProvider(), name, inputs, inside)
        self.register_outputs({})


def declare() -> None:
    """Declare a component with two resources for each entry of `aicore:deployments`."""
    entries = pulumi.Config("aicore").require_object("deployments")
    components = {name: _Component(name, entry) for name, entry in entries.items()}
    pulumi.export("deployments", {name: each.deployment.id for name, each in components.items()})
