"""Objects of all kinds but deployments, each in a few words, as the page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

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
from aicore_provider.emulator.redaction import redacted_text, redacted_url
from aicore_provider.emulator.repositories import Repository
from aicore_provider.emulator.schedules import ExecutionSchedule
from aicore_provider.emulator.secrets import TENANT_WIDE, Secret
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.system_secrets import SystemSecret, advance


class Item(NamedTuple):
    """An object.

    Attributes:
        group: its resource group, or None when it belongs to the tenant.
    """

    kind: str
    group: str | None
    record: Record


class Words(NamedTuple):
    """What there is to know about an object in a few words.

    Attributes:
        status: a word of the API, or None where its kind has no status.
        about: the rest. It holds no secret value, and no credentials of a URL.
    """

    status: str | None
    about: str


def items(service: Service) -> Iterator[Item]:
    """The objects of a tenant."""
    now = service.now()
    for type_, (kind, _) in _KINDS.items():
        for record in service.store.every(type_):
            if not (isinstance(record, SystemSecret) and record.is_gone(now)):
                yield Item(kind, None if record.resource_group == TENANT_WIDE else record.resource_group, record)


def described(service: Service, item: Item) -> Words:
    """What there is to know about an object now."""
    _, describe = _KINDS[type(item.record)]
    return describe(service, item.record)


def _secret(service: Service, record: Secret) -> Words:
    status = secrets.sync_status(service, record)
    where = "" if status is None else f", in {sum(status.values())} of {len(status)} resource groups"
    return Words(None, f"{_values(record)}{where}")


def _system_secret(service: Service, record: SystemSecret) -> Words:
    shown = dict(advance(record, service.now()).shown.metadata)
    about = " ".join(text for key, text in shown.items() if key.endswith(("/type", "/bucket")))
    return Words("DELETING" if record.is_being_deleted else None, about or _values(record))


def _repository(service: Service, record: Repository) -> Words:
    return Words(record.status(service.now()), redacted_url(record.url))


def _application(service: Service, record: Application) -> Words:
    health, status, message = applications.words(applications.advance(service, record))
    return Words(
        status, f"{record.path} at {record.revision}: {redacted_text(message) if health != 'Healthy' else health}"
    )


def _reserved_nodes(service: Service, record: ReservedNodes) -> Words:
    return Words(None, f"{record.count(service.now())} of {record.requested}")


def _execution(service: Service, record: Execution) -> Words:
    by = [] if record.schedule_id is None else [f"by schedule {record.schedule_id[:8]}"]
    made = [f"made {each.kind} {each.name}" for each in executions.outputs(service, record)]
    return Words(record.status, ", ".join([_configuration(service, record), *by, *made]))


def _schedule(service: Service, record: ExecutionSchedule) -> Words:
    about = f"{record.name}: {record.cron}, {_configuration(service, record)}"
    return Words(record.status(service.now()), about)


def _artifact(_: Service, record: Artifact) -> Words:
    return Words(None, f"{record.kind} {record.name}: {redacted_url(record.url)}")


def _metrics(_: Service, record: MetricResource) -> Words:
    return Words(
        None,
        f"{len(record.metrics)} metrics, {len(record.tags)} tags, {len(record.custom_info)} of custom information",
    )


def _file(_: Service, record: DatasetFile) -> Words:
    return Words(None, f"{record.size} bytes")


def _configuration(service: Service, record: Execution | ExecutionSchedule) -> str:
    configuration = service.configuration(record.resource_group, record.configuration_id)
    return f"{configuration.name} ({configuration.executable_id})"


def _values(record: Secret | SystemSecret) -> str:
    number = len(record.digests)
    return f"{number} value{'' if number == 1 else 's'}"


_KINDS: dict[type[Record], tuple[str, Callable[[Service, Any], Words]]] = {
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
