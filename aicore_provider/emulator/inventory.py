"""Objects of all kinds but deployments, each in a few words, as the page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aicore_provider.emulator import applications, executions, secrets
from aicore_provider.emulator.applications import Application
from aicore_provider.emulator.artifacts import Artifact
from aicore_provider.emulator.datasets import DatasetFile
from aicore_provider.emulator.docker_registry_secrets import DockerRegistrySecret
from aicore_provider.emulator.execution_machine import Execution
from aicore_provider.emulator.metrics import MetricResource
from aicore_provider.emulator.nodes import ReservedNodes
from aicore_provider.emulator.object_store_secrets import ObjectStoreSecret
from aicore_provider.emulator.record_types import Record
from aicore_provider.emulator.repositories import Repository
from aicore_provider.emulator.schedules import ExecutionSchedule
from aicore_provider.emulator.secrets import TENANT_WIDE, Secret
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.system_secrets import SystemSecret, advance


@dataclass(frozen=True)
class Item:
    """An object.

    Attributes:
        group: its resource group, or None when it belongs to the tenant.
        status: a word of the API, or None where its kind has no status.
        about: what else there is to know in a few words. It holds no secret value.
    """

    kind: str
    name: str
    group: str | None
    created_at: float
    status: str | None
    about: str


_Words = tuple[str | None, str]
"""Status, and the rest."""


def items(service: Service) -> Iterator[Item]:
    """The objects of a tenant."""
    for type_, (kind, describe) in _KINDS.items():
        for record in service.store.every(type_):
            words = describe(service, record)
            if words is not None:
                group = None if record.resource_group == TENANT_WIDE else record.resource_group
                yield Item(kind, record.id, group, record.created_at, *words)


def _secret(service: Service, record: Secret) -> _Words:
    status = secrets.sync_status(service, record)
    where = "" if status is None else f", in {sum(status.values())} of {len(status)} resource groups"
    return None, f"{_values(record)}{where}"


def _system_secret(service: Service, record: SystemSecret) -> _Words | None:
    if record.is_gone(service.now()):
        return None
    shown = dict(advance(record, service.now()).shown.metadata)
    about = " ".join(text for key, text in shown.items() if key.endswith(("/type", "/bucket")))
    return "DELETING" if record.is_being_deleted else None, about or _values(record)


def _repository(service: Service, record: Repository) -> _Words:
    return record.status(service.now()), record.url


def _application(service: Service, record: Application) -> _Words:
    health, status, message = applications.words(applications.advance(service, record))
    return status, f"{record.path} at {record.revision}: {message if health != 'Healthy' else health}"


def _reserved_nodes(service: Service, record: ReservedNodes) -> _Words:
    return None, f"{record.count(service.now())} of {record.requested}"


def _execution(service: Service, record: Execution) -> _Words:
    by = [] if record.schedule_id is None else [f"by schedule {record.schedule_id[:8]}"]
    made = [f"made {each.kind} {each.name}" for each in executions.outputs(service, record)]
    return record.status, ", ".join([_configuration(service, record), *by, *made])


def _schedule(service: Service, record: ExecutionSchedule) -> _Words:
    about = f"{record.name}: {record.cron}, {_configuration(service, record)}"
    return record.status(service.now()), about


def _artifact(_: Service, record: Artifact) -> _Words:
    return None, f"{record.kind} {record.name}: {record.url}"


def _metrics(_: Service, record: MetricResource) -> _Words:
    return (
        None,
        f"{len(record.metrics)} metrics, {len(record.tags)} tags, {len(record.custom_info)} of custom information",
    )


def _file(_: Service, record: DatasetFile) -> _Words:
    return None, f"{record.size} bytes"


def _configuration(service: Service, record: Execution | ExecutionSchedule) -> str:
    configuration = service.configuration(record.resource_group, record.configuration_id)
    return f"{configuration.name} ({configuration.executable_id})"


def _values(record: Secret | SystemSecret) -> str:
    number = len(record.digests)
    return f"{number} value{'' if number == 1 else 's'}"


_KINDS: dict[type[Record], tuple[str, Callable[[Service, Any], _Words | None]]] = {
    Secret: ("secret", _secret),
    ObjectStoreSecret: ("object store secret", _system_secret),
    DockerRegistrySecret: ("Docker registry secret", _system_secret),
    Repository: ("repository", _repository),
    Application: ("application", _application),
    ReservedNodes: ("reserved nodes", _reserved_nodes),
    Artifact: ("artifact", _artifact),
    Execution: ("execution", _execution),
    ExecutionSchedule: ("execution schedule", _schedule),
    MetricResource: ("metrics", _metrics),
    DatasetFile: ("file", _file),
}
"""The kinds with their names on the page, and what tells about one; None: it is gone."""
