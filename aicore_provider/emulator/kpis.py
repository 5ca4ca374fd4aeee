"""`/analytics/kpis`: how many executions, artifacts and deployments there are, by the columns that are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from aicore_provider.emulator.artifacts import Artifact
from aicore_provider.emulator.execution_machine import Execution
from aicore_provider.emulator.records import Configuration, ResourceGroup

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

KEYS = ("ResourceGroup", "Scenario", "Executable")
COUNTS = ("Executions", "Artifacts", "Deployments")
DEFAULT = ("ResourceGroup", *COUNTS)
"""The columns where none are asked for [spec]."""


def rows(service: Service, columns: Sequence[str]) -> list[list[str | int]]:
    """The rows of a table with these columns: one for each resource group, scenario and executable that has any.

    An artifact has the executable of the execution that made it, or none [guess]. Without a column for one of these,
    everything is in one row [guess].
    """
    keys = [KEYS.index(column) for column in columns if column in KEYS]
    counted: dict[tuple[str, ...], Counter[str]] = {} if keys else {(): Counter()}
    for place, kind in _objects(service):
        counted.setdefault(tuple(place[key] for key in keys), Counter())[kind] += 1
    return [
        [values[column] if column in COUNTS else place[keys.index(KEYS.index(column))] for column in columns]
        for place, values in counted.items()
    ]


def _objects(service: Service) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Where each object belongs, by the keys, and the column in which it counts."""
    for group in service.store.all(ResourceGroup, None):
        for execution in service.store.all(Execution, group.id):
            yield (group.id, execution.scenario_id, execution.executable_id), "Executions"
        configurations = {each.id: each for each in service.store.all(Configuration, group.id)}
        for artifact in service.store.all(Artifact, group.id):
            yield (group.id, artifact.scenario_id, _executable(artifact, configurations)), "Artifacts"
        for deployment in service.store.deployments(group.id, service.now()):
            yield (group.id, deployment.scenario_id, deployment.executable_id), "Deployments"


def _executable(artifact: Artifact, configurations: Mapping[str, Configuration]) -> str:
    configuration = configurations.get(artifact.configuration_id or "")
    return "" if configuration is None else configuration.executable_id
