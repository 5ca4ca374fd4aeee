"""The pure part of executions: whenever and however often it is applied, time leads to the same record."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from aicore_provider.emulator import execution_machine as machine
from aicore_provider.emulator.execution_machine import Execution, Fate, Operation, Outcome, Phase, Status
from aicore_provider.emulator.machine import Tempo, Wait

OUTCOMES: list[Outcome] = ["COMPLETED", "DEAD", "PENDING", "UNKNOWN"]
seconds = st.floats(0, 30, allow_nan=False)
steps = st.lists(st.tuples(seconds, st.sampled_from([None, *Operation])), max_size=6)


def created(outcome: Outcome, tempo: Tempo) -> Execution:
    return machine.create(
        execution_id="e1",
        resource_group="default",
        scenario_id="text-classification",
        executable_id="text-classification-training",
        configuration_id="first",
        schedule_id=None,
        now=0.0,
        tempo=tempo,
        fate=Fate(outcome, {"why": outcome}, ("a line",)),
    )


def lived(record: Execution, operations: list[tuple[float, Operation | None]]) -> tuple[Execution, float]:
    now = 0.0
    for wait, operation in operations:
        now += wait
        record = machine.advance(record, now)
        if operation is not None and machine.is_allowed(record, operation):
            apply = machine.stop if operation is Operation.STOP else machine.delete
            record = apply(record, now=now, tempo=record.tempo)
    return record, now


@given(st.sampled_from(OUTCOMES), st.sampled_from([0.0, 8.0]), steps, st.lists(seconds, max_size=5))
def test_applied_late_or_often_it_is_the_same(
    outcome: Outcome, transition_s: float, operations: list[tuple[float, Operation | None]], looks: list[float]
) -> None:
    record, now = lived(created(outcome, Tempo(transition_s)), operations)

    often = record
    for look in sorted(looks):
        often = machine.advance(often, now + look)

    settled = machine.advance(record, now + 31.0)
    assert machine.advance(often, now + 31.0) == settled
    assert machine.advance(settled, now + 31.0) is settled
    assert settled.status in get_args(Status)
    assert settled.due is None
    if settled.target_status == "COMPLETED":
        assert settled.status == outcome
        assert machine.outcome_is_there(settled)
        assert settled.log[-1][1] == "a line"
    if settled.target_status == "STOPPED":
        assert (settled.phase, machine.is_changing(settled)) == (Phase.STOPPED, False)
    if settled.target_status == "DELETED":
        assert settled.phase is Phase.GONE


def test_reads_lead_through_every_phase() -> None:
    record = created("COMPLETED", Tempo(waits={phase.value: Wait(reads=1) for phase in machine.SHARES}))
    seen = []
    for _ in range(5):
        record = machine.count_read(record, 0.0)
        seen.append(record.status)
    assert seen == ["UNKNOWN", "PENDING", "RUNNING", "COMPLETED", "COMPLETED"]
    record = machine.delete(record, now=0.0, tempo=record.tempo)
    record = machine.count_read(record, 0.0)
    assert record.phase is Phase.DELETING
    assert machine.count_read(record, 0.0).phase is Phase.GONE


def test_one_way_through_takes_the_transition_seconds() -> None:
    assert sum(machine.SHARES[phase] for phase in (Phase.SUBMITTED, Phase.STARTING, Phase.RUNNING)) == 1.0
    assert machine.advance(created("COMPLETED", Tempo(8.0)), 8.0).phase is Phase.COMPLETED
    assert set(machine.ALLOWED) == set(Operation)
