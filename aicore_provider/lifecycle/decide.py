"""Decides what a deployment needs next. `reconcile` acts on it, and a preview asks it too. Sends no requests.

It rests on the service's table of statuses and calls:

| status   | PATCH STOPPED | PATCH configuration | DELETE |
| UNKNOWN  | no            | no                  | yes    |
| PENDING  | yes           | yes                 | no     |
| RUNNING  | yes           | yes                 | no     |
| STOPPING | no            | no                  | no     |
| STOPPED  | no            | no                  | yes    |
| DEAD     | no            | sources disagree    | yes    |

Sources: SAP AI Launchpad's "Deployments" page and the API contract 2.42.0. The contract allows PATCH only in PENDING
and RUNNING, Launchpad's pages in DEAD as well. It is tried once; when the service refuses, the deployment is replaced.
"""

from __future__ import annotations

from dataclasses import replace

from aicore_provider.api.errors import AICoreError, ServiceError
from aicore_provider.api.types import Deployment
from aicore_provider.inference import Probe
from aicore_provider.lifecycle import messages
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
    Fail,
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

_MAY_BE_PATCHED = ("PENDING", "RUNNING", "DEAD")

_ANSWERED = range(200, 300)
_REFUSED = frozenset(range(400, 500)) - {404, 408, 429}
"""HTTP statuses with which a model says no. Others may come from a gateway whose way to the model is not open yet."""

_LOST_POSTS = 3
"""A call ends after so many POSTs in a row without a good answer."""


def decide(
    observed: Observed,
    goal: Goal,
    attempt: Attempt,
    constraints: Constraints,
    now: float,
    looked_at: float | None = None,
) -> Action:
    """Return the next step towards the goal. It has no side effects and reads no clock, and it covers every status.

    `now` is in seconds, on the clock of attempt and constraints. So is `looked_at`, when the service was asked for what
    was observed: an answer that took long says nothing about what happened meanwhile. None stands for now.
    """
    wanted = _wanted(goal, attempt)
    if wanted is None:
        action = _towards_absent(observed)
    else:
        action = _towards_running(observed, wanted, attempt, constraints, now if looked_at is None else looked_at)
    return _within_limits(action, observed, wanted, attempt, constraints, now)


def contradicts(observed: Deployment, goal: Goal, attempt: Attempt, last: Deployment | None = None) -> bool:
    """Whether an observation contradicts what this call has done or seen before, of which `last` is the latest.

    Either a list lags behind, or somebody else has changed the deployment. So `reconcile` asks for the deployment
    itself before it concludes anything.
    """
    if last and _is_older(observed, last):
        return True
    wanted = _wanted(goal, attempt)
    if wanted is None:
        if attempt.deletion_sent:
            return observed.target_status != "DELETED"
        return attempt.stop_sent and observed.target_status not in ("STOPPED", "DELETED")
    return observed.configuration_id != wanted.configuration_id and (
        attempt.switch is not None or wanted.configuration_id in attempt.shown
    )


def _is_older(observed: Deployment, last: Deployment) -> bool:
    moments = ((observed.modified_at, last.modified_at), (observed.submission_time, last.submission_time))
    return any(now is not None and before is not None and now < before for now, before in moments)


def is_gone_when_unlisted(attempt: Attempt) -> bool:
    """Whether a list that lacks the deployment shows that it is gone.

    So it is after the service has accepted its deletion, and a list has shown it before. Otherwise only the service's
    own 404 for it does.
    """
    return attempt.deletion_sent and attempt.listed


def not_found(attempt: Attempt, limits: Limits, looked_at: float) -> NotVisible | Gone:
    """Return what the service's answer "no such deployment" means after the looks of this call."""
    if attempt.deletion_sent:
        return Gone()
    if attempt.created_at is not None and not attempt.seen and looked_at - attempt.created_at < limits.invisible_for_s:
        return NotVisible()
    # One answer may be a fault. The deployment counts as gone when a second answer says the same.
    return Gone() if attempt.not_found_count > 1 else NotVisible()


def unanswered(error: AICoreError, before: Answer | None, now: float) -> Answer:
    """Return what a probe that failed says; `before` is what came of the probes before it, or None."""
    told = (error.status, error.facts) if isinstance(error, ServiceError) else (0, error.first_line)
    return Answer(*told, since=before.since if before else now)


def fallback(deployment: Deployment, wanted: str) -> str | None:
    """Return the configuration that a failed switch to `wanted` goes back to: the one that serves now, or None."""
    serving = deployment.latest_running_configuration_id
    if serving is None and deployment.status == "RUNNING":
        serving = deployment.configuration_id
    return serving if serving != wanted else None


def _wanted(goal: Goal, attempt: Attempt) -> Running | None:
    """Return what the deployment is to be now; None when it is to be gone."""
    match goal:
        case Absent():
            return None
        case Running() if attempt.failure and attempt.return_to:
            # Once a rollback is due, the configuration that served before is what is wanted. It is not asked anything.
            return replace(goal, configuration_id=attempt.return_to, probe=None)
        case Running():
            return goal


def _towards_running(
    observed: Observed, wanted: Running, attempt: Attempt, constraints: Constraints, looked_at: float
) -> Action:
    match observed:
        case NotCreated(candidates) if attempt.lost:
            return _after_lost_answer(candidates, wanted, attempt.lost, constraints, looked_at)
        case NotCreated():
            return Create(wanted.configuration_id) if attempt.created_at is None else Wait("created, id not known yet")
        case NotVisible():
            return Wait("not visible yet")
        case Gone():
            return Replace("it does not exist any more")
        case Deployment():
            return _from_deployment(observed, wanted, attempt, constraints, looked_at)


def _from_deployment(
    observed: Deployment, wanted: Running, attempt: Attempt, constraints: Constraints, looked_at: float
) -> Action:
    limits, configuration_id = constraints.limits, wanted.configuration_id
    match observed:
        case Deployment(target_status="DELETED"):
            return Replace("it is being deleted")
        case Deployment(status="STOPPING" | "STOPPED") | Deployment(target_status="STOPPED"):
            return Replace("it was stopped, and a stopped deployment cannot be started again")
        case Deployment() if why := _overtaken(observed, configuration_id, attempt, limits, looked_at):
            return Fail(Reason.OVERTAKEN, why)
        case Deployment(status="DEAD"):
            return _from_dead(observed, wanted, attempt, constraints, looked_at)
        case Deployment(status="UNKNOWN"):
            # Neither PATCH nor stop is allowed here, so a wanted change waits as well.
            return Wait("UNKNOWN: not taken up by the runtime yet")
        case Deployment(status="PENDING" | "RUNNING") if observed.configuration_id != configuration_id:
            return _from_other_configuration(observed, configuration_id, attempt.switch)
        case Deployment(status="PENDING"):
            return Wait("PENDING: starting")
        case Deployment(status="RUNNING"):
            return _from_running(observed, wanted, attempt, constraints, looked_at)
        case Deployment(status=other):
            return Wait(f"no documented way on from status {other}")


def _after_lost_answer(
    candidates: tuple[str, ...], wanted: Running, lost: LostAnswer, constraints: Constraints, looked_at: float
) -> Action:
    if looked_at - lost.at < constraints.limits.settled_after_s:
        return Wait("the answer to the POST was lost; looking for what it has made")
    if len(candidates) == 1 and wanted.may_adopt:
        return Adopt(candidates[0])
    if candidates:
        return Fail(Reason.LOST, f"one of these may be what it has made: {', '.join(sorted(candidates))}")
    if lost.posts < _LOST_POSTS:
        return Create(wanted.configuration_id)
    return Fail(Reason.LOST, f"{lost.posts} POSTs found no good answer and made nothing that can be seen")


def _from_other_configuration(observed: Deployment, wanted: str, switch: Switch | None) -> Action:
    if switch is None:
        return Patch(wanted)
    return Wait(f"{observed.status}: the switch is accepted, not visible yet")


def _overtaken(observed: Deployment, wanted: str, attempt: Attempt, limits: Limits, looked_at: float) -> str | None:
    """Say why somebody else must have switched the deployment after this call did; None when nothing shows that.

    That is so when another configuration is there after the wanted one was, or one that is neither the wanted one nor
    the one before. While the deployment shows the one before, an accepted PATCH may still become visible, for
    `Limits.taken_up_after_s`.
    """
    there, switch = observed.configuration_id, attempt.switch
    if there == wanted:
        return None
    if wanted in attempt.shown or (switch and there != switch.before.configuration_id):
        return f"somebody else switched it to configuration {there} meanwhile"
    if switch and looked_at - switch.accepted_at >= limits.taken_up_after_s:
        return f"the switch to configuration {wanted} was accepted and never showed; it has {there}, as if put back"
    return None


def _from_running(
    observed: Deployment, wanted: Running, attempt: Attempt, constraints: Constraints, looked_at: float
) -> Action:
    if observed.latest_running_configuration_id not in (wanted.configuration_id, None):
        return Wait("RUNNING: switching, the configuration before still serves")
    if attempt.switch and not _taken_up(attempt.switch, constraints.limits, looked_at):
        return Wait("RUNNING: the switch is accepted, no sign of it yet")
    return Done() if wanted.probe is None else _from_answer(attempt.answer, wanted.probe, constraints, looked_at)


def _from_answer(answer: Answer | None, probe: Probe, constraints: Constraints, looked_at: float) -> Action:
    """Return the next step of a deployment that runs what is wanted, and must answer as well."""
    if answer is None:
        return Verify(probe)
    if answer.status in _ANSWERED:
        return Done()
    given_up_at = min(answer.since + constraints.limits.unanswered_for_s, constraints.deadline)
    if answer.status in _REFUSED or looked_at >= given_up_at:
        return Fail(Reason.UNANSWERED, f"it runs and does not answer: {answer.text}")
    return Verify(probe)


def _from_dead(
    observed: Deployment, wanted: Running, attempt: Attempt, constraints: Constraints, looked_at: float
) -> Action:
    configuration_id = wanted.configuration_id
    if attempt.switch:
        is_taken_up = _taken_up(attempt.switch, constraints.limits, looked_at)
        if observed.configuration_id != configuration_id or not is_taken_up:
            return Wait("DEAD: the switch is accepted, no sign of it yet")
        return Fail(Reason.DEAD, f"it ended DEAD on configuration {observed.configuration_id}")
    if attempt.created_at is not None:
        return Fail(Reason.DEAD, "it ended DEAD")
    if observed.latest_running_configuration_id is None:
        return Replace("it is DEAD and never ran")
    if attempt.refusal and attempt.refusal.status == "DEAD":
        return Replace(f"it is DEAD, and the service refuses to switch a DEAD deployment: {attempt.refusal.text}")
    ended_here = observed.configuration_id == configuration_id != observed.latest_running_configuration_id
    if ended_here and wanted.may_roll_back and not attempt.failure:
        # The switch of an earlier call ended DEAD. It is rolled back first, and the next call tries again.
        return Fail(Reason.DEAD, f"it ended DEAD on configuration {configuration_id}")
    return Patch(configuration_id)


def _towards_absent(observed: Observed) -> Action:
    match observed:
        case NotCreated() | Gone():
            return Done()
        case NotVisible():
            return Wait("not visible: asking once more")
        case Deployment(target_status="DELETED"):
            # The deployment stays readable for a while after the service has accepted the DELETE.
            return Wait("deletion accepted, record still listed")
        case Deployment(status="UNKNOWN" | "STOPPED" | "DEAD"):
            return Delete()
        case Deployment(status="STOPPING"):
            return Wait("STOPPING: DELETE is refused until it is STOPPED")
        case Deployment(status="PENDING" | "RUNNING", target_status="STOPPED"):
            return Wait("stop accepted, status not there yet")
        case Deployment(status="PENDING" | "RUNNING"):
            return Stop()
        case Deployment(status=other):
            return Wait(f"no documented way on from status {other}")


def _within_limits(
    action: Action,
    observed: Observed,
    wanted: Running | None,
    attempt: Attempt,
    constraints: Constraints,
    now: float,
) -> Action:
    """Return the action, or another one because of the time limits, a refusal or a failed switch."""
    match action:
        case Fail(Reason.DEAD | Reason.UNANSWERED as failed, why):
            return _after_failed_switch(failed, why, observed, wanted, attempt)
        case Done() if attempt.failure:
            return Fail(Reason.ROLLED_BACK, attempt.failure.why)
        case Replace(why) if attempt.failure:
            return Fail(Reason.ROLLBACK_FAILED, why)
        case Patch() if attempt.failure and not attempt.refusal:
            # The rollback, whose first request got no answer. It is sent again even after an interruption.
            return action
        case Wait(why) if constraints.interrupted:
            return Fail(Reason.INTERRUPTED, why)
        case Verify() if constraints.interrupted:
            return Fail(Reason.INTERRUPTED, "it runs, and has not answered yet")
        case Create() | Patch() | Stop() | Delete() if constraints.interrupted:
            return Fail(Reason.INTERRUPTED, "interrupted before the next call")
        case Wait(why) if now >= constraints.deadline:
            why = messages.late(constraints.timeout_s, why)
            return _after_failed_switch(Reason.TIMED_OUT, why, observed, wanted, attempt)
        case Patch() if attempt.refusal and _refused_in(observed, attempt.refusal):
            return Fail(Reason.ROLLBACK_FAILED if attempt.failure else Reason.REFUSED, attempt.refusal.text)
        case Patch() | Stop() | Delete() if attempt.refusal and now >= constraints.deadline:
            late, refusal = f"not done within {messages.duration(constraints.timeout_s)}", attempt.refusal
            reason = Reason.ROLLBACK_FAILED if attempt.failure else Reason.TIMED_OUT
            return Fail(reason, f"{late}, refused in {refusal.status}: {refusal.text}")
        case _:
            return action


def _after_failed_switch(
    reason: Reason, why: str, observed: Observed, wanted: Running | None, attempt: Attempt
) -> Action:
    if attempt.failure:
        return Fail(Reason.ROLLBACK_FAILED, why)
    if wanted and wanted.may_roll_back and isinstance(observed, Deployment) and observed.status in _MAY_BE_PATCHED:
        # Without a PATCH in this call, it is the switch of an earlier one that failed.
        back = attempt.return_to or (None if attempt.switch else fallback(observed, wanted.configuration_id))
        if back:
            return Rollback(back, why)
    return Fail(reason, why)


def _refused_in(observed: Observed, refusal: Refusal) -> bool:
    """Whether the status is still the one in which the request was refused, so that no change of status explains it."""
    return refusal.because_of_status and isinstance(observed, Deployment) and refusal.status == observed.status


def _taken_up(switch: Switch, limits: Limits, looked_at: float) -> bool:
    if switch.has_progressed:
        return True
    return switch.visible_at is not None and looked_at - switch.visible_at >= limits.taken_up_after_s
