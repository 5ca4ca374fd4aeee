"""The types of records that the store and the state file keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from aicore_provider.emulator.applications import Application
from aicore_provider.emulator.artifacts import Artifact
from aicore_provider.emulator.datasets import DatasetFile
from aicore_provider.emulator.docker_registry_secrets import DockerRegistrySecret
from aicore_provider.emulator.due import Due
from aicore_provider.emulator.execution_machine import Execution
from aicore_provider.emulator.machine import Deployment
from aicore_provider.emulator.metrics import MetricResource
from aicore_provider.emulator.nodes import ReservedNodes
from aicore_provider.emulator.object_store_secrets import ObjectStoreSecret
from aicore_provider.emulator.records import Configuration, ResourceGroup
from aicore_provider.emulator.repositories import Repository
from aicore_provider.emulator.schedules import ExecutionSchedule
from aicore_provider.emulator.secrets import Secret


class Record(Protocol):
    """A frozen dataclass of JSON values, also nested ones: one object as the emulator keeps it."""

    @property
    def id(self) -> str:
        """Id or name; it is unique among the records of one type in one resource group."""
        ...

    @property
    def resource_group(self) -> str | None:
        """The resource group with which the record is removed; None: it belongs to the tenant."""
        ...

    @property
    def created_at(self) -> float:
        """Seconds since the epoch."""
        ...


class Changing(Record, Protocol):
    """A record of which a change may be under way."""

    @property
    def due(self) -> Due | None:
        """When the change becomes visible; None: there is none."""
        ...


RECORD_TYPES: Mapping[str, type[Record]] = {
    "artifact": Artifact,
    "application": Application,
    "configuration": Configuration,
    "datasetFile": DatasetFile,
    "deployment": Deployment,
    "dockerRegistrySecret": DockerRegistrySecret,
    "execution": Execution,
    "executionSchedule": ExecutionSchedule,
    "metricResource": MetricResource,
    "objectStoreSecret": ObjectStoreSecret,
    "repository": Repository,
    "reservedNodes": ReservedNodes,
    "resourceGroup": ResourceGroup,
    "secret": Secret,
}
"""By the name that a type has in the state file. To be kept, a new type needs an entry here and nothing else."""
