"""The content of the emulator's page: tenants, resource groups, deployments, other objects, latest requests, faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicore_provider.emulator import serialize
from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.catalog import Catalog
from aicore_provider.emulator.docker_registry_secrets import DockerRegistrySecret
from aicore_provider.emulator.inventory import Item, described, items
from aicore_provider.emulator.machine import Deployment
from aicore_provider.emulator.object_store_secrets import ObjectStoreSecret
from aicore_provider.emulator.repositories import Repository
from aicore_provider.emulator.secrets import Secret
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.system_secrets import SystemSecret

Document = dict[str, Any]

MOST_SHOWN = 200
MOST_REQUESTS = 50
WITH_SECRETS: Mapping[str, type[Secret | SystemSecret | Repository]] = {
    "secret": Secret,
    "objectStoreSecret": ObjectStoreSecret,
    "dockerRegistrySecret": DockerRegistrySecret,
    "repository": Repository,
}
"""The types of records with secret values, by the name that `/_emulator/secrets` has for them."""


@dataclass(frozen=True)
class Selection:
    """What of the objects is wanted.

    Attributes:
        search: a text that their line on the page contains, without regard to case; empty: all.
        tenant: client id of the tenant, or None for all.
        group: the resource group; empty: what belongs to the tenant; None: all.
    """

    search: str = ""
    tenant: str | None = None
    group: str | None = None

    def has_group(self, tenant: str, group: str | None) -> bool:
        """Whether objects of a resource group are wanted."""
        return self.tenant in (None, tenant) and (self.group is None or self.group == (group or ""))

    def has(self, *texts: str | None) -> bool:
        """Whether an object with these texts is wanted."""
        wanted = self.search.casefold()
        return any(wanted in text.casefold() for text in texts if text)


def overview(backend: Backend, selection: Selection) -> Document:
    """The document that the page shows.

    All resource groups are in it; of the selected deployments those that changed last, and of the other selected
    objects the newest; and the latest requests.
    """
    now = backend.clock.now()
    tenants = [(tenant.client_id, backend.services[tenant.id]) for tenant in backend.tenants]
    deployments = [(client, service, each) for client, service in tenants for each in service.all_deployments()]
    objects = [(client, service, each) for client, service in tenants for each in items(service)]
    deployed: Counter[tuple[str, str | None]] = Counter(
        (client, record.resource_group) for client, _, record in deployments
    )
    others = Counter((client, item.group) for client, _, item in objects)
    shown = sorted(
        (each for each in deployments if _is_wanted(selection, *each)),
        key=lambda each: (each[2].modified_at, each[2].created_at),
        reverse=True,
    )
    listed = sorted(
        (each for each in objects if _is_wanted_item(selection, *each)),
        key=lambda each: each[2].record.created_at,
        reverse=True,
    )
    return {
        "now": serialize.timestamp(now),
        "resourceGroups": [
            {
                "tenant": client,
                "id": group,
                "status": status,
                "deployments": deployed[client, group],
                "objects": others[client, group],
            }
            for client, service in tenants
            for group, status in _groups(service, others[client, None])
        ],
        "deploymentCount": len(shown),
        "deployments": [_deployment(client, service, record, now) for client, service, record in shown[:MOST_SHOWN]],
        "objectCount": len(listed),
        "objects": [_object(client, service, item) for client, service, item in listed[:MOST_SHOWN]],
        "requests": [
            {"time": serialize.timestamp(entry.time), **_of(entry.as_json(), "method", "path", "status", "fault")}
            for entry in backend.journal.latest(MOST_REQUESTS)
        ],
        "faults": backend.faults.as_json(),
    }


def _groups(service: Service, of_tenant: int) -> Iterator[tuple[str | None, str | None]]:
    """Id and status of each resource group; None stands for what belongs to the tenant, if there is anything."""
    if of_tenant:
        yield None, None
    for group in service.resource_groups():
        yield group.id, group.status(service.now())


def _is_wanted(selection: Selection, client: str, service: Service, record: Deployment) -> bool:
    if not selection.has_group(client, record.resource_group):
        return False
    if not selection.search:
        return True
    configuration = service.configuration(record.resource_group, record.configuration_id)
    return selection.has(
        record.id,
        record.resource_group,
        record.status,
        record.executable_id,
        configuration.name,
        _model(service, record.resource_group, configuration.id),
    )


def _is_wanted_item(selection: Selection, client: str, service: Service, item: Item) -> bool:
    if not selection.has_group(client, item.group):
        return False
    # To describe all objects would take long; without a search only those that are shown are described.
    return not selection.search or selection.has(item.kind, item.record.id, item.group, *described(service, item))


def secret_digests(backend: Backend) -> list[Document]:
    """The digests of all values that are secret, by the object that has them and the name of the value."""
    return [
        {
            "tenant": tenant.client_id,
            "kind": kind,
            "scope": record.resource_group,
            "name": record.id,
            "digests": dict(record.digests),
        }
        for tenant in backend.tenants
        for kind, type_ in WITH_SECRETS.items()
        for record in backend.services[tenant.id].store.every(type_)
        if not (isinstance(record, SystemSecret) and record.is_gone(backend.clock.now()))
    ]


def offered(catalog: Catalog) -> list[Document]:
    """Each version on offer, by model and executable."""
    keys = ("isLatest", "deprecated", "retirementDate", "suggestedReplacements")
    return [
        {"model": model, "version": version["name"], "executableId": executable_id, **_of(version, *keys)}
        for (executable_id, model), document in sorted(catalog.models.items(), key=lambda each: each[0][::-1])
        for version in document["versions"]
    ]


def switch_targets(service: Service, record: Deployment) -> list[Document]:
    """What a deployment can be switched to: the existing configurations, and the models that its executable offers.

    Each has a label, and as `order` the body of the request that does it (`interventions.Switch`).
    """
    at_hand = [
        {
            "label": f"{each.name} {each.id[:8]}: {_model(service, record.resource_group, each.id)}",
            "order": {"configurationId": each.id},
        }
        for each in service.configurations(
            record.resource_group,
            scenario_id=record.scenario_id,
            executable_ids=frozenset({record.executable_id}),
            named=None,
        )
        if each.id != record.configuration_id
    ]
    offered = [
        {"label": f"{model} {version or ''}".strip(), "order": {"model": model, "version": version}}
        for (executable_id, model), document in service.catalog.models.items()
        if executable_id == record.executable_id
        for version in [each["name"] for each in document["versions"]] or [None]
    ]
    return [*at_hand[-MOST_SHOWN:], *offered]


def _deployment(client: str, service: Service, record: Deployment, now: float) -> Document:
    configuration = service.configuration(record.resource_group, record.configuration_id)
    return {
        "id": record.id,
        "tenant": client,
        "resourceGroup": record.resource_group,
        "status": record.status,
        "targetStatus": record.target_status,
        "lastOperation": record.last_operation,
        "configurationId": configuration.id,
        "configurationName": configuration.name,
        "executableId": record.executable_id,
        "model": _model(service, record.resource_group, configuration.id),
        "serving": _model(service, record.resource_group, record.serving_configuration_id),
        "modifiedAt": serialize.timestamp(record.modified_at),
        "dueInSeconds": None if record.due is None else max(0, round(record.due - now)),
        "readsLeft": record.reads_left,
    }


def _object(client: str, service: Service, item: Item) -> Document:
    status, about = described(service, item)
    return {
        "tenant": client,
        "resourceGroup": item.group,
        "kind": item.kind,
        "name": item.record.id,
        "status": status,
        "about": about,
    }


def _model(service: Service, group: str, configuration_id: str | None) -> str | None:
    if configuration_id is None:
        return None
    configuration = service.configuration(group, configuration_id)
    return " ".join(service.wanted_model(configuration)).strip() or configuration.executable_id


def _of(document: Document, *keys: str) -> Document:
    return {key: document[key] for key in keys}
