"""Executions: jobs that run once and may make artifacts. What their operations check and change.

`settle` brings them up to the present; the routes call it before each request that looks at them.
"""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Literal

from aicore_provider.emulator import execution_machine as machine
from aicore_provider.emulator.artifacts import Artifact
from aicore_provider.emulator.errors import execution_not_found, invalid, status_forbids
from aicore_provider.emulator.execution_machine import Execution, Operation, Phase
from aicore_provider.emulator.records import Configuration
from aicore_provider.emulator.validation import Body, BulkItems, Id

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

_OUTPUTS = uuid.UUID("e0000000-0000-4000-8000-00000000a27f")
"""Namespace of the ids of output artifacts: made from execution and name, so that none is registered twice."""


class NewExecution(Body):
    """POST /lm/executions."""

    configuration_id: Id


class ExecutionChange(Body):
    """PATCH /lm/executions/{id}."""

    target_status: Literal["STOPPED"]


class BulkExecutionChange(Body):
    """PATCH /lm/executions. The contract does not require `executions`; without it the body is refused [guess]."""

    executions: BulkItems


def settle(service: Service) -> None:
    """Bring all executions up to the present: register what completed ones have made, remove the deleted ones."""
    now = service.now()
    due = [record for record in service.store.every(Execution) if record.due is not None and record.due <= now]
    for record in due:
        _keep(service, record, machine.advance(record, now))


def selected(
    service: Service,
    group: str,
    *,
    scenario_id: str | None,
    executable_ids: frozenset[str] | None,
    configuration_id: str | None,
    schedule_id: str | None,
    status: str | None,
) -> list[Execution]:
    """The executions that all filters select, including those being deleted."""
    then = service.listed_at()
    shown = service.listed(Execution, group)
    if service.stale_list_s:
        shown = [earlier for each in shown if (earlier := machine.advance(each, then)).phase is not Phase.GONE]
    return [
        each
        for each in shown
        if status in (None, each.status)
        and configuration_id in (None, each.configuration_id)
        and schedule_id in (None, each.schedule_id)
        and scenario_id in (None, each.scenario_id)
        and (executable_ids is None or each.executable_id in executable_ids)
    ]


def one(service: Service, group: str, execution_id: str) -> Execution:
    """One execution."""
    found = service.store.get(Execution, group, execution_id)
    if found is None:
        raise execution_not_found(execution_id)
    return found


def count_reads(service: Service, group: str, execution_id: str | None = None) -> None:
    """Count a read of one execution, or of all in a resource group, where a transition waits for reads."""
    for record in service.store.chosen(Execution, group, execution_id):
        if record.reads_left is not None:
            _keep(service, record, machine.count_read(record, service.now()))


def outputs(service: Service, record: Execution) -> list[Artifact]:
    """The artifacts that an execution has made. In a list that is behind, one that is not completed has none."""
    if record.completion_time is None:
        return []
    executable = service.catalog.executables[record.scenario_id, record.executable_id]
    found = (
        service.store.get(Artifact, record.resource_group, _output_id(record, slot["name"]))
        for slot in executable["outputArtifacts"]
    )
    return [artifact for artifact in found if artifact is not None]


def usable_configuration(service: Service, group: str, configuration_id: str) -> Configuration:
    """The configuration of a new execution or schedule, checked. The artifacts that it binds must exist [guess]."""
    configuration = service.usable_configuration(group, configuration_id, deployable=False)
    for key, artifact_id in configuration.input_artifact_bindings:
        if service.store.get(Artifact, group, artifact_id) is None:
            raise invalid(f"Artifact {artifact_id}, which the configuration binds to {key}, not found")
    return configuration


def create(service: Service, group: str, configuration_id: str) -> Execution:
    """A new execution. Its configuration is checked first."""
    return start(service, usable_configuration(service, group, configuration_id), service.now())


def start(service: Service, configuration: Configuration, at: float, schedule_id: str | None = None) -> Execution:
    """An execution with a checked configuration, started at a moment that may have passed."""
    record = machine.create(
        execution_id=f"e{secrets.token_hex(8)[1:]}",
        resource_group=configuration.resource_group,
        scenario_id=configuration.scenario_id,
        executable_id=configuration.executable_id,
        configuration_id=configuration.id,
        schedule_id=schedule_id,
        now=at,
        tempo=service.pacing.tempo(),
        fate=service.faults.execution_fate(
            configuration.resource_group, configuration.executable_id, configuration.name
        ),
    )
    service.store.put(record, at)
    return record


def stop(service: Service, group: str, execution_id: str) -> None:
    """PATCH targetStatus STOPPED."""
    record = one(service, group, execution_id)
    _refuse_unless_allowed(record, Operation.STOP)
    service.store.put(machine.stop(record, now=service.now(), tempo=service.pacing.tempo()))


def delete(service: Service, group: str, execution_id: str) -> None:
    """DELETE. The artifacts that it has made stay [guess]."""
    record = one(service, group, execution_id)
    _refuse_unless_allowed(record, Operation.DELETE)
    service.store.put(machine.delete(record, now=service.now(), tempo=service.pacing.tempo()))


def _keep(service: Service, before: Execution, after: Execution) -> None:
    if after.phase is Phase.GONE:
        service.store.remove(after, after.phase_since)
    elif after is not before:
        # Before the record is stored: it is registered again if the process is killed in between.
        if after.phase is Phase.COMPLETED and before.phase is not Phase.COMPLETED:
            _register_outputs(service, after)
        service.store.put(after)


def _register_outputs(service: Service, record: Execution) -> None:
    executable = service.catalog.executables[record.scenario_id, record.executable_id]
    for slot in executable["outputArtifacts"]:
        service.store.put(
            Artifact(
                id=_output_id(record, slot["name"]),
                resource_group=record.resource_group,
                name=slot["name"],
                kind=slot.get("kind", "model"),
                url=f"ai://default/{record.id}/{slot['name']}",
                scenario_id=record.scenario_id,
                created_at=record.phase_since,
                execution_id=record.id,
                configuration_id=record.configuration_id,
            ),
            record.phase_since,
        )


def _output_id(record: Execution, name: str) -> str:
    return str(uuid.uuid5(_OUTPUTS, f"{record.id}/{name}"))


def _refuse_unless_allowed(record: Execution, operation: Operation) -> None:
    """Refuse an operation that the present status does not allow, as for deployments [guess]."""
    if not machine.is_allowed(record, operation):
        raise status_forbids(record.status, record.target_status, operation.value)
