"""What people read follows from what was observed: each case of it, and what its text says and does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aicore_provider.api.errors import ConnectionFailed
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle import messages
from aicore_provider.lifecycle.errors import DeploymentError
from aicore_provider.lifecycle.values import (
    Absent,
    Attempt,
    Evidence,
    Fail,
    Failure,
    Goal,
    LostAnswer,
    Reason,
    Refusal,
    Replace,
    Running,
    Switch,
)

ID, OLD, NEW = "d-1", "cfg-old", "cfg-new"
UP, GOES_ON = Running(NEW), "goes on from here"
FORBIDDEN_IN_DEAD = Refusal("DEAD", "status DEAD cannot be changed")


def seen(status: str, configuration: str = NEW, latest: str | None = OLD, target: str = "RUNNING") -> Deployment:
    return Deployment(
        id=ID,
        configuration_id=configuration,
        status=status,
        target_status=target,
        latest_running_configuration_id=latest,
    )


LEFT = Running(NEW, may_roll_back=False)
EMPTY = Attempt()
CREATED = replace(EMPTY, created_at=0.0)
SWITCHED = replace(EMPTY, switch=Switch(NEW, seen("RUNNING", OLD), 0.0), return_to=OLD)
FIRST = replace(SWITCHED, switch=Switch(NEW, seen("PENDING", OLD, latest=None), 0.0), return_to=None)
FAILED = replace(
    EMPTY,
    return_to=OLD,
    failure=Failure(f"it ended DEAD on configuration {NEW}", Evidence(seen("DEAD")), at=10.0),
)
GOING_BACK = replace(FAILED, switch=Switch(OLD, seen("DEAD"), 0.0))
LOST = replace(EMPTY, lost=LostAnswer(0.0, frozenset()))

TOO_LATE = "not done within 10 min, last seen as: PENDING: starting"
TIMED_OUT, DEAD = Fail(Reason.TIMED_OUT, TOO_LATE), Fail(Reason.DEAD, "it ended DEAD")
INTERRUPTED = Fail(Reason.INTERRUPTED, "PENDING: starting")
NO_WAY_BACK = Fail(Reason.ROLLBACK_FAILED, TOO_LATE)
OVERTAKEN = Fail(Reason.OVERTAKEN, "somebody else switched it to configuration cfg-3 meanwhile")

CASES: dict[str, tuple[Replace | Fail, Goal, Attempt, Deployment | None, list[str], list[str]]] = {
    "create, dead": (DEAD, UP, CREATED, seen("DEAD", latest=None), ["replaces the DEAD"], ["before", "waiting"]),
    "create, late": (
        TIMED_OUT,
        UP,
        CREATED,
        seen("PENDING"),
        [TOO_LATE, "goes on waiting"],
        ["DEAD", "before", "go back"],
    ),
    "create, interrupted": (INTERRUPTED, UP, CREATED, seen("PENDING"), [GOES_ON], ["switch", "by itself"]),
    "create, interrupted before it began": (INTERRUPTED, UP, EMPTY, None, ["Nothing was made"], [GOES_ON]),
    "create, lost": (
        Fail(Reason.LOST, "no"),
        replace(UP, may_adopt=True),
        LOST,
        None,
        ["orphans` shows"],
        ["deployments`"],
    ),
    "create, lost, not of ours": (Fail(Reason.LOST, "no"), UP, LOST, None, ["deployments` shows"], ["to remove"]),
    "switch, dead": (DEAD, UP, FIRST, seen("DEAD", latest=None), ["no configuration to go back to"], ["not rolled"]),
    "switch, left as it is": (
        DEAD,
        LEFT,
        SWITCHED,
        seen("DEAD"),
        ["not rolled back, as the program says", f"{OLD} served before", "--refresh"],
        ["no configuration to go back"],
    ),
    "switch, first one left as it is": (
        DEAD,
        LEFT,
        FIRST,
        seen("DEAD", latest=None),
        ["no configuration to go back to"],
        ["as the program says", "served before"],
    ),
    "switch, unknown": (
        Fail(Reason.TIMED_OUT, "UNKNOWN: not taken up by the runtime yet"),
        UP,
        SWITCHED,
        seen("UNKNOWN"),
        [f"not rolled back to configuration {OLD}", "status did not allow", GOES_ON],
        ["no configuration to go back", "as the program says"],
    ),
    "switch, interrupted": (INTERRUPTED, UP, SWITCHED, seen("PENDING"), [f"switch to configuration {NEW} goes on"], []),
    "switch, interrupted before it began": (INTERRUPTED, UP, EMPTY, seen("RUNNING", OLD), [GOES_ON], ["by itself"]),
    "switch of an earlier call, late": (TIMED_OUT, UP, EMPTY, seen("PENDING"), [GOES_ON], ["go back", "no config"]),
    "switch, overtaken": (OVERTAKEN, UP, SWITCHED, seen("PENDING", "cfg-3"), ["cfg-3", "who else"], ["rolled back"]),
    "switch, refused": (Fail(Reason.REFUSED, "no"), UP, EMPTY, seen("RUNNING", OLD), ["refuses the switch"], ["serve"]),
    "rolled back": (Fail(Reason.ROLLED_BACK, "x"), UP, GOING_BACK, seen("RUNNING", OLD), ["20 s", "serves again"], []),
    "rollback refused": (
        Fail(Reason.ROLLBACK_FAILED, FORBIDDEN_IN_DEAD.text),
        UP,
        replace(FAILED, refusal=FORBIDDEN_IN_DEAD),
        seen("DEAD"),
        ["cannot be changed.", "may serve nothing now", "replaces it: the service switches no DEAD"],
        ["tries the switch"],
    ),
    "rollback dead": (
        Fail(Reason.ROLLBACK_FAILED, "it ended DEAD"),
        UP,
        GOING_BACK,
        seen("DEAD", OLD),
        ["may serve nothing now", "tries the switch again", "--refresh"],
        ["replaces"],
    ),
    "rollback late, the one before serves": (
        NO_WAY_BACK,
        UP,
        GOING_BACK,
        seen("RUNNING", OLD, latest=OLD),
        [f"failed as well: {TOO_LATE}.", f"Configuration {OLD} serves."],
        ["nothing"],
    ),
    "rollback, stopped": (
        Fail(Reason.ROLLBACK_FAILED, "it was stopped"),
        UP,
        GOING_BACK,
        seen("STOPPING", OLD, target="STOPPED"),
        ["serves nothing any more", "makes a new one."],
        ["may serve", "tries"],
    ),
    "rollback, gone": (
        Fail(Reason.ROLLBACK_FAILED, "it does not exist any more"),
        UP,
        replace(GOING_BACK, not_found_count=2),
        seen("RUNNING", OLD, latest=OLD),
        ["serves nothing any more", "--refresh"],
        ["may serve", "tries", f"{OLD} serves"],
    ),
    "rollback, interrupted": (
        INTERRUPTED,
        UP,
        GOING_BACK,
        seen("PENDING", OLD),
        ["it ended DEAD", "The rollback to configuration cfg-old runs, and goes on", "tries the switch again"],
        ["refused", "not known"],
    ),
    "rollback refused, interrupted": (
        INTERRUPTED,
        UP,
        replace(FAILED, refusal=Refusal("PENDING", "not now")),
        seen("PENDING"),
        ["it ended DEAD", "was refused: not now"],
        ["by itself", "runs"],
    ),
    "rollback unanswered, interrupted": (INTERRUPTED, UP, FAILED, seen("DEAD"), ["is not known"], ["by itself"]),
    "rollback, overtaken": (
        OVERTAKEN,
        UP,
        GOING_BACK,
        seen("PENDING", "cfg-3"),
        ["ended DEAD", f"The rollback to configuration {OLD} was overtaken: somebody else switched it to", "cfg-3"],
        ["serves", "goes on", "runs", "when"],
    ),
    "stopped": (
        Replace("it was stopped"),
        UP,
        SWITCHED,
        seen("STOPPED"),
        ["makes a new one."],
        ["--refresh", "replaces"],
    ),
    "gone": (
        Replace("it is gone"),
        UP,
        replace(EMPTY, not_found_count=2),
        None,
        ["makes a new one", "--refresh"],
        ["replaces"],
    ),
    "delete, late": (
        Fail(Reason.TIMED_OUT, "STOPPING"),
        Absent(),
        EMPTY,
        seen("STOPPING"),
        ["the command", "being stopped", "not deleted"],
        ["pulumi", "by itself"],
    ),
    "delete, refused until late": (
        Fail(Reason.TIMED_OUT, "not done within 15 min, refused in STOPPED: no (HTTP 412)"),
        Absent(),
        replace(EMPTY, stop_sent=True),
        seen("STOPPED"),
        ["HTTP 412", "It is stopped, not deleted: its record stays until it is deleted.", "goes on from here"],
        ["by itself", "pulumi"],
    ),
    "delete, interrupted": (Fail(Reason.INTERRUPTED, "x"), Absent(), EMPTY, seen("STOPPING"), ["command"], ["pulumi"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_text_says_what_was_observed_and_nothing_else(case: str) -> None:
    action, goal, attempt, deployment, says, never = CASES[case]
    id_ = ID if deployment or attempt.not_found_count else None
    error = messages.error(action, id_, goal, attempt, Evidence(deployment), now=30.0)
    assert isinstance(error, DeploymentError)
    text = str(error)
    assert [each for each in says if each not in text] == [], text
    assert [each for each in never if each in text] == [], text
    assert 1 <= len(text.splitlines()) <= 3
    assert (ID if id_ else "The new deployment") in text.splitlines()[0]
    assert "None" not in text
    assert ".." not in text
    assert text == f"{error.what}\n{error.next_step}"


@pytest.mark.parametrize(
    ("goal", "attempt", "says", "never"),
    [
        (UP, CREATED, ["goes on waiting for it"], ["switch"]),
        (UP, SWITCHED, ["goes on waiting for it"], ["rollback"]),
        (UP, GOING_BACK, ["it ended DEAD", "rollback to configuration cfg-old runs", "tries the switch"], ["waiting"]),
        (UP, FAILED, ["it ended DEAD", "is not known"], ["waiting", "by itself"]),
        (UP, replace(FAILED, refusal=FORBIDDEN_IN_DEAD), ["was refused", "tries the switch"], ["by itself"]),
    ],
)
def test_a_call_that_fails_later_tells_what_was_begun(
    goal: Goal, attempt: Attempt, says: list[str], never: list[str]
) -> None:
    cause = ConnectionFailed("GET /lm/deployments", "no answer in time", maybe_committed=False)
    text = str(messages.call_failed(cause, ID, goal, attempt, None))
    assert "no answer in time" in text
    assert [each for each in says if each not in text] == [], text
    assert [each for each in never if each in text] == [], text


@pytest.mark.parametrize(
    ("attempt", "deployment", "far"),
    [
        (EMPTY, None, "Nothing is known to have changed."),
        (EMPTY, seen("RUNNING"), "Nothing is known to have changed."),
        (EMPTY, seen("DEAD"), "Nothing is known to have changed."),
        (EMPTY, seen("STOPPING"), "It is being stopped, and not deleted."),
        (EMPTY, seen("RUNNING", target="STOPPED"), "It is being stopped, and not deleted."),
        (replace(EMPTY, stop_sent=True), seen("RUNNING"), "It is being stopped, and not deleted."),
        (replace(EMPTY, stop_sent=True), seen("STOPPED"), "It is stopped, not deleted: its record stays until"),
        (EMPTY, seen("STOPPED"), "It is stopped, not deleted: its record stays until"),
        (replace(EMPTY, stop_sent=True, deletion_sent=True), seen("STOPPED"), "Its deletion was accepted."),
        (EMPTY, seen("STOPPED", target="DELETED"), "Its deletion was accepted."),
    ],
)
def test_a_deletion_that_fails_tells_how_far_it_is(attempt: Attempt, deployment: Deployment | None, far: str) -> None:
    cause = ConnectionFailed("GET /lm/deployments", "no answer in time", maybe_committed=False)
    text = str(messages.call_failed(cause, ID, Absent(), attempt, deployment))
    assert far in text.splitlines()[0]
    assert "no answer in time. " in text.splitlines()[0]
    late = messages.error(TIMED_OUT, ID, Absent(), attempt, Evidence(deployment, ("boom",)), now=30.0)
    assert f"{TOO_LATE}. {far}" in late.what
    assert late.what.endswith("Last log lines: boom")
    assert text.splitlines()[1:] == [ConnectionFailed.next_step, "Run the command again; it goes on from here."]


DEEP: Any = "too deep to recurse"
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({}, ""),
        (None, ""),
        ({"reason": "no capacity"}, "reason: no capacity"),
        ({"message": "a", "reason": "b"}, "message: a; reason: b"),
        ({"runtime": {"exitCode": 137, "oomKilled": True}}, "runtime.exitCode: 137; runtime.oomKilled: true"),
        ({"events": ["pulled", {"why": "no\n\tdisk"}]}, "events[0]: pulled; events[1].why: no disk"),
        ({"a": None, "b": "", "c": {}, "d": []}, ""),
        ("no capacity", "no capacity"),
        (["no capacity", 3], "[0]: no capacity; [1]: 3"),
        ({"same": ["x", "x"]}, "same[0]: x; same[1]: x"),
        ({"long": "y" * 900}, "long: " + "y" * 199 + "…"),
        ({str(n): "z" * 190 for n in range(9)}, "; ".join(f"{n}: " + "z" * 190 for n in range(5)) + "; …"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_every_text_of_the_status_details_is_told_with_its_keys(details: Any, told: str) -> None:
    deployment = Deployment.model_validate(
        {"id": ID, "configurationId": NEW, "status": "DEAD", "statusDetails": details, "statusMessage": "it died"}
    )
    assert messages.reasons(deployment) == "; ".join(filter(None, ["it died", told]))


def test_no_depth_of_status_details_is_too_much() -> None:
    deployment = Deployment(id=ID, configuration_id=NEW, status="DEAD", status_details=DEEP)
    assert messages.reasons(deployment) == "…" + "[0]" * 33 + ": too deep to recurse"


def test_the_message_of_a_status_is_not_told_twice() -> None:
    deployment = Deployment(id=ID, configuration_id=NEW, status="DEAD", status_message="x", status_details="x")
    assert messages.reasons(deployment) == "x"


def test_nothing_is_said_of_what_was_never_seen() -> None:
    assert messages.reasons(None) == ""
