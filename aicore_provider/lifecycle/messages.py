"""Texts about one deployment: lines of progress, and errors of a few lines.

A text says only what follows from what this call has done and observed. An error keeps what happened apart from what to
do next, so that a caller who knows more, such as which deployment was to be replaced, can add it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from aicore_provider.api.errors import AICoreError, shortened
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.errors import (
    AnswerLost,
    CallFailed,
    DeploymentError,
    DeploymentFailed,
    DeploymentInterrupted,
    DeploymentOvertaken,
    DeploymentTimedOut,
    DeploymentUnanswered,
    ReplacementNeeded,
    RollbackFailed,
    SwitchRolledBack,
)
from aicore_provider.lifecycle.values import (
    Absent,
    Action,
    Adopt,
    Attempt,
    Create,
    Delete,
    Evidence,
    Fail,
    Failure,
    Goal,
    Reason,
    Replace,
    Running,
    Stop,
)

_ERRORS: Mapping[Reason, type[DeploymentError]] = {
    Reason.DEAD: DeploymentFailed,
    Reason.TIMED_OUT: DeploymentTimedOut,
    Reason.INTERRUPTED: DeploymentInterrupted,
    Reason.OVERTAKEN: DeploymentOvertaken,
    Reason.LOST: AnswerLost,
    Reason.REFUSED: DeploymentFailed,
    Reason.UNANSWERED: DeploymentUnanswered,
    Reason.ROLLED_BACK: SwitchRolledBack,
    Reason.ROLLBACK_FAILED: RollbackFailed,
}
_DELETE_AGAIN = "Run the command again; it goes on from here."
_LONGEST_PATH = 100
_LONGEST_REASON = 200
_LONGEST_REASONS = 1000
"""Characters of the keys before a text of the service, of the text, and of all such texts of one error."""


def progress(why: str, what: str, waited_s: float) -> str:
    """Return the line for a call that waits."""
    minutes, seconds = divmod(int(waited_s), 60)
    return f"{what}: {why} ({minutes}:{seconds:02d})"


def accepted(action: Action) -> str:
    """Say what the service has accepted, while nothing can have come of it yet; "" when nothing was sent."""
    match action:
        case Adopt():
            return ""
        case Create():
            return "created"
        case Stop():
            return "stop accepted"
        case Delete():
            return "deletion accepted"
        case _:
            return "the switch is accepted"


def no_answer(error: AICoreError) -> str:
    """Say why a call waits after a request that failed."""
    return f"no proper answer from the service: {error.first_line}"


def late(timeout_s: float, why: str) -> str:
    """Say why a call ends that waited too long: `not done within 1 min 30 s, last seen as: PENDING`."""
    return f"not done within {duration(timeout_s)}, last seen as: {why}"


def duration(seconds: float) -> str:
    """Return a number of seconds as a text, such as `10 min`, `1 min 30 s` or `0.5 s`."""
    minutes, rest = divmod(round(seconds, 3), 60)
    if not minutes:
        return f"{rest:g} s"
    return f"{minutes:g} min {rest:g} s" if rest else f"{minutes:g} min"


def error(
    action: Replace | Fail, deployment_id: str | None, goal: Goal, attempt: Attempt, evidence: Evidence, now: float
) -> DeploymentError:
    """Return the error for an action that ends the call. `now` is in seconds, on the clock of the attempt."""
    who = f"Deployment {deployment_id}" if deployment_id else "The new deployment"
    match action:
        case Replace(why):
            kind: type[DeploymentError] = ReplacementNeeded
            what, next_step = f"{who}: {why}.", _how_a_new_one_comes(attempt)
        case Fail(reason, why):
            kind = _ERRORS[reason]
            what = _what_failed(who, reason, why, goal, attempt, evidence, now)
            next_step = _next_step(reason, deployment_id, goal, attempt, evidence)
    return kind(
        what,
        next_step,
        deployment_id=deployment_id or "",
        deployment=evidence.deployment,
        switch_refused=_is_switch_refused(attempt),
    )


def call_failed(
    cause: AICoreError, deployment_id: str, goal: Goal, attempt: Attempt, deployment: Deployment | None
) -> CallFailed:
    """Return the error for a failed request of a deletion, or for one after this call had changed something."""
    who = f"Deployment {deployment_id}"
    what, next_step = f"{who}: {cause}", "What was begun goes on by itself; `pulumi up` goes on waiting for it."
    if attempt.failure:
        what = f"{_switch_failed(who, goal, attempt.failure)}\n{_way_back(attempt)}; then: {cause}"
        next_step = "`pulumi up` tries the switch again."
    elif isinstance(goal, Absent):
        happened, *advice = str(cause).splitlines()
        what = f"{who}: {happened.rstrip('.')}. {_how_far_the_deletion_is(attempt, deployment)}"
        next_step = "\n".join([*advice, _DELETE_AGAIN])
    elif _is_switch_in_doubt(goal, attempt):
        what = f"{who}: {cause.first_line.rstrip('.')}. {_in_doubt(goal)}"
        next_step = (
            "Run `pulumi up` again; it goes on from here. To go back instead, revert the change and run "
            "`pulumi up --refresh`."
        )
    return CallFailed(what, next_step, deployment_id=deployment_id, deployment=deployment)


def reasons(deployment: Deployment | None) -> str:
    """Return what the service says about a status: `statusMessage`, and every text in `statusDetails` with its keys.

    The contract does not document the shape of `statusDetails`, so that any is accepted.
    """
    if deployment is None:
        return ""
    told = [shortened(deployment.status_message, _LONGEST_REASON)] if deployment.status_message else []
    told += [f"{path}: {text}" if path else text for path, text in _texts(deployment.status_details)]
    shown: list[str] = []
    for text in dict.fromkeys(told):
        if sum(map(len, shown)) + len(text) > _LONGEST_REASONS:
            return "; ".join([*shown, "…"])
        shown.append(text)
    return "; ".join(shown)


def _what_failed(
    who: str, reason: Reason, why: str, goal: Goal, attempt: Attempt, evidence: Evidence, now: float
) -> str:
    wanted = goal.configuration_id if isinstance(goal, Running) else ""
    if attempt.lost:
        return (
            f"{who} of configuration {wanted}: the service gave no good answer to the POST; {why}.\n"
            "It may have made one, whose id is not known here."
        )
    if failed := attempt.failure:
        ended = _how_going_back_ended(reason, why, failed, attempt, evidence, now)
        return f"{_switch_failed(who, goal, failed)}\n{ended}"
    if isinstance(goal, Absent):
        ended = f"interrupted ({why})" if reason is Reason.INTERRUPTED else why
        return f"{who}: {ended}. {_how_far_the_deletion_is(attempt, evidence.deployment)}{_because(evidence)}"
    match reason:
        case Reason.INTERRUPTED:
            begun = ""
            if isinstance(goal, Running) and _is_switch_in_doubt(goal, attempt):
                begun = f"\n{_in_doubt(goal)}"
            elif (attempt.switch or attempt.in_doubt) and not attempt.answer:
                begun = f"\nThe switch to configuration {wanted} goes on by itself."
            return f"{who}: interrupted ({why}).{begun}"
        case Reason.REFUSED:
            return f"{who}: the service refuses the switch: {why}."
        case Reason.OVERTAKEN:
            return f"{who}: {why}."
        case _:
            return f"{who}: {why}.{_because(evidence)}"


def _next_step(reason: Reason, deployment_id: str | None, goal: Goal, attempt: Attempt, evidence: Evidence) -> str:
    if attempt.lost:
        if isinstance(goal, Running) and goal.may_adopt:
            return "`aicore-provider orphans` shows it then, and tells how to remove it."
        # Others may deploy the configuration as well, so that a new deployment may be theirs.
        return "`aicore-provider deployments` shows it then; to `aicore-provider orphans` it is not this stack's."
    match reason:
        case Reason.OVERTAKEN:
            return "Find out who else manages it, then run `pulumi up` again."
        case Reason.ROLLED_BACK:
            return "The next `pulumi up` tries the switch again."
        case Reason.ROLLBACK_FAILED:
            return _after_failed_rollback(attempt, evidence.deployment)
        case Reason.INTERRUPTED if attempt.failure:
            return "The next `pulumi up` tries the switch again."
        case _ if isinstance(goal, Absent):
            return _DELETE_AGAIN
        case Reason.INTERRUPTED if deployment_id is None:
            return "Nothing was made. Run `pulumi up` again."
        case Reason.INTERRUPTED:
            return "The next `pulumi up` goes on from here."
        case Reason.REFUSED:
            return "Run `pulumi up` again later."
        case _:
            return _after_failure(reason, goal, attempt)


def _switch_failed(who: str, goal: Goal, failed: Failure) -> str:
    wanted = goal.configuration_id if isinstance(goal, Running) else ""
    return f"{who}: the switch to configuration {wanted} failed, {failed.why}.{_because(failed.evidence)}"


def _how_going_back_ended(
    reason: Reason, why: str, failed: Failure, attempt: Attempt, evidence: Evidence, now: float
) -> str:
    match reason:
        case Reason.ROLLED_BACK:
            return (
                f"It was rolled back, which took {now - failed.at:.0f} s: "
                f"configuration {attempt.return_to} serves again, with the same URL."
            )
        case Reason.INTERRUPTED:
            return f"Interrupted. {_way_back(attempt)}."
        case Reason.OVERTAKEN:
            return f"The rollback to configuration {attempt.return_to} was overtaken: {why}."
        case _:
            serving = _what_serves(attempt, evidence.deployment)
            return f"Going back to configuration {attempt.return_to} failed as well: {why.rstrip('.')}. {serving}"


def _is_switch_in_doubt(goal: Running, attempt: Attempt) -> bool:
    """Whether nobody knows if the service has accepted the switch of this call."""
    return attempt.in_doubt and not attempt.switch and goal.configuration_id not in attempt.shown


def _in_doubt(goal: Running) -> str:
    return f"Whether the switch to configuration {goal.configuration_id} was accepted is not known."


def _way_back(attempt: Attempt) -> str:
    """Say how far the rollback has come."""
    if attempt.switch:
        return f"The rollback to configuration {attempt.return_to} runs, and goes on by itself"
    if attempt.refusal:
        return f"The rollback to configuration {attempt.return_to} was refused: {attempt.refusal.text.rstrip('.')}"
    return f"Whether the rollback to configuration {attempt.return_to} was accepted is not known"


def _how_far_the_deletion_is(attempt: Attempt, deployment: Deployment | None) -> str:
    status, target = (deployment.status, deployment.target_status) if deployment else ("", "")
    if attempt.deletion_sent or target == "DELETED":
        return "Its deletion was accepted."
    if status == "STOPPED":
        return "It is stopped, not deleted: its record stays until it is deleted."
    if attempt.stop_sent or status == "STOPPING" or target == "STOPPED":
        return "It is being stopped, and not deleted."
    if attempt.in_doubt:
        return "Whether the service has begun to stop or delete it is not known."
    return "Nothing is known to have changed."


def _what_serves(attempt: Attempt, deployment: Deployment | None) -> str:
    if _is_over(attempt, deployment):
        return "It serves nothing any more."
    if deployment and deployment.status == "RUNNING" and deployment.latest_running_configuration_id:
        return f"Configuration {deployment.latest_running_configuration_id} serves."
    return "It may serve nothing now."


def _after_failed_rollback(attempt: Attempt, deployment: Deployment | None) -> str:
    if _is_over(attempt, deployment):
        return _how_a_new_one_comes(attempt)
    if _is_switch_refused(attempt):
        return "The next `pulumi up` replaces it: the service switches no DEAD deployment."
    return (
        f"`pulumi up` tries the switch again; to go back to configuration {attempt.return_to} instead, revert the "
        "change and run `pulumi up --refresh`."
    )


def _after_failure(reason: Reason, goal: Running, attempt: Attempt) -> str:
    back, switch = attempt.return_to, attempt.switch
    if switch and back and not goal.may_roll_back:
        return (
            f"It is not rolled back, as the program says; configuration {back} served before. "
            "Correct the configuration and run `pulumi up` again, or revert it and run `pulumi up --refresh`."
        )
    if switch and back:
        return (
            f"It was not rolled back to configuration {back}, which served before: its status did not allow that. "
            "Run `pulumi up` again; it goes on from here."
        )
    if switch:
        return "There was no configuration to go back to. Correct the configuration and run `pulumi up` again."
    if attempt.created_at is not None and reason is Reason.DEAD:
        return "Correct the configuration and run `pulumi up` again: it replaces the DEAD deployment."
    if reason is Reason.UNANSWERED:
        return "Run `pulumi up` again: it asks once more, or switches it where the configuration was corrected."
    if attempt.created_at is not None:
        return "Run `pulumi up` again: it goes on waiting, or switches it where the configuration was corrected."
    return "Run `pulumi up` again; it goes on from here."


def _how_a_new_one_comes(attempt: Attempt) -> str:
    # Only a refresh removes a deployment that is gone from the state.
    with_refresh = (
        ", with `--refresh` where the project does not say `refresh: always`" if attempt.not_found_count else ""
    )
    return f"The next `pulumi up` makes a new one{with_refresh}."


def _is_over(attempt: Attempt, deployment: Deployment | None) -> bool:
    """Whether it certainly does not serve any more."""
    return attempt.not_found_count > 0 or (
        deployment is not None
        and (deployment.status in ("STOPPING", "STOPPED") or deployment.target_status in ("STOPPED", "DELETED"))
    )


def _is_switch_refused(attempt: Attempt) -> bool:
    refusal = attempt.refusal
    return bool(refusal and refusal.status == "DEAD" and refusal.because_of_status)


def _because(evidence: Evidence) -> str:
    said = reasons(evidence.deployment)
    log = " | ".join(evidence.log_lines)
    return (f" The service says: {said}." if said else "") + (f" Last log lines: {log}" if log else "")


def _texts(details: object) -> Iterator[tuple[str, str]]:
    """Return every text, number and boolean at any depth, with its keys, such as `reconciler.message[0].code`."""
    pending: list[tuple[str, object]] = [("", details)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, Mapping):
            pending += reversed([(_longer(f"{path}.{key}" if path else key), each) for key, each in value.items()])
        elif isinstance(value, list):
            pending += reversed([(_longer(f"{path}[{index}]"), each) for index, each in enumerate(value)])
        elif value not in (None, ""):
            yield path, shortened(value if isinstance(value, str) else json.dumps(value), _LONGEST_REASON)


def _longer(path: str) -> str:
    return path if len(path) <= _LONGEST_PATH else "…" + path[1 - _LONGEST_PATH :]
