"""The state machine of a deployment: a table of transitions, and pure functions that apply it.

Nothing here depends on HTTP, storage or the wall clock. An operation (`create`, `switch`, `stop`, `delete`) returns a
new record; `advance(record, now)` returns the record as it is at `now`. One late call of `advance` gives the same
record as many early ones, so the server calls it only when a record is read, and stores only what operations returned.

There are more phases than statuses in the API: after a PATCH the service shows the old status for a moment, and a
deleted record can still be read for a while.

Sources: the table of statuses and operations [docs]; what is shown and what serves during a switch [live test, docs];
what a stop and a delete change [live test]; ttl [docs]. The durations are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal

Status = Literal["UNKNOWN", "PENDING", "RUNNING", "STOPPING", "STOPPED", "DEAD"]
TargetStatus = Literal["RUNNING", "STOPPED", "DELETED"]
Outcome = Literal["RUNNING", "DEAD", "PENDING", "UNKNOWN"]
"""How a create or a switch ends: in RUNNING, in DEAD, or never, in PENDING or UNKNOWN."""


class Phase(str, Enum):
    """The internal state of a record. Several phases can show the same status."""

    SUBMITTED = "submitted"
    STARTING = "starting"
    SERVING = "serving"
    SWITCH_ACCEPTED = "switch-accepted"
    SWITCHING = "switching"
    HUNG = "hung"
    LOST = "lost"
    DEAD = "dead"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DELETING = "deleting"
    GONE = "gone"


class Operation(str, Enum):
    """An operation on an existing deployment."""

    STOP = "PATCH targetStatus"
    SWITCH = "PATCH configurationId"
    DELETE = "DELETE"


ALLOWED: Mapping[Operation, frozenset[Status]] = {
    Operation.STOP: frozenset({"PENDING", "RUNNING"}),
    Operation.SWITCH: frozenset({"PENDING", "RUNNING", "DEAD"}),
    Operation.DELETE: frozenset({"UNKNOWN", "STOPPED", "DEAD"}),
}
"""The statuses in which an operation is accepted [docs]. According to SAP's documentation, SWITCH in DEAD is accepted;
according to the contract, it is refused. The fault `refusePatchInDead` refuses it."""

DEAD_IS_REMOVED_AFTER_S = 7 * 86_400.0
"""The service removes a dead deployment after seven days [docs]."""


@dataclass(frozen=True)
class Edge:
    """A transition out of a phase.

    Attributes:
        to: the next phase.
        share: its time after the phase began, as a share of the record's transition seconds.
        seconds: added to that, whatever the pace of the emulator.
    """

    to: Phase
    share: float = 0.0
    seconds: float = 0.0


TRANSITIONS: Mapping[Phase, Mapping[Outcome, Edge]] = {
    Phase.SUBMITTED: {
        "RUNNING": Edge(Phase.STARTING, share=0.25),
        "DEAD": Edge(Phase.STARTING, share=0.25),
        "PENDING": Edge(Phase.STARTING, share=0.25),
    },
    Phase.STARTING: {
        "RUNNING": Edge(Phase.SERVING, share=0.75),
        "DEAD": Edge(Phase.DEAD, share=0.75),
    },
    Phase.SWITCH_ACCEPTED: {
        "RUNNING": Edge(Phase.SWITCHING, share=0.25),
        "DEAD": Edge(Phase.SWITCHING, share=0.25),
        "PENDING": Edge(Phase.SWITCHING, share=0.25),
        "UNKNOWN": Edge(Phase.LOST, share=0.25),
    },
    Phase.SWITCHING: {
        "RUNNING": Edge(Phase.SERVING, share=0.75),
        "DEAD": Edge(Phase.DEAD, share=0.75),
        "PENDING": Edge(Phase.HUNG, share=0.75),
    },
}
"""The phases whose next phase depends on how the operation ends. Without an entry, the record stays in the phase."""

UNCONDITIONAL: Mapping[Phase, Edge] = {
    Phase.DEAD: Edge(Phase.GONE, seconds=DEAD_IS_REMOVED_AFTER_S),
    Phase.STOPPING: Edge(Phase.STOPPED, share=0.4),
    Phase.DELETING: Edge(Phase.GONE, share=0.4),
}
"""The phases whose next phase does not depend on that."""


@dataclass(frozen=True)
class Wait:
    """How long a phase lasts.

    Attributes:
        seconds: of the emulator's time; or
        reads: until it was shown by so many answers.
    """

    seconds: float = 0.0
    reads: int | None = None

    def end(self, begin: float) -> float | None:
        """When a phase ends that begins then; None where reads decide."""
        return begin + self.seconds if self.reads is None else None


@dataclass(frozen=True)
class Tempo:
    """How long the phases of an operation last.

    Attributes:
        seconds: from the operation to its end, of which each phase takes its share.
        waits: by the name of the phase, instead of its share.
    """

    seconds: float = 0.0
    waits: Mapping[str, Wait] = field(default_factory=dict)

    def wait(self, phase: str, share: float, seconds: float = 0.0) -> Wait:
        """How long a phase lasts: its share, and that many seconds more, unless it has a wait of its own."""
        return self.waits.get(phase) or Wait(share * self.seconds + seconds)


@dataclass(frozen=True)
class PhaseEffect:
    """What the beginning of a phase changes in the record.

    Attributes:
        status: the new status; None: it stays.
        stamps: the timestamps that are set to that moment.
        serves: what answers inference from then on: the "new" configuration, "none", or the "same" as before.
    """

    status: Status | None
    stamps: tuple[str, ...] = ()
    serves: Literal["new", "none", "same"] = "same"


EFFECTS: Mapping[Phase, PhaseEffect] = {
    Phase.SUBMITTED: PhaseEffect("UNKNOWN"),
    Phase.STARTING: PhaseEffect("PENDING", ("submission_time",)),
    Phase.SERVING: PhaseEffect("RUNNING", ("start_time", "modified_at"), serves="new"),
    Phase.SWITCH_ACCEPTED: PhaseEffect(None),
    Phase.SWITCHING: PhaseEffect("PENDING", ("submission_time",)),
    Phase.HUNG: PhaseEffect("PENDING", serves="none"),
    Phase.LOST: PhaseEffect("UNKNOWN"),
    Phase.DEAD: PhaseEffect("DEAD", ("completion_time", "modified_at"), serves="none"),
    # The stored record of a real stopped deployment was completed later than it was modified.
    Phase.STOPPING: PhaseEffect("STOPPING", serves="none"),
    Phase.STOPPED: PhaseEffect("STOPPED", ("completion_time",), serves="none"),
    Phase.DELETING: PhaseEffect(None, serves="none"),
    Phase.GONE: PhaseEffect(None, serves="none"),
}


@dataclass(frozen=True)
class Fate:
    """How an operation will end. This is decided when it is accepted.

    Attributes:
        outcome: RUNNING, unless a fault rule says otherwise.
        status_details: what GET shows as `statusDetails` after the operation has ended so.
        logs: log lines written at that moment.
    """

    outcome: Outcome = "RUNNING"
    status_details: Mapping[str, Any] = field(default_factory=dict)
    logs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deployment:
    """One deployment as the emulator keeps it. Times are seconds since the epoch, durations seconds.

    Attributes:
        phase_since: when the record entered its phase.
        due: when it leaves it, or None.
        reads_left: after how many more answers it leaves its phase, or None where time decides.
        expires_at: end of its ttl, or None.
        tempo: how long the phases of the last operation last.
        then_delete: the end of the ttl began this stop, and a deletion follows it.
        has_run: it was RUNNING at least once, and so has a URL.
        serving_configuration_id: the configuration that answers inference now, or None.
    """

    id: str
    resource_group: str
    scenario_id: str
    executable_id: str
    configuration_id: str
    created_at: float
    modified_at: float
    tempo: Tempo = field(default_factory=Tempo)
    status: Status = "UNKNOWN"
    target_status: TargetStatus = "RUNNING"
    last_operation: str | None = "CREATE"
    latest_running_configuration_id: str | None = None
    serving_configuration_id: str | None = None
    ttl: str | None = None
    expires_at: float | None = None
    submission_time: float | None = None
    start_time: float | None = None
    completion_time: float | None = None
    phase: Phase = Phase.SUBMITTED
    phase_since: float = 0.0
    due: float | None = None
    reads_left: int | None = None
    fate: Fate = field(default_factory=Fate)
    then_delete: bool = False
    has_run: bool = False
    log: tuple[tuple[float, str], ...] = ()

    @property
    def next_event(self) -> float | None:
        """When `advance` changes the record next, or None."""
        if self.phase is Phase.GONE:
            return None
        if self.expires_at is None:
            return self.due
        return self.expires_at if self.due is None else min(self.due, self.expires_at)


_MOST_LOG_LINES = 1000


def advance(record: Deployment, now: float) -> Deployment:
    """The record as it is at `now`; the same object when nothing has changed."""
    while (event := record.next_event) is not None and event <= now:
        record = _expire(record, event) if event == record.expires_at else _go_on(record, event)
    return record


def count_read(record: Deployment, now: float) -> Deployment:
    """The record after a read at `now`, which shows what is returned; a transition may wait for a number of reads."""
    record = advance(record, now)
    while record.reads_left == 0:
        record = advance(_go_on(record, now), now)
    return record if record.reads_left is None else replace(record, reads_left=record.reads_left - 1)


def create(
    *,
    deployment_id: str,
    resource_group: str,
    scenario_id: str,
    executable_id: str,
    configuration_id: str,
    ttl: str | None,
    ttl_seconds: float | None,
    now: float,
    tempo: Tempo,
    fate: Fate,
) -> Deployment:
    """The record just after POST: UNKNOWN, later RUNNING."""
    record = Deployment(
        id=deployment_id,
        resource_group=resource_group,
        scenario_id=scenario_id,
        executable_id=executable_id,
        configuration_id=configuration_id,
        created_at=now,
        modified_at=now,
        tempo=tempo,
        ttl=ttl,
        expires_at=None if ttl_seconds is None else now + ttl_seconds,
        fate=fate,
    )
    return _enter(record, Phase.SUBMITTED, now)


def switch(
    record: Deployment,
    configuration_id: str,
    *,
    now: float,
    tempo: Tempo,
    fate: Fate,
    last_operation: Literal["UPDATE", "CASCADE-UPDATE"] = "UPDATE",
) -> Deployment:
    """The record just after PATCH configurationId: the new configuration, the old status, and the old one still serves.

    A cascade update of the service does the same [guess]; only `last_operation` differs [spec].
    """
    changed = replace(
        record,
        configuration_id=configuration_id,
        target_status="RUNNING",
        last_operation=last_operation,
        modified_at=now,
        completion_time=None,
        tempo=tempo,
        fate=fate,
    )
    return _enter(changed, Phase.SWITCH_ACCEPTED, now)


def stop(record: Deployment, *, now: float, tempo: Tempo) -> Deployment:
    """The record just after PATCH targetStatus STOPPED."""
    changed = replace(record, target_status="STOPPED", modified_at=now, tempo=tempo)
    return _enter(changed, Phase.STOPPING, now)


def delete(record: Deployment, *, now: float, tempo: Tempo) -> Deployment:
    """The record just after DELETE: same status, target status DELETED. It can be read for a while longer."""
    changed = replace(
        record,
        target_status="DELETED",
        modified_at=now,
        tempo=tempo,
        # A stopped record has no such field any more [guess].
        last_operation=None if record.status == "STOPPED" else "DELETE",
    )
    return _enter(changed, Phase.DELETING, now)


def can_be_repointed(record: Deployment) -> bool:
    """Whether a cascade update of the service can switch it, which is so while it runs or starts [guess]."""
    return record.target_status == "RUNNING" and record.status in ("PENDING", "RUNNING")


def is_changing(record: Deployment) -> bool:
    """Whether an operation on it is under way. One that is stuck stays under way."""
    return record.phase not in (Phase.SERVING, Phase.STOPPED, Phase.DEAD)


def kill(record: Deployment, *, now: float, fate: Fate) -> Deployment:
    """The record after its runtime has died: DEAD at once."""
    return _enter(replace(record, fate=fate), Phase.DEAD, now)


def delay(record: Deployment, seconds: float) -> Deployment:
    """The record with its next transition later; the same record where none is due."""
    return record if record.due is None else replace(record, due=record.due + seconds)


def is_allowed(record: Deployment, operation: Operation, *, patch_in_dead: bool = True) -> bool:
    """Whether the service accepts an operation now (`ALLOWED`).

    While a deletion is under way nothing is accepted, and so no second DELETE [guess].
    """
    if record.target_status == "DELETED":
        return False
    if operation is Operation.SWITCH and record.status == "DEAD":
        return patch_in_dead
    return record.status in ALLOWED[operation]


def _go_on(record: Deployment, at: float) -> Deployment:
    edge = _edge(record.phase, record.fate.outcome)
    if edge is None:
        raise AssertionError(f"a record in phase {record.phase.value} has a due time and no way on")
    entered = _enter(record, edge.to, at)
    if entered.phase is Phase.STOPPED and entered.then_delete:
        return delete(entered, now=at, tempo=entered.tempo)
    return entered


def _expire(record: Deployment, at: float) -> Deployment:
    """The record after the end of its ttl: stopped, then deleted [docs]; deleted at once if it does not run [guess]."""
    record = replace(record, expires_at=None)
    if record.phase is Phase.DELETING:
        return record
    if record.phase is Phase.STOPPING:
        return replace(record, then_delete=True)
    if record.status in ALLOWED[Operation.STOP]:
        return replace(stop(record, now=at, tempo=record.tempo), then_delete=True)
    return delete(record, now=at, tempo=record.tempo)


def _enter(record: Deployment, phase: Phase, at: float) -> Deployment:
    effect = EFFECTS[phase]
    edge = _edge(phase, record.fate.outcome)
    changes: dict[str, Any] = dict.fromkeys(effect.stamps, at)
    if effect.status is not None:
        changes["status"] = effect.status
    if effect.serves == "none":
        changes["serving_configuration_id"] = None
    if effect.serves == "new":
        changes["serving_configuration_id"] = changes["latest_running_configuration_id"] = record.configuration_id
        changes["has_run"] = True
    if phase is Phase.STOPPED:
        changes["last_operation"] = changes["latest_running_configuration_id"] = None
    wait = None if edge is None else record.tempo.wait(phase.value, edge.share, edge.seconds)
    return replace(
        record,
        phase=phase,
        phase_since=at,
        due=None if wait is None else wait.end(at),
        reads_left=None if wait is None else wait.reads,
        log=(*record.log, *_log_lines(record, phase, at))[-_MOST_LOG_LINES:],
        **changes,
    )


def _edge(phase: Phase, outcome: Outcome) -> Edge | None:
    return UNCONDITIONAL.get(phase) or TRANSITIONS.get(phase, {}).get(outcome)


_PHASES_OF_OUTCOME: Mapping[Outcome, frozenset[Phase]] = {
    "RUNNING": frozenset(),
    "DEAD": frozenset({Phase.DEAD}),
    # A create that is stuck shows its reason at once; a switch, at the time at which it would have ended.
    "PENDING": frozenset({Phase.STARTING, Phase.HUNG}),
    "UNKNOWN": frozenset({Phase.SUBMITTED, Phase.LOST}),
}


def outcome_is_there(record: Deployment) -> bool:
    """Whether the outcome that a fault rule decided is reached, so that `statusDetails` shows its reason."""
    return record.phase in _PHASES_OF_OUTCOME[record.fate.outcome]


def _log_lines(record: Deployment, phase: Phase, at: float) -> tuple[tuple[float, str], ...]:
    """The lines that the beginning of a phase adds to the log."""
    words = f"deployment {record.id}: {phase.value}, configuration {record.configuration_id}"
    own = record.fate.logs if phase in _PHASES_OF_OUTCOME[record.fate.outcome] else ()
    return ((at, words), *((at, line) for line in own))
