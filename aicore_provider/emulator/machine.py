"""How a deployment moves: a table of transitions, and pure functions that apply it.

Nothing here knows HTTP, storage or the wall clock. An operation (`create`, `switch`, `stop`, `delete`) returns a new
record; `advance(record, now)` returns the record as it is at `now`. Applying it late gives the same record as applying
it often, so the server calls it lazily and stores only what operations wrote.

Phases are finer than the statuses of the API: after a PATCH the service still shows the old status for a moment, and a
record that was deleted stays readable for a while.

Sources: the table of statuses and operations [docs]; what a switch shows and who serves during it [live test, docs];
the traces of a stop and of a delete [live test]; ttl [docs]. The shares of time are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal

Status = Literal["UNKNOWN", "PENDING", "RUNNING", "STOPPING", "STOPPED", "DEAD"]
TargetStatus = Literal["RUNNING", "STOPPED", "DELETED"]
Outcome = Literal["RUNNING", "DEAD", "PENDING", "UNKNOWN"]
"""How a create or a switch ends: well, dead, or stuck in a status for ever."""

STATUSES: tuple[Status, ...] = ("UNKNOWN", "PENDING", "RUNNING", "STOPPING", "STOPPED", "DEAD")


class Phase(str, Enum):
    """Where a record stands inside the emulator; more than one phase can show the same status."""

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
    """What a client can ask of an existing deployment."""

    STOP = "PATCH targetStatus"
    SWITCH = "PATCH configurationId"
    DELETE = "DELETE"


ALLOWED: Mapping[Operation, frozenset[Status]] = {
    Operation.STOP: frozenset({"PENDING", "RUNNING"}),
    Operation.SWITCH: frozenset({"PENDING", "RUNNING", "DEAD"}),
    Operation.DELETE: frozenset({"UNKNOWN", "STOPPED", "DEAD"}),
}
"""In which status an operation is accepted [docs]. For SWITCH in DEAD the docs say yes and the contract
says no; the fault `refusePatchInDead` takes the contract's side."""

DEAD_IS_REMOVED_AFTER_S = 7 * 86_400.0
"""A dead deployment disappears by itself after seven days [docs]."""


@dataclass(frozen=True)
class Edge:
    """The way on from a phase.

    Attributes:
        to: the next phase.
        share: when, as a share of the record's transition seconds.
        seconds: when, in seconds, whatever the speed of the emulator.
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
"""The phases whose way on depends on how the operation ends. No entry: the record stays there."""

UNCONDITIONAL: Mapping[Phase, Edge] = {
    Phase.DEAD: Edge(Phase.GONE, seconds=DEAD_IS_REMOVED_AFTER_S),
    Phase.STOPPING: Edge(Phase.STOPPED, share=0.4),
    Phase.DELETING: Edge(Phase.GONE, share=0.4),
}
"""The phases that go the same way whatever the outcome."""


@dataclass(frozen=True)
class Wait:
    """How long a phase lasts.

    Attributes:
        seconds: of the emulator's time; or
        reads: so many answers show it, and the next one does not.
    """

    seconds: float = 0.0
    reads: int | None = None


@dataclass(frozen=True)
class Tempo:
    """How fast an operation and what follows it go.

    Attributes:
        seconds: from the operation to its end, where no wait is given.
        waits: by phase, instead of its share of the seconds.
    """

    seconds: float = 0.0
    waits: Mapping[Phase, Wait] = field(default_factory=dict)

    def wait(self, phase: Phase, edge: Edge) -> Wait:
        """How long a phase lasts whose way on is this edge."""
        return self.waits.get(phase) or Wait(edge.share * self.seconds + edge.seconds)


@dataclass(frozen=True)
class Effect:
    """What entering a phase changes in the record.

    Attributes:
        status: the status from then on; None keeps what was shown.
        stamps: timestamps set to the moment of entering.
        serves: who answers inference from then on: "new" the wanted configuration, "nobody", or "same" as before.
    """

    status: Status | None
    stamps: tuple[str, ...] = ()
    serves: Literal["new", "nobody", "same"] = "same"


EFFECTS: Mapping[Phase, Effect] = {
    Phase.SUBMITTED: Effect("UNKNOWN"),
    Phase.STARTING: Effect("PENDING", ("submission_time",)),
    Phase.SERVING: Effect("RUNNING", ("start_time", "modified_at"), serves="new"),
    Phase.SWITCH_ACCEPTED: Effect(None),
    Phase.SWITCHING: Effect("PENDING", ("submission_time",)),
    Phase.HUNG: Effect("PENDING", serves="nobody"),
    Phase.LOST: Effect("UNKNOWN"),
    Phase.DEAD: Effect("DEAD", ("completion_time", "modified_at"), serves="nobody"),
    # The stored record of a real stopped deployment was completed later than it was modified.
    Phase.STOPPING: Effect("STOPPING", serves="nobody"),
    Phase.STOPPED: Effect("STOPPED", ("completion_time",), serves="nobody"),
    Phase.DELETING: Effect(None, serves="nobody"),
    Phase.GONE: Effect(None, serves="nobody"),
}


@dataclass(frozen=True)
class Fate:
    """How the operation under way will end, decided when it was accepted.

    Attributes:
        outcome: RUNNING, or what a fault asked for.
        status_details: what GET shows as `statusDetails` once the outcome is there.
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
        reads_left: how many more answers show it before it leaves its phase, or None where time decides.
        expires_at: end of its ttl, or None.
        tempo: how fast the last operation goes.
        then_delete: a stop that the end of the ttl began; a deletion follows it.
        has_run: it reached RUNNING once, so it has a URL.
        serving_configuration_id: who answers inference now, or None.
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
        """When `advance` has something to do next, or None."""
        if self.phase is Phase.GONE:
            return None
        if self.expires_at is None:
            return self.due
        return self.expires_at if self.due is None else min(self.due, self.expires_at)


_MOST_LOG_LINES = 1000


def advance(record: Deployment, now: float) -> Deployment:
    """The record as it is at `now`; the same object when nothing has happened since."""
    while (event := record.next_event) is not None and event <= now:
        record = _expire(record, event) if event == record.expires_at else _go_on(record, event)
    return record


def count_read(record: Deployment, now: float) -> Deployment:
    """The record after a read at `now`, whose answer shows what is returned: a transition may wait for reads."""
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
    """A deployment just accepted by POST: UNKNOWN, on its way to RUNNING."""
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
    """The record just after PATCH configurationId: the new configuration, the old status, the old one serving.

    The service's own cascade update takes the same way [guess]; only `last_operation` tells them apart [spec].
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
    """The record just after DELETE: same status, target status DELETED, readable for a while longer."""
    changed = replace(
        record,
        target_status="DELETED",
        modified_at=now,
        tempo=tempo,
        # A stopped record has lost this field and does not get it back [guess].
        last_operation=None if record.status == "STOPPED" else "DELETE",
    )
    return _enter(changed, Phase.DELETING, now)


def can_be_repointed(record: Deployment) -> bool:
    """Whether the service's own cascade update reaches it: what runs or starts [guess]."""
    return record.target_status == "RUNNING" and record.status in ("PENDING", "RUNNING")


def is_changing(record: Deployment) -> bool:
    """Whether an operation on it has not ended, which one that is stuck never does."""
    return record.phase not in (Phase.SERVING, Phase.STOPPED, Phase.DEAD)


def kill(record: Deployment, *, now: float, fate: Fate) -> Deployment:
    """The record after its runtime died, by no operation: DEAD at once."""
    return _enter(replace(record, fate=fate), Phase.DEAD, now)


def delay(record: Deployment, seconds: float) -> Deployment:
    """The record with its next transition put off; the same where none is due."""
    return record if record.due is None else replace(record, due=record.due + seconds)


def is_allowed(record: Deployment, operation: Operation, *, patch_in_dead: bool = True) -> bool:
    """Whether the service accepts an operation now (`ALLOWED`).

    While a deletion is under way nothing is accepted, a second DELETE included [guess].
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
    """End of the ttl: stopped and deleted [docs]; where nothing runs there is nothing to stop [guess]."""
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
    if effect.serves == "nobody":
        changes["serving_configuration_id"] = None
    if effect.serves == "new":
        changes["serving_configuration_id"] = changes["latest_running_configuration_id"] = record.configuration_id
        changes["has_run"] = True
    if phase is Phase.STOPPED:
        changes["last_operation"] = changes["latest_running_configuration_id"] = None
    wait = None if edge is None else record.tempo.wait(phase, edge)
    return replace(
        record,
        phase=phase,
        phase_since=at,
        due=None if wait is None or wait.reads is not None else at + wait.seconds,
        reads_left=None if wait is None else wait.reads,
        log=(*record.log, *_log_lines(record, phase, at))[-_MOST_LOG_LINES:],
        **changes,
    )


def _edge(phase: Phase, outcome: Outcome) -> Edge | None:
    return UNCONDITIONAL.get(phase) or TRANSITIONS.get(phase, {}).get(outcome)


_PHASES_OF_OUTCOME: Mapping[Outcome, frozenset[Phase]] = {
    "RUNNING": frozenset(),
    "DEAD": frozenset({Phase.DEAD}),
    # A create that is stuck shows its reason as soon as it is stuck; a switch when it should have been done.
    "PENDING": frozenset({Phase.STARTING, Phase.HUNG}),
    "UNKNOWN": frozenset({Phase.SUBMITTED, Phase.LOST}),
}


def outcome_is_there(record: Deployment) -> bool:
    """Whether the record has come to the end that a fault gave it, so that `statusDetails` tell about it."""
    return record.phase in _PHASES_OF_OUTCOME[record.fate.outcome]


def _log_lines(record: Deployment, phase: Phase, at: float) -> tuple[tuple[float, str], ...]:
    """What a record writes to its log when it enters a phase."""
    words = f"deployment {record.id}: {phase.value}, configuration {record.configuration_id}"
    own = record.fate.logs if phase in _PHASES_OF_OUTCOME[record.fate.outcome] else ()
    return ((at, words), *((at, line) for line in own))
