"""The words for what happened: progress lines, and errors of one to three lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.errors import (
    AnswerLost,
    CallFailed,
    DeploymentError,
    DeploymentFailed,
    DeploymentInterrupted,
    DeploymentOvertaken,
    DeploymentTimedOut,
    ReplacementNeeded,
    RollbackFailed,
    SwitchRolledBack,
)
from aicore_provider.lifecycle.values import Attempt, Evidence, Fail, Goal, Reason, Replace, Running

_ERRORS: Mapping[Reason, type[DeploymentError]] = {
    Reason.DEAD: DeploymentFailed,
    Reason.TIMED_OUT: DeploymentTimedOut,
    Reason.INTERRUPTED: DeploymentInterrupted,
    Reason.OVERTAKEN: DeploymentOvertaken,
    Reason.LOST: AnswerLost,
    Reason.REFUSED: DeploymentFailed,
    Reason.ROLLED_BACK: SwitchRolledBack,
    Reason.ROLLBACK_FAILED: RollbackFailed,
}


def progress(why: str, deployment_id: str | None, waited_s: float) -> str:
    """One line for a call that waits."""
    minutes, seconds = divmod(int(waited_s), 60)
    return f"{deployment_id or 'deployment'}: {why} ({minutes}:{seconds:02d})"


def error(
    action: Replace | Fail, deployment_id: str | None, goal: Goal, attempt: Attempt, evidence: Evidence, now: float
) -> DeploymentError:
    """The error for an action that ends the call without success. `now` is on the clock of the attempt."""
    who = f"Deployment {deployment_id}" if deployment_id else "The new deployment"
    kind: type[DeploymentError]
    match action:
        case Replace(why):
            kind, lines = ReplacementNeeded, [f"{who}: {why}.", "The next `pulumi up` replaces it."]
        case Fail(reason, why):
            kind, lines = _ERRORS[reason], _failure_lines(who, reason, why, goal, attempt, evidence, now)
    refusal = attempt.refusal
    return kind(
        "\n".join(lines),
        deployment_id=deployment_id or "",
        deployment=evidence.deployment,
        switch_refused=bool(refusal and refusal.status == "DEAD" and refusal.because_of_status),
    )


def call_failed(cause: AICoreError, deployment_id: str, deployment: Deployment | None) -> CallFailed:
    """The error for a request that failed after this call had already changed something."""
    return CallFailed(
        f"Deployment {deployment_id}: {cause}\nWhat was begun goes on by itself; `pulumi up` goes on waiting for it.",
        deployment_id=deployment_id,
        deployment=deployment,
    )


def reasons(deployment: Deployment | None) -> list[str]:
    """What the service says about a status, from `statusMessage` and the messages within `statusDetails`."""
    if deployment is None:
        return []
    found = [deployment.status_message] if deployment.status_message else []
    return list(dict.fromkeys(found + _messages(deployment.status_details)))


def _failure_lines(
    who: str, reason: Reason, why: str, goal: Goal, attempt: Attempt, evidence: Evidence, now: float
) -> list[str]:
    failed = attempt.failure
    because = _because(failed.evidence if failed else evidence)
    wanted = goal.configuration_id if isinstance(goal, Running) else ""
    if attempt.lost:
        return [
            f"{who} of configuration {wanted}: the service gave no good answer to the POST; {why}.",
            "It may have made one, whose id is not known here.",
            "The next `pulumi up` names it then, and `aicore-provider orphans` tells how to remove it.",
        ]
    match reason:
        case Reason.ROLLED_BACK if failed:
            return [
                f"{who}: the switch to configuration {wanted} failed, {failed.why}.{because}",
                f"It was rolled back, which took {now - failed.at:.0f} s: "
                f"configuration {attempt.return_to} serves again, with the same URL.",
                "The next `pulumi up` tries the switch again.",
            ]
        case Reason.ROLLBACK_FAILED:
            first = failed.why if failed else why
            return [
                f"{who}: the switch to configuration {wanted} failed, {first}.{because}",
                f"Going back to configuration {attempt.return_to} failed as well: "
                + (attempt.refusal.text if attempt.refusal else why)
                + ".",
                "It may serve nothing now. "
                + (
                    "The next `pulumi up` replaces it: the service switches no DEAD deployment."
                    if attempt.refusal and attempt.refusal.status == "DEAD"
                    else "`pulumi up` tries again; reverting the change in the program does, too."
                ),
            ]
        case Reason.INTERRUPTED if failed:
            return [f"{who}: interrupted while the rollback to configuration {attempt.return_to} runs; it goes on."]
        case Reason.INTERRUPTED:
            return [f"{who}: interrupted ({why}).", "The next `pulumi up` goes on from here."]
        case Reason.TIMED_OUT:
            return [f"{who}: not done in time, last seen as: {why}.{because}", _after_failure(attempt)]
        case Reason.OVERTAKEN:
            return [f"{who}: {why}.", "Find out who else manages it, then run `pulumi up` again."]
        case Reason.REFUSED:
            return [f"{who}: the service refuses the switch: {why}.", "Run `pulumi up` again later."]
        case _:
            return [f"{who}: {why}.{because}", _after_failure(attempt)]


def _because(evidence: Evidence) -> str:
    said = "; ".join(reasons(evidence.deployment)[:3])
    log = " | ".join(evidence.log_lines)
    return (f" The service says: {said}." if said else "") + (f" Last log lines: {log}" if log else "")


def _after_failure(attempt: Attempt) -> str:
    if attempt.switch and attempt.return_to and not attempt.may_roll_back:
        return (
            f"It is not rolled back, as the program says; configuration {attempt.return_to} served before. "
            "Revert or correct the configuration and run `pulumi up` again."
        )
    if attempt.switch:
        return "There was no configuration to go back to. Correct the configuration and run `pulumi up` again."
    if attempt.created_at is not None:
        return "Correct the configuration, or run `pulumi up` again: it goes on waiting, or replaces a DEAD deployment."
    return "Run `pulumi up` again; it goes on from here."


def _messages(details: object) -> list[str]:
    """Every text under a key `message`, at any depth: the shape of `statusDetails` is not documented."""
    found: list[str] = []
    if isinstance(details, Mapping):
        for key, value in details.items():
            if key == "message" and isinstance(value, str) and value:
                found.append(value)
            else:
                found += _messages(value)
    elif isinstance(details, Sequence) and not isinstance(details, str):
        for item in details:
            found += _messages(item)
    return found
