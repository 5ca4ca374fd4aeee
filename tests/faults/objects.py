"""What the service holds of each kind, and how an object differs from what is declared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import NOT_FOUND
from typing import Any

from tests.support.client import Api
from tests.support.clocks import wait_for
from tests.support.models import CHAT
from tests.support.standard_cases import (
    APPLICATION,
    CASES,
    DOCKER_REGISTRY_SECRET,
    EXECUTION,
    GENERIC_SECRET,
    GIT_REPOSITORY,
    OBJECT_STORE_SECRET,
    Case,
)

RESOURCE_GROUP = Case(
    "AIResourceGroup",
    "/admin/resourceGroups",
    {"resource_group_id": "team-a", "labels": {"ext.ai.sap.com/owner": "team-a"}},
    others={"labels": {"ext.ai.sap.com/owner": "team-b"}},
    replacing={"resource_group_id": "team-b"},
    is_tenant_wide=True,
)
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Objects:
    """How the objects of a kind are found and judged.

    Attributes:
        path: of all of them, below `/v2`.
        differences: takes a client, an object, and what is declared; returns lines.
        key: where an object has its id.
        is_tenant_wide: whether requests have no resource group.
        can_delete: False where the API has no DELETE, so that every one that was ever made is still there.
        ignored: ids of what the service has made.
    """

    path: str
    differences: Callable[[Api, Document, Document], Iterator[str]]
    key: str = "id"
    is_tenant_wide: bool = False
    can_delete: bool = True
    ignored: tuple[str, ...] = ()

    @property
    def is_named_when_left(self) -> bool:
        """Whether every command names one that no state holds; an execution is named while it has not ended."""
        return self.can_delete and self.path != EXECUTION.path

    def listed(self, api: Api) -> dict[str, Document]:
        """All of them by id, without the artifacts that executions have made."""
        found = (Api(api.emulator, None) if self.is_tenant_wide else api).get(self.path)["resources"]
        if self.path == APPLICATION.path:  # whose names are told with a prefix
            found = [{**each, "name": each["applicationName"].partition("-")[2]} for each in found]
        named = [each for each in found if "executionId" not in each]
        return {each[self.key]: each for each in named if each[self.key] not in self.ignored}

    def delete(self, api: Api, id_: str) -> None:
        """Delete one, where the API can, and wait until it is gone. An execution is stopped first."""
        if not self.can_delete:
            return
        path = f"{self.path}/{id_}"
        api.call("PATCH", path, json={"targetStatus": "STOPPED"})
        wait_for(lambda: api.call("DELETE", path).ok or api.call("GET", path).status_code == NOT_FOUND, "it is deleted")
        wait_for(lambda: api.call("GET", path).status_code == NOT_FOUND, "it is gone")


def is_named(kind: str) -> bool:
    """Whether a program names the objects of a kind, so that there is at most one of a name."""
    return kind in OBJECTS and OBJECTS[kind].path.startswith("/admin")


def is_going(found: Document) -> bool:
    """Whether it is being deleted, as far as the service tells."""
    return found.get("targetStatus") == "DELETED" or found.get("status") == "DELETING"


def _of_deployment(api: Api, found: Document, wanted: Document) -> Iterator[str]:
    configuration = api.get(f"/lm/configurations/{found['configurationId']}")
    bindings = {each["key"]: each["value"] for each in configuration["parameterBindings"]}
    yield from _unlike(
        {
            "status": found["status"],
            "target status": found["targetStatus"],
            "model": bindings["modelName"],
            "version": bindings["modelVersion"],
            "executable": configuration["executableId"],
            "ttl": found.get("ttl"),
        },
        {"status": "RUNNING", "target status": "RUNNING", "ttl": None, **wanted},
    )
    if wanted["executable"] != CHAT["executable"]:
        return  # another executable has other paths
    answer = api.ask(found["id"])
    if not answer.ok or answer.json()["emulator"]["version"] != wanted["version"]:
        yield f"it answers {answer.text}"


def _of_execution(_api: Api, found: Document, wanted: Document) -> Iterator[str]:
    yield from _unlike(_in_our_words(found), {"status": "COMPLETED", "configuration_id": wanted["configuration_id"]})


def _of_group(_api: Api, found: Document, wanted: Document) -> Iterator[str]:
    shown = {**_in_our_words(found), "labels": {each["key"]: each["value"] for each in found["labels"]}}
    yield from _unlike(shown, {"status": "PROVISIONED", **wanted})


def _as_told(_api: Api, found: Document, wanted: Document) -> Iterator[str]:
    yield from _unlike(_in_our_words(found), wanted)


def _of_application(api: Api, found: Document, wanted: Document) -> Iterator[str]:
    status = api.get(f"{APPLICATION.path}/{wanted['name']}/status")
    shown = {**found, "repository_url": found["repositoryUrl"], "syncStatus": status["syncStatus"]}
    yield from _unlike(shown, {"syncStatus": "Synced", **wanted})


def _as_digested(kind: str, secrets: Callable[[Document], Mapping[str, str]], told: Mapping[str, str]) -> Any:
    """Compares the digests of the secret values, and what `told` says where the object tells it."""

    def differences(api: Api, found: Document, wanted: Document) -> Iterator[str]:
        (kept,) = [
            each["digests"]
            for each in api.emulator.secret_digests
            if (each["kind"], each["name"]) == (kind, found["name"])
        ]
        wished = {key: hashlib.sha256(value.encode()).hexdigest() for key, value in secrets(wanted).items()}
        yield from _unlike({key: value[:8] for key, value in kept.items()}, {k: v[:8] for k, v in wished.items()})
        metadata = found.get("metadata", found)
        yield from _unlike(
            {key: metadata.get(name) for key, name in told.items()}, {k: v for k, v in wanted.items() if k in told}
        )

    return differences


def _user(wanted: Document) -> dict[str, str]:
    return {key: wanted[key] for key in ("username", "password")}


def _login(wanted: Document) -> dict[str, str]:
    login = _user(wanted)
    return {".dockerconfigjson": json.dumps({"auths": {wanted["registry"]: login}})}


_WORDS = {"scenarioId": "scenario_id", "configurationId": "configuration_id", "resourceGroupId": "resource_group_id"}


def _in_our_words(found: Document) -> dict[str, Any]:
    return {_WORDS.get(key, key): value for key, value in found.items()}


def _unlike(shown: Document, wanted: Document) -> Iterator[str]:
    for key, value in wanted.items():
        if shown.get(key) != value:
            yield f"{key} is {shown.get(key)}, declared is {value}"


_JUDGES: Mapping[str, Callable[[Api, Document, Document], Iterator[str]]] = {
    "AIExecution": _of_execution,
    GENERIC_SECRET.kind: _as_digested("secret", lambda wanted: wanted["data"], {}),
    OBJECT_STORE_SECRET.kind: _as_digested(
        "objectStoreSecret", lambda wanted: wanted["data"], {"bucket": "storage.ai.sap.com/bucket"}
    ),
    DOCKER_REGISTRY_SECRET.kind: _as_digested("dockerRegistrySecret", _login, {}),
    GIT_REPOSITORY.kind: _as_digested("repository", _user, {"url": "url"}),
    APPLICATION.kind: _of_application,
}
OBJECTS: Mapping[str, Objects] = {
    "AIDeployment": Objects("/lm/deployments", _of_deployment),
    RESOURCE_GROUP.kind: Objects(
        RESOURCE_GROUP.path, _of_group, "resourceGroupId", is_tenant_wide=True, ignored=("default",)
    ),
    **{
        case.kind: Objects(
            case.path,
            _JUDGES.get(case.kind, _as_told),
            "name" if case.is_named else "id",
            case.is_tenant_wide,
            can_delete=case.kind != "AIArtifact",
        )
        for case in CASES
    },
}
"""By kind. Configurations are left out: the API cannot delete one, and what is not deployed costs nothing."""
