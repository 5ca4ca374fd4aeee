"""The state machine of an execution, a job that runs once: a table of transitions, and pure functions that apply it.

Like `machine.py`, it depends on neither HTTP, storage nor the wall clock: an operation (`create`, `stop`, `delete`)
returns a new record, and `advance(record, now)` returns the record as it is at `now`.

Sources: the table of statuses and operations, and target status COMPLETED [docs]. The durations are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal

from aicore_provider.emulator.machine import Tempo

Status = Literal["UNKNOWN", "PENDING", "RUNNING", "COMPLETED", "DEAD", "STOPPING", "STOPPED"]
TargetStatus = Literal["COMPLETED", "STOPPED", "DELETED"]
Outcome = Literal["COMPLETED", "DEAD", "PENDING", "UNKNOWN"]
"""How an execution ends: in COMPLETED, in DEAD, or never, in PENDING or UNKNOWN."""


class Phase(str, Enum):
    """The internal state of a record. While it is being deleted it shows the status from before."""

    SUBMITTED = "submitted"
    STARTING = "starting"
    RUNNING = "running"
    COMPLETED = "completed"
    DEAD = "dead"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DELETING = "deleting"
    GONE = "gone"


class Operation(str, Enum):
    """An operation on an existing execution."""

    STOP = "PATCH targetStatus"
    DELETE = "DELETE"


ALLOWED: Mapping[Operation, frozenset[Status]] = {
    Operation.STOP: frozenset({"PENDING", "RUNNING"}),
    Operation.DELETE: frozenset({"UNKNOWN", "COMPLETED", "STOPPED", "DEAD"}),
}
"""The statuses in which an operation is accepted [docs]."""

SHARES: Mapping[Phase, float] = {
    Phase.SUBMITTED: 0.25,
    Phase.STARTING: 0.25,
    Phase.RUNNING: 0.5,
    Phase.STOPPING: 0.4,
    Phase.DELETING: 0.4,
}
"""How long a phase lasts, as a share of the record's transition seconds. A phase without a share does not end."""

_NEXT: Mapping[Phase, Phase] = {
    Phase.SUBMITTED: Phase.STARTING,
    Phase.STARTING: Phase.RUNNING,
    Phase.RUNNING: Phase.COMPLETED,
    Phase.STOPPING: Phase.STOPPED,
    Phase.DELETING: Phase.GONE,
}
_LAST: Mapping[Outcome, Phase] = {
    "COMPLETED": Phase.COMPLETED,
    "DEAD": Phase.DEAD,
    "PENDING": Phase.STARTING,
    "UNKNOWN": Phase.SUBMITTED,
}
"""The phase in which a record stays that is neither stopped nor deleted."""

_STATUS: Mapping[Phase, Status] = {
    Phase.SUBMITTED: "UNKNOWN",
    Phase.STARTING: "PENDING",
    Phase.RUNNING: "RUNNING",
    Phase.COMPLETED: "COMPLETED",
    Phase.DEAD: "DEAD",
    Phase.STOPPING: "STOPPING",
    Phase.STOPPED: "STOPPED",
}
_STAMPS: Mapping[Phase, tuple[str, ...]] = {
    Phase.STARTING: ("submission_time",),
    Phase.RUNNING: ("start_time", "modified_at"),
    Phase.COMPLETED: ("completion_time", "modified_at"),
    Phase.DEAD: ("completion_time", "modified_at"),
    Phase.STOPPED: ("completion_time", "modified_at"),
}
"""The timestamps that are set when a phase begins."""


@dataclass(frozen=True)
class Fate:
    """How an execution will end. This is decided when it is created.

    Attributes:
        outcome: COMPLETED, unless a fault rule says otherwise.
        status_details: what GET shows as `statusDetails` once it has ended so.
        logs: log lines written at that moment.
    """

    outcome: Outcome = "COMPLETED"
    status_details: Mapping[str, Any] = field(default_factory=dict)
    logs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Execution:
    """One execution as the emulator keeps it. Times are seconds since the epoch.

    Attributes:
        schedule_id: the execution schedule that started it, or None.
        phase_since: when the record entered its phase.
        due: when it leaves it, or None.
        reads_left: after how many more answers it leaves its phase, or None where time decides.
        tempo: how long the phases of the last operation last.
    """

    id: str
    resource_group: str
    scenario_id: str
    executable_id: str
    configuration_id: str
    created_at: float
    modified_at: float
    schedule_id: str | None = None
    tempo: Tempo = field(default_factory=Tempo)
    status: Status = "UNKNOWN"
    target_status: TargetStatus = "COMPLETED"
    submission_time: float | None = None
    start_time: float | None = None
    completion_time: float | None = None
    phase: Phase = Phase.SUBMITTED
    phase_since: float = 0.0
    due: float | None = None
    reads_left: int | None = None
    fate: Fate = field(default_factory=Fate)
    log: tuple[tuple[float, str], ...] = ()


def advance(record: Execution, now: float) -> Execution:
    """The record as it is at `now`; the same object when nothing has changed."""
    while record.due is not None and record.due <= now:
        record = _go_on(record, record.due)
    return record


def count_read(record: Execution, now: float) -> Execution:
    """The record after a read at `now`, which shows what is returned; a transition may wait for a number of reads."""
    record = advance(record, now)
    while record.reads_left == 0:
        record = advance(_go_on(record, now), now)
    return record if record.reads_left is None else replace(record, reads_left=record.reads_left - 1)


def create(
    *,
    execution_id: str,
    resource_group: str,
    scenario_id: str,
    executable_id: str,
    configuration_id: str,
    schedule_id: str | None,
    now: float,
    tempo: Tempo,
    fate: Fate,
) -> Execution:
    """The record just after it was created: UNKNOWN."""
    record = Execution(
        id=execution_id,
        resource_group=resource_group,
        scenario_id=scenario_id,
        executable_id=executable_id,
        configuration_id=configuration_id,
        schedule_id=schedule_id,
        created_at=now,
        modified_at=now,
        tempo=tempo,
        fate=fate,
    )
    return _enter(record, Phase.SUBMITTED, now)


def stop(record: Execution, *, now: float, tempo: Tempo) -> Execution:
    """The record just after PATCH targetStatus STOPPED."""
    return _enter(replace(record, target_status="STOPPED", modified_at=now, tempo=tempo), Phase.STOPPING, now)


def delete(record: Execution, *, now: float, tempo: Tempo) -> Execution:
    """The record just after DELETE: same status, target status DELETED. It can be read for a while longer [guess]."""
    return _enter(replace(record, target_status="DELETED", modified_at=now, tempo=tempo), Phase.DELETING, now)


def is_allowed(record: Execution, operation: Operation) -> bool:
    """Whether the service accepts an operation now (`ALLOWED`). While a deletion is under way it does not [guess]."""
    return record.target_status != "DELETED" and record.status in ALLOWED[operation]


def is_changing(record: Execution) -> bool:
    """Whether it has not ended yet, or is being stopped or deleted."""
    return record.phase not in (Phase.COMPLETED, Phase.DEAD, Phase.STOPPED)


def outcome_is_there(record: Execution) -> bool:
    """Whether the outcome that a fault rule decided is reached, so that `statusDetails` shows its reason."""
    return record.phase is _LAST[record.fate.outcome]


def _go_on(record: Execution, at: float) -> Execution:
    dies = record.phase is Phase.RUNNING and record.fate.outcome == "DEAD"
    return _enter(record, Phase.DEAD if dies else _NEXT[record.phase], at)


def _enter(record: Execution, phase: Phase, at: float) -> Execution:
    stays = phase is _LAST[record.fate.outcome] or phase not in SHARES
    wait = None if stays else record.tempo.wait(phase.value, SHARES[phase])
    changes: dict[str, Any] = dict.fromkeys(_STAMPS.get(phase, ()), at)
    entered = replace(
        record,
        status=_STATUS.get(phase, record.status),
        phase=phase,
        phase_since=at,
        due=None if wait is None else wait.end(at),
        reads_left=None if wait is None else wait.reads,
        **changes,
    )
    words = f"execution {record.id}: {phase.value}, configuration {record.configuration_id}"
    own = record.fate.logs if outcome_is_there(entered) else ()
    return replace(entered, log=(*record.log, (at, words), *((at, line) for line in own)))
