"""The content of the emulator's page: tenants, resource groups, deployments, latest requests, faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from aicore_provider.emulator import serialize
from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.catalog import Catalog
from aicore_provider.emulator.docker_registry_secrets import DockerRegistrySecret
from aicore_provider.emulator.machine import Deployment
from aicore_provider.emulator.object_store_secrets import ObjectStoreSecret
from aicore_provider.emulator.repositories import Repository
from aicore_provider.emulator.secrets import Secret
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.system_secrets import SystemSecret

Document = dict[str, Any]

MOST_DEPLOYMENTS = 200
MOST_REQUESTS = 50
WITH_SECRETS: Mapping[str, type[Secret | SystemSecret | Repository]] = {
    "secret": Secret,
    "objectStoreSecret": ObjectStoreSecret,
    "dockerRegistrySecret": DockerRegistrySecret,
    "repository": Repository,
}
"""The types of records with secret values, by the name that `/_emulator/secrets` has for them."""


def overview(backend: Backend) -> Document:
    """The document that the page shows, with the deployments that changed last, and the latest requests."""
    now = backend.clock.now()
    clients = {tenant.id: tenant.client_id for tenant in backend.tenants}
    deployments = sorted(
        (
            (clients[tenant_id], service, record)
            for tenant_id, service in backend.services.items()
            for record in service.all_deployments()
        ),
        key=lambda each: (each[2].modified_at, each[2].created_at),
        reverse=True,
    )
    inside = Counter((client, record.resource_group) for client, _, record in deployments)
    return {
        "now": serialize.timestamp(now),
        "resourceGroups": [
            {
                "tenant": clients[tenant_id],
                "id": group.id,
                "status": group.status(now),
                "deployments": inside[clients[tenant_id], group.id],
            }
            for tenant_id, service in backend.services.items()
            for group in service.resource_groups()
        ],
        "deploymentCount": len(deployments),
        "deployments": [
            _deployment(client, service, record, now) for client, service, record in deployments[:MOST_DEPLOYMENTS]
        ],
        "requests": [
            {"time": serialize.timestamp(entry.time), **_of(entry.as_json(), "method", "path", "status", "fault")}
            for entry in backend.journal.latest(MOST_REQUESTS)
        ],
        "faults": backend.faults.as_json(),
    }


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
    return [*at_hand[-MOST_DEPLOYMENTS:], *offered]


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


def _model(service: Service, group: str, configuration_id: str | None) -> str | None:
    if configuration_id is None:
        return None
    configuration = service.configuration(group, configuration_id)
    return " ".join(service.wanted_model(configuration)).strip() or configuration.executable_id


def _of(document: Document, *keys: str) -> Document:
    return {key: document[key] for key in keys}
