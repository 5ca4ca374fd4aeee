"""The pure part: whenever and however often it is applied, the passing of time leads to the same record."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from aicore_provider.emulator import machine
from aicore_provider.emulator.machine import ALLOWED, Deployment, Fate, Operation, Outcome, Phase, Status, Tempo

OUTCOMES: list[Outcome] = ["RUNNING", "DEAD", "PENDING", "UNKNOWN"]
seconds = st.floats(0, 30, allow_nan=False)
steps = st.lists(st.tuples(seconds, st.sampled_from([None, *Operation]), st.sampled_from(OUTCOMES)), max_size=8)


def created(outcome: Outcome, ttl_seconds: float | None, transition_seconds: float) -> Deployment:
    return machine.create(
        deployment_id="d1",
        resource_group="default",
        scenario_id="foundation-models",
        executable_id="azure-openai",
        configuration_id="first",
        ttl=None,
        ttl_seconds=ttl_seconds,
        now=0.0,
        tempo=Tempo(transition_seconds),
        fate=Fate(outcome, {"why": outcome}, ("a line",)),
    )


def apply(record: Deployment, operation: Operation | None, outcome: Outcome, now: float) -> Deployment:
    if operation is None or not machine.is_allowed(record, operation):
        return record
    if operation is Operation.STOP:
        return machine.stop(record, now=now, tempo=record.tempo)
    if operation is Operation.DELETE:
        return machine.delete(record, now=now, tempo=record.tempo)
    return machine.switch(record, "second", now=now, tempo=record.tempo, fate=Fate(outcome))


@given(
    st.sampled_from(OUTCOMES), st.none() | seconds, st.sampled_from([0.0, 8.0]), steps, st.lists(seconds, max_size=5)
)
def test_applied_late_or_often_it_is_the_same(
    outcome: Outcome,
    ttl_seconds: float | None,
    transition_seconds: float,
    operations: list[tuple[float, Operation | None, Outcome]],
    looks: list[float],
) -> None:
    record = created(outcome, ttl_seconds, transition_seconds)
    now = 0.0
    for wait, operation, fate in operations:
        now += wait
        record = apply(machine.advance(record, now), operation, fate, now)

    often = record
    for look in sorted(looks):
        often = machine.advance(often, now + look)
    end = now + 31.0

    assert machine.advance(often, end) == machine.advance(record, end)
    settled = machine.advance(record, end)
    assert machine.advance(settled, end) is settled


@given(st.sampled_from(OUTCOMES), st.none() | seconds, steps)
def test_what_is_true_at_any_time(
    outcome: Outcome, ttl_seconds: float | None, operations: list[tuple[float, Operation | None, Outcome]]
) -> None:
    record = created(outcome, ttl_seconds, 8.0)
    now = 0.0
    for wait, operation, fate in operations:
        now += wait
        record = apply(machine.advance(record, now), operation, fate, now)

        assert record.status in get_args(Status)
        assert record.next_event is None or record.next_event >= record.phase_since
        if record.phase is Phase.SERVING:
            assert record.serving_configuration_id == record.configuration_id == record.latest_running_configuration_id
        if record.status in ("STOPPING", "STOPPED", "DEAD") or record.target_status == "DELETED":
            assert record.serving_configuration_id is None or record.phase is Phase.SWITCH_ACCEPTED
        if record.target_status == "DELETED":
            assert not any(machine.is_allowed(record, each) for each in Operation)


def test_the_tables_are_complete() -> None:
    assert set(machine.EFFECTS) == set(Phase)
    ends = {Phase.SERVING, Phase.HUNG, Phase.LOST, Phase.STOPPED, Phase.GONE}
    assert set(machine.TRANSITIONS) | set(machine.UNCONDITIONAL) | ends == set(Phase)
    reached = {edge.to for row in machine.TRANSITIONS.values() for edge in row.values()}
    reached |= {edge.to for edge in machine.UNCONDITIONAL.values()}
    begun_by_operations = {Phase.SUBMITTED, Phase.SWITCH_ACCEPTED, Phase.STOPPING, Phase.DELETING}
    assert reached | begun_by_operations == set(Phase)
    assert set(ALLOWED) == set(Operation)


def test_one_way_through_takes_the_transition_seconds() -> None:
    for begin in (Phase.SUBMITTED, Phase.SWITCH_ACCEPTED):
        share, phase = 0.0, begin
        while phase in machine.TRANSITIONS:
            edge = machine.TRANSITIONS[phase]["RUNNING"]
            share, phase = share + edge.share, edge.to
        assert (share, phase) == (1.0, Phase.SERVING)
