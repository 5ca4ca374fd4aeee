"""The table, walked over every observation, goal and attempt that can meet."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from aicore_provider.api.types import Deployment
from aicore_provider.emulator import machine
from aicore_provider.emulator.machine import Operation, is_allowed
from aicore_provider.emulator.pace import Pacing
from aicore_provider.inference import Probe
from aicore_provider.lifecycle.decide import (
    contradicts,
    decide,
    fallback,
    not_found,
)
from aicore_provider.lifecycle.limits import Limits
from aicore_provider.lifecycle.values import (
    Absent,
    Action,
    Adopt,
    Answer,
    Attempt,
    Constraints,
    Create,
    Delete,
    Done,
    Evidence,
    Fail,
    Failure,
    Goal,
    Gone,
    LostAnswer,
    NotCreated,
    NotVisible,
    Observed,
    Patch,
    Reason,
    Refusal,
    Replace,
    Rollback,
    Running,
    Stop,
    Switch,
    Verify,
    Wait,
)

OLD, NEW, OTHER = "cfg-old", "cfg-new", "cfg-other"
STATUSES = ("UNKNOWN", "PENDING", "RUNNING", "STOPPING", "STOPPED", "DEAD", "COMPLETED", "NO-SPEC-KNOWS-THIS")
TARGETS = ("RUNNING", "STOPPED", "DELETED", None, "NO-SPEC-KNOWS-THIS")
NOW, LATER = 100.0, 200.0

# The service's own table: which call it accepts in which status. DEAD and PATCH is where the sources disagree.
MAY_PATCH = {"PENDING", "RUNNING", "DEAD"}
MAY_STOP = {"PENDING", "RUNNING"}
MAY_DELETE = {"UNKNOWN", "STOPPED", "DEAD"}


def deployment(
    status: str = "RUNNING", target: str | None = "RUNNING", configuration: str = OLD, latest: str | None = OLD
) -> Deployment:
    return Deployment(
        id="d-1",
        configuration_id=configuration,
        status=status,
        target_status=target,
        latest_running_configuration_id=latest,
    )


def switch(to: str = NEW, *, visible_at: float | None = NOW - 1, has_progressed: bool = True) -> Switch:
    return Switch(to, before=deployment(), accepted_at=NOW - 2, visible_at=visible_at, has_progressed=has_progressed)


RECORD = machine.create(
    deployment_id="d-1",
    resource_group="default",
    scenario_id="foundation-models",
    executable_id="azure-openai",
    configuration_id=OLD,
    ttl=None,
    ttl_seconds=None,
    now=NOW,
    tempo=Pacing(1.0).tempo(),
    fate=machine.Fate(),
)
FAILURE = Failure("it ended DEAD", Evidence(deployment("DEAD", configuration=NEW)), at=NOW - 5)
EMPTY, LIMITS = Attempt(), Limits()
PROBE = Probe("POST", "/chat/completions", {})
ANSWERED, CLOSED = Answer(200, "", since=NOW), Answer(503, "closed", since=NOW - 1)
REFUSED, SILENT = Answer(400, "no", since=NOW), Answer(503, "closed", since=NOW - LIMITS.unanswered_for_s)
FREE = Constraints(deadline=LATER)


def observations() -> Iterator[Observed]:
    yield from (NotCreated(), NotCreated(("d-1",)), NotCreated(("d-1", "d-2")), NotVisible(), Gone())
    for status, target, configuration, latest in itertools.product(
        STATUSES, TARGETS, (OLD, NEW, OTHER), (OLD, NEW, OTHER, None)
    ):
        yield deployment(status, target, configuration, latest)


def calls() -> Iterator[tuple[Running, Attempt, Constraints]]:
    up = Running(NEW)
    switches = (
        None,
        switch(),
        switch(has_progressed=False),
        switch(visible_at=NOW - LIMITS.taken_up_after_s, has_progressed=False),
    )
    refusals = (None, Refusal("DEAD", "no"), Refusal("RUNNING", "no"), Refusal("STOPPED", "no"))
    for deadline, created, patched, back, refusal, interrupted in itertools.product(
        (NOW - 1, LATER), (None, 10.0), switches, (None, OLD), refusals, (False, True)
    ):
        constraints = Constraints(deadline=deadline, interrupted=interrupted)
        attempt = Attempt(created_at=created, switch=patched, return_to=back, refusal=refusal)
        yield up, attempt, constraints
        if not patched and not refusal:
            for at, posts, may_adopt in itertools.product(
                (NOW - 1, NOW - LIMITS.settled_after_s), (1, 3), (False, True)
            ):
                lost = LostAnswer(at, frozenset(), posts)
                yield replace(up, may_adopt=may_adopt), replace(attempt, lost=lost, created_at=None), constraints
        if not refusal:
            for answer, may_roll_back in itertools.product((None, ANSWERED, CLOSED, SILENT, REFUSED), (True, False)):
                must_answer = replace(up, probe=PROBE, may_roll_back=may_roll_back)
                yield must_answer, replace(attempt, answer=answer), constraints
        yield replace(up, may_roll_back=False), attempt, constraints
        if patched and back:
            dead = deployment("DEAD", configuration=NEW)
            yield up, replace(attempt, created_at=None, switch=None, failure=FAILURE), constraints
            rollback = replace(patched, configuration_id=back, before=dead)
            yield up, Attempt(switch=rollback, return_to=back, failure=FAILURE, refusal=refusal), constraints
            yield replace(up, probe=PROBE), Attempt(switch=rollback, return_to=back, failure=FAILURE), constraints


class Row(NamedTuple):
    """One call of `decide` and what it answers."""

    observed: Observed
    goal: Goal
    attempt: Attempt
    constraints: Constraints
    action: Action


Table = list[Row]


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """Every row: seconds of work, so it is done where it is used."""
    # Half of that time, and of all tests after it, would go into looking through the rows for garbage.
    gc.disable()
    try:
        rows = [
            Row(observed, goal, attempt, constraints, decide(observed, goal, attempt, constraints, NOW))
            for observed, (up, attempt, constraints) in itertools.product(observations(), calls())
            for goal in (up, Absent())
        ]
        gc.freeze()
    finally:
        gc.enable()
    yield rows
    gc.unfreeze()


def test_every_call_is_one_that_the_service_allows(table: Table) -> None:
    wrong = [row for row in table if not allowed(row.observed, row.attempt, row.action)]
    assert wrong == []
    assert len(table) > 100_000


def allowed(observed: Observed, attempt: Attempt, action: Action) -> bool:
    match action:
        case Create():
            return isinstance(observed, NotCreated) and not (attempt.lost and observed.candidates)
        case Adopt(deployment_id):
            return isinstance(observed, NotCreated) and observed.candidates == (deployment_id,)
        case Patch() | Rollback():
            return isinstance(observed, Deployment) and observed.status in MAY_PATCH
        case Stop():
            return isinstance(observed, Deployment) and observed.status in MAY_STOP
        case Delete():
            return isinstance(observed, Deployment) and observed.status in MAY_DELETE
        case _:
            return True


@pytest.mark.parametrize("patch_in_dead", [True, False], ids=["PATCH in DEAD", "no PATCH in DEAD"])
def test_the_emulated_service_would_refuse_no_call_that_it_has_not_refused_before(
    table: Table, patch_in_dead: bool
) -> None:
    calls: Mapping[type[Action], Operation] = {
        Patch: Operation.SWITCH,
        Rollback: Operation.SWITCH,
        Stop: Operation.STOP,
        Delete: Operation.DELETE,
    }
    asked = 0
    for observed, _, attempt, _, action in table:
        # An accepted call forgets the refusal before it, so only a rollback is refused after a POST or a PATCH.
        changed = attempt.switch or attempt.created_at is not None
        can_be = attempt.failure or not (changed and attempt.refusal)
        if can_be and (operation := calls.get(type(action))):
            assert isinstance(observed, Deployment)
            as_observed: dict[str, Any] = {"status": observed.status, "target_status": observed.target_status}
            record = replace(RECORD, **as_observed)
            asked += 1
            if not is_allowed(record, operation, patch_in_dead=patch_in_dead):
                # Where the sources disagree it is tried, and only as long as the service has not said no.
                assert (observed.status, operation, patch_in_dead) == ("DEAD", Operation.SWITCH, False)
                assert attempt.refusal != Refusal("DEAD", "no"), (observed, attempt, action)
    assert asked > 10_000


def test_nothing_is_created_twice_in_one_attempt(table: Table) -> None:
    assert not [row for row in table if isinstance(row.action, Create) and row.attempt.created_at is not None]


def test_after_a_lost_answer_nothing_is_made_or_taken_before_the_lists_have_settled(table: Table) -> None:
    rows = [row for row in table if row.attempt.lost and isinstance(row.observed, NotCreated)]
    for _, goal, attempt, _, action in rows:
        if isinstance(action, (Create, Adopt)) and (lost := attempt.lost):
            assert lost.at <= NOW - LIMITS.settled_after_s
            assert isinstance(goal, Running)
            assert goal.may_adopt or isinstance(action, Create)
    assert {type(action) for *_, action in rows} >= {Create, Adopt, Fail, Wait}


def test_done_means_that_the_wanted_configuration_serves(table: Table) -> None:
    for observed, goal, attempt, _, action in table:
        if isinstance(action, Done) and isinstance(goal, Running):
            assert isinstance(observed, Deployment)
            assert (observed.status, observed.configuration_id) == ("RUNNING", NEW)
            assert observed.target_status not in ("STOPPED", "DELETED")
            assert observed.latest_running_configuration_id in (NEW, None)
            assert not attempt.failure, "a rollback that reached its end is a failed switch"


def test_what_must_answer_is_done_once_it_has_and_only_what_serves_is_asked(table: Table) -> None:
    asked = 0
    for observed, goal, attempt, constraints, action in table:
        is_to_answer = isinstance(goal, Running) and goal.probe is not None
        if isinstance(action, Done) and is_to_answer:
            assert attempt.answer == ANSWERED
        if isinstance(action, Verify):
            asked += 1
            assert is_to_answer
            assert isinstance(observed, Deployment)
            assert (observed.status, observed.configuration_id) == ("RUNNING", NEW)
            assert observed.latest_running_configuration_id in (NEW, None)
            assert attempt.answer in (None, CLOSED)
            assert not attempt.failure, "what served before is not asked"
            assert not constraints.interrupted
            assert attempt.answer is None or constraints.deadline > NOW, "after its time it is asked once at most"
    assert asked > 100


def test_what_does_not_answer_fails_in_its_time_and_at_once_where_it_refuses(table: Table) -> None:
    found = set()
    for _, goal, attempt, constraints, action in table:
        if isinstance(action, Fail) and action.reason is Reason.UNANSWERED:
            assert attempt.answer in (REFUSED, SILENT) or constraints.deadline < NOW
            assert not (isinstance(goal, Running) and goal.may_roll_back and attempt.return_to), "it is rolled back"
            found.add(attempt.answer)
    assert found == {REFUSED, SILENT, CLOSED}


@pytest.mark.parametrize("answer", [REFUSED, SILENT])
def test_a_switch_that_does_not_answer_goes_back_without_asking_what_served_before(answer: Answer) -> None:
    goal, running = Running(NEW, probe=PROBE), deployment(configuration=NEW, latest=NEW)
    why = f"it runs and does not answer: {answer.text}"
    assert decide(running, goal, Attempt(switch=switch(), return_to=OLD, answer=answer), FREE, NOW) == Rollback(
        OLD, why
    )
    failure = Failure(why, Evidence(running), at=NOW - 5)
    back = Attempt(switch=replace(switch(OLD), before=running), return_to=OLD, failure=failure)
    assert decide(deployment(), goal, back, FREE, NOW) == Fail(Reason.ROLLED_BACK, why)


@pytest.mark.parametrize("status", [404, 408, 429, 500, 502, 503, 504, 0])
def test_what_a_gateway_may_answer_is_asked_again(status: int) -> None:
    goal, running = Running(NEW, probe=PROBE), deployment(configuration=NEW, latest=NEW)
    assert decide(running, goal, Attempt(answer=Answer(status, "no", since=NOW - 1)), FREE, NOW) == Verify(PROBE)


@pytest.mark.parametrize("status", [400, 401, 403, 405, 409, 413, 422])
def test_what_a_model_refuses_is_not_asked_again(status: int) -> None:
    goal, running = Running(NEW, probe=PROBE), deployment(configuration=NEW, latest=NEW)
    action = decide(running, goal, Attempt(answer=Answer(status, "no", since=NOW)), FREE, NOW)
    assert action == Fail(Reason.UNANSWERED, "it runs and does not answer: no")


def test_absent_is_done_only_when_it_is_gone(table: Table) -> None:
    for observed, goal, _, _, action in table:
        if isinstance(action, Done) and isinstance(goal, Absent):
            assert isinstance(observed, (NotCreated, Gone))


def test_a_deployment_that_shall_be_absent_is_never_made_or_switched(table: Table) -> None:
    # A failed rollback's attempt never meets the goal Absent, so those rows are left out.
    made = (Create, Patch, Replace)
    assert not [row for row in table if isinstance(row.goal, Absent) and isinstance(row.action, made)]


def test_an_interrupted_call_begins_nothing_but_a_rollback_that_is_due(table: Table) -> None:
    for _, _, attempt, constraints, action in table:
        if constraints.interrupted and not (attempt.failure and isinstance(action, Patch)):
            assert not isinstance(action, (Create, Patch, Stop, Delete, Wait))


def test_a_call_past_its_deadline_does_not_wait(table: Table) -> None:
    assert not [row for row in table if row.constraints.deadline < NOW and isinstance(row.action, Wait)]


def test_a_rollback_is_sent_once_and_only_to_what_served(table: Table) -> None:
    for observed, goal, attempt, _, action in table:
        if isinstance(action, Rollback):
            assert isinstance(goal, Running)
            assert attempt.failure is None
            assert isinstance(observed, Deployment)
            assert action.configuration_id in (attempt.return_to, fallback(observed, NEW))
            assert goal.may_roll_back


@pytest.mark.parametrize(
    ("observed", "attempt", "expected"),
    [
        pytest.param(NotCreated(), EMPTY, Create(NEW), id="nothing there"),
        pytest.param(deployment(), EMPTY, Patch(NEW), id="runs another configuration"),
        pytest.param(deployment("PENDING", latest=None), EMPTY, Patch(NEW), id="starts with another configuration"),
        pytest.param(deployment(configuration=NEW, latest=NEW), EMPTY, Done(), id="runs what is wanted"),
        pytest.param(deployment(configuration=NEW, latest=None), EMPTY, Done(), id="latest running is not told"),
        pytest.param(deployment("DEAD"), EMPTY, Patch(NEW), id="died, once ran: PATCH keeps the URL"),
        pytest.param(deployment("DEAD", configuration=NEW, latest=NEW), EMPTY, Patch(NEW), id="died on what is wanted"),
    ],
)
def test_towards_running(observed: Observed, attempt: Attempt, expected: Action) -> None:
    assert decide(observed, Running(NEW), attempt, FREE, NOW) == expected


@pytest.mark.parametrize(
    "observed",
    [
        deployment("STOPPED"),
        deployment("STOPPING", "STOPPED"),
        deployment("RUNNING", "STOPPED"),
        deployment("RUNNING", "DELETED"),
        deployment("DEAD", latest=None),
        Gone(),
    ],
)
def test_what_no_call_can_bring_back_is_replaced(observed: Observed) -> None:
    assert isinstance(decide(observed, Running(NEW), EMPTY, FREE, NOW), Replace)


def test_a_dead_deployment_that_may_not_be_switched_is_replaced() -> None:
    refused = Attempt(refusal=Refusal("DEAD", "Current status DEAD cannot be changed"))
    assert isinstance(decide(deployment("DEAD"), Running(NEW), refused, FREE, NOW), Replace)


def test_the_old_running_just_after_a_patch_is_not_taken_for_the_new_one() -> None:
    seen = deployment(configuration=NEW, latest=NEW)
    assert isinstance(decide(seen, Running(NEW), Attempt(switch=switch(has_progressed=False)), FREE, NOW), Wait)
    patient = Attempt(switch=switch(visible_at=NOW - LIMITS.taken_up_after_s, has_progressed=False))
    assert decide(seen, Running(NEW), patient, FREE, NOW) == Done()


def test_a_failed_switch_goes_back_and_then_fails_plainly() -> None:
    dead = deployment("DEAD", configuration=NEW)
    assert decide(dead, Running(NEW), Attempt(switch=switch(), return_to=OLD), FREE, NOW) == Rollback(
        OLD, f"it ended DEAD on configuration {NEW}"
    )
    switched_back = replace(switch(OLD), before=dead)
    back = Attempt(switch=switched_back, return_to=OLD, failure=FAILURE)
    assert isinstance(decide(deployment("PENDING"), Running(NEW), back, FREE, NOW), Wait)
    assert decide(deployment(), Running(NEW), back, FREE, NOW) == Fail(Reason.ROLLED_BACK, FAILURE.why)


def test_a_switch_without_anything_to_go_back_to_fails() -> None:
    dead = deployment("DEAD", configuration=NEW, latest=None)
    action = decide(dead, Running(NEW), Attempt(switch=switch()), FREE, NOW)
    assert isinstance(action, Fail)
    assert action.reason is Reason.DEAD


def test_a_refused_rollback_is_not_sent_again() -> None:
    dead = deployment("DEAD", configuration=NEW)
    refused = Attempt(return_to=OLD, failure=FAILURE, refusal=Refusal("DEAD", "no"))
    action = decide(dead, Running(NEW), refused, FREE, NOW)
    assert isinstance(action, Fail)
    assert action.reason is Reason.ROLLBACK_FAILED


@pytest.mark.parametrize(
    ("timeout_s", "told"), [(600.0, "10 min"), (90.0, "1 min 30 s"), (8.0, "8 s"), (0.5, "0.5 s"), (5400.0, "90 min")]
)
def test_what_is_late_is_told_with_the_time_that_it_had(timeout_s: float, told: str) -> None:
    late, created = Constraints(NOW - 1, timeout_s), Attempt(created_at=10.0)
    why = f"not done within {told}, last seen as: PENDING: starting"
    pending = deployment("PENDING", configuration=NEW)
    stays = Running(NEW, may_roll_back=False)
    assert decide(pending, stays, created, late, NOW) == Fail(Reason.TIMED_OUT, why)
    switched = Attempt(switch=switch(), return_to=OLD)
    assert decide(pending, Running(NEW), switched, late, NOW) == Rollback(OLD, why)
    back = replace(switched, failure=FAILURE, switch=switch(OLD))
    assert decide(deployment("PENDING"), Running(NEW), back, late, NOW) == Fail(Reason.ROLLBACK_FAILED, why)


@pytest.mark.parametrize(("failure", "reason"), [(None, Reason.TIMED_OUT), (FAILURE, Reason.ROLLBACK_FAILED)])
def test_what_is_refused_until_it_is_late_is_told_with_both(failure: Failure | None, reason: Reason) -> None:
    not_found = Refusal("RUNNING", "no (HTTP 404)", because_of_status=False)
    late, refused = Constraints(NOW - 1, 900.0), Attempt(refusal=not_found, return_to=OLD, failure=failure)
    why = "not done within 15 min, refused in RUNNING: no (HTTP 404)"
    running = deployment(configuration=OLD if failure is None else NEW)
    assert decide(running, Running(NEW), refused, late, NOW) == Fail(reason, why)
    if failure is None:
        assert decide(running, Absent(), refused, late, NOW) == Fail(reason, why)


def test_a_dead_deployment_that_may_not_be_switched_is_told_with_the_refusal() -> None:
    refused = Attempt(refusal=Refusal("DEAD", "no (HTTP 412, code 0101, request id r-1)"))
    action = decide(deployment("DEAD"), Running(NEW), refused, FREE, NOW)
    assert isinstance(action, Replace)
    assert action.why.endswith(": no (HTTP 412, code 0101, request id r-1)")


def test_somebody_elses_switch_is_told_not_fought() -> None:
    action = decide(deployment(configuration=OTHER), Running(NEW), Attempt(switch=switch()), FREE, NOW)
    assert isinstance(action, Fail)
    assert action.reason is Reason.OVERTAKEN


@pytest.mark.parametrize("theirs", [OLD, OTHER], ids=["the one before", "a third"])
@pytest.mark.parametrize("failure", [None, FAILURE], ids=["switch", "rollback"])
def test_once_the_wanted_configuration_was_there_another_one_is_somebody_elses(
    theirs: str, failure: Failure | None
) -> None:
    wanted, theirs = (NEW, theirs) if failure is None else (OLD, NEW if theirs == OLD else OTHER)
    ours = replace(switch(wanted), before=deployment(configuration=theirs))
    calls = [
        (
            Running(NEW, may_roll_back=back),
            Attempt(switch=made, return_to=OLD, failure=failure, shown=frozenset({wanted})),
            Constraints(deadline),
        )
        for deadline, made, back in itertools.product((NOW - 1, LATER), (ours, None), (True, False))
    ]
    if failure is None:
        calls.append((Running(NEW), Attempt(created_at=10.0, shown=frozenset({wanted})), FREE))
    for call, status, latest in itertools.product(calls, STATUSES, (OLD, NEW, OTHER, None)):
        if status not in ("STOPPING", "STOPPED"):
            observed = deployment(status, configuration=theirs, latest=latest)
            action = decide(observed, *call, NOW)
            assert isinstance(action, Fail), (observed, call)
            assert action.reason is Reason.OVERTAKEN


def test_a_switch_that_nobody_has_seen_is_put_back_once_it_must_have_been_visible() -> None:
    unseen = Attempt(switch=switch(visible_at=None, has_progressed=False), return_to=OLD)
    assert isinstance(decide(deployment(), Running(NEW), unseen, FREE, NOW), Wait)
    action = decide(deployment(), Running(NEW), unseen, FREE, NOW - 2 + LIMITS.taken_up_after_s)
    assert isinstance(action, Fail)
    assert action.reason is Reason.OVERTAKEN


def test_a_look_that_shows_less_than_was_done_or_seen_is_doubtful() -> None:
    sent = Attempt(switch=switch(visible_at=None))
    was_there = Attempt(shown=frozenset({NEW}))
    for attempt in (sent, was_there):
        assert contradicts(deployment(configuration=OLD), Running(NEW), attempt)
        assert contradicts(deployment(configuration=OTHER), Running(NEW), attempt)
        assert not contradicts(deployment(configuration=NEW), Running(NEW), attempt)
    assert not contradicts(deployment(), Running(NEW), Attempt(shown=frozenset({OLD})))
    deleted = Attempt(stop_sent=True, deletion_sent=True)
    assert contradicts(deployment(), Absent(), deleted)
    assert not contradicts(deployment(target="DELETED"), Absent(), deleted)
    stopped = Attempt(stop_sent=True)
    assert contradicts(deployment(), Absent(), stopped)
    for target in ("STOPPED", "DELETED"):
        assert not contradicts(deployment(target=target), Absent(), stopped)


def test_an_answer_that_took_long_says_nothing_about_what_happened_meanwhile() -> None:
    settled, taken_up = NOW - LIMITS.settled_after_s, NOW - LIMITS.taken_up_after_s
    lost = Attempt(lost=LostAnswer(settled, frozenset()))
    put_back = Attempt(switch=replace(switch(visible_at=None), accepted_at=taken_up))
    unmoved = Attempt(switch=switch(visible_at=taken_up, has_progressed=False))
    for observed, attempt, at_once in (
        (NotCreated(), lost, Create),
        (deployment(), put_back, Fail),
        (deployment(configuration=NEW, latest=NEW), unmoved, Done),
        (deployment("DEAD", configuration=NEW), unmoved, Fail),
    ):
        goal = Running(NEW, may_roll_back=False)
        assert isinstance(decide(observed, goal, attempt, FREE, NOW), at_once)
        assert isinstance(decide(observed, goal, attempt, FREE, NOW, looked_at=NOW - 1), Wait)


def test_what_a_404_means_depends_on_the_object() -> None:
    fresh = Attempt(created_at=0.0, not_found_count=7)
    assert not_found(fresh, LIMITS, LIMITS.invisible_for_s - 1) == NotVisible()
    assert not_found(fresh, LIMITS, LIMITS.invisible_for_s) == Gone()
    assert not_found(Attempt(not_found_count=1), LIMITS, NOW) == NotVisible()
    assert not_found(Attempt(not_found_count=2), LIMITS, NOW) == Gone()
    assert not_found(Attempt(not_found_count=1, deletion_sent=True), LIMITS, NOW) == Gone()


def test_the_way_back_is_what_serves() -> None:
    assert fallback(deployment(latest=OTHER), NEW) == OTHER
    assert fallback(deployment("RUNNING", latest=None), NEW) == OLD
    assert fallback(deployment("PENDING", latest=None), NEW) is None
    assert fallback(deployment(latest=NEW), NEW) is None
