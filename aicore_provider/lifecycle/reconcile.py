"""The loop that brings a deployment to a goal: observe, decide, act, wait.

`decide` has the rules; this module sends the requests. Creating, switching, deleting and going on after an interruption
are this loop with another goal or another first observation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import overload

from aicore_provider.api.errors import (
    AICoreError,
    CredentialsError,
    InvalidRequest,
    NotFound,
    NotSent,
    TokenUnavailable,
    TooManyRequests,
    WrongState,
)
from aicore_provider.api.types import Deployment
from aicore_provider.inference import Probe
from aicore_provider.lifecycle import messages
from aicore_provider.lifecycle.context import Context
from aicore_provider.lifecycle.decide import (
    contradicts,
    decide,
    fallback,
    is_gone_when_unlisted,
    not_found,
    unanswered,
)
from aicore_provider.lifecycle.errors import DeploymentError, DeploymentFault
from aicore_provider.lifecycle.observe import gather_evidence, look
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
    LostAnswer,
    NotCreated,
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
from aicore_provider.lifecycle.waiting import Outage, is_transient


@overload
def reconcile(goal: Running, context: Context, *, timeout_s: float, deployment_id: str | None = None) -> Deployment: ...
@overload
def reconcile(goal: Absent, context: Context, *, timeout_s: float, deployment_id: str) -> None: ...
def reconcile(goal: Goal, context: Context, *, timeout_s: float, deployment_id: str | None = None) -> Deployment | None:
    """Bring one deployment to the goal and return it; None when the goal was that there is none.

    Without a `deployment_id` it creates one. It gives up after `timeout_s` seconds; a rollback has the same time again.

    Raises:
        DeploymentError: the goal was not reached; the subclass tells why, and carries the id.
        AICoreError: the first request failed, and nothing was changed.
    """
    started = context.clock.now()
    constraints = Constraints(started + timeout_s, timeout_s, limits=context.limits)
    run = _Run(goal, context, constraints, started, deployment_id)
    try:
        return run.to_the_end()
    except AICoreError:
        raise
    except Exception as error:
        if run.id is None:
            raise
        raise DeploymentFault(error, run.id) from error


@dataclass
class _Run:
    """One call: its goal, the id, the attempt so far, and the constraints."""

    goal: Goal
    context: Context
    constraints: Constraints
    started: float
    id: str | None
    attempt: Attempt = field(default_factory=Attempt)
    others: frozenset[str] = frozenset()
    made: set[str] = field(default_factory=set)
    last: Deployment | None = None
    accepted: str = ""
    outage: Outage | None = None

    def __post_init__(self) -> None:
        self.clock = self.context.clock
        self.asked_after = self.context.fresh
        self.looked_at = self.since = self.started

    def to_the_end(self) -> Deployment | None:
        if isinstance(self.goal, Running) and self.id is None:
            self._make(self.goal.configuration_id)
        while not self._step():
            pass
        self._report("RUNNING" if isinstance(self.goal, Running) else "deleted")
        return self.last if isinstance(self.goal, Running) else None

    def _make(self, configuration_id: str) -> None:
        """Go on until there is an id. Meanwhile no other call of this process deploys the configuration."""
        with self.context.post_locks.hold(configuration_id) as posts:
            self.made = posts.made
            is_new = isinstance(self.goal, Running) and self.goal.is_configuration_new and posts.is_first
            if not is_new:
                there = self.context.watcher.look(self.started).by_configuration
                self.others = there.get(configuration_id, frozenset())
            while self.id is None:
                self._step()
            self.made.add(self.id)

    def _step(self) -> bool:
        """Observe, decide, act; True when the goal is reached."""
        if self.accepted and self.id is not None:
            # Right after it nothing can have happened. Not in `_act`, whose caller may hold a lock.
            self._wait(self.accepted)
            self.accepted = ""
        begun_at = self.clock.now()
        try:
            observed = self._observe()
            action = self._decide(observed)
            if isinstance(action, Verify) and self.id:
                self._verify(self.id, action.probe)
                action = self._decide(observed)
            match action:
                case Done():
                    self.context.watcher.note_ready()
                    return True
                case Replace() | Fail():
                    raise self._error(action, self._evidence())
                case Verify() if self.attempt.answer:
                    self._wait(f"RUNNING: it does not answer yet: {self.attempt.answer.text}")
                case Wait(why):
                    self._wait(why)
                case _:
                    self._act(action, observed)
            self.outage = None
        except DeploymentError:
            raise
        except AICoreError as error:
            self._endure(error, begun_at)
        return False

    def _decide(self, observed: Observed) -> Action:
        self.constraints = replace(self.constraints, interrupted=self.context.interrupted.is_set())
        return decide(observed, self.goal, self.attempt, self.constraints, self.clock.now(), self.looked_at)

    def _observe(self) -> Observed:
        if self.id is None:
            return self._not_created()
        # The next look must be newer than this one, and newer than any call made meanwhile.
        is_doubtful = partial(contradicts, goal=self.goal, attempt=self.attempt, last=self.last)
        is_gone = is_gone_when_unlisted(self.attempt)
        found, self.looked_at = look(
            self.id, self.context, self.asked_after, is_doubtful, is_gone_when_unlisted=is_gone
        )
        self.asked_after = self.looked_at
        self.attempt = self.attempt.after_observing(found, self.clock.now())
        if (snapshot := self.context.watcher.latest) and self.id in snapshot.deployments:
            self.attempt = replace(self.attempt, listed=True)
        if found is None:
            return not_found(self.attempt, self.context.limits, self.looked_at)
        self.last = found
        return found

    def _not_created(self) -> NotCreated:
        """Look for the deployments that a POST whose answer was lost may have made."""
        if not self.attempt.lost or not isinstance(self.goal, Running):
            return NotCreated()
        snapshot = self.context.watcher.look(self.asked_after)
        self.asked_after, self.looked_at = self.clock.now(), snapshot.asked_at
        there = snapshot.by_configuration.get(self.goal.configuration_id, frozenset())
        return NotCreated(tuple(there - self.attempt.lost.others - self.made))

    def _act(self, action: Action, observed: Observed) -> None:
        if self.attempt.has_begun:
            self.context.watcher.note_ready()
        try:
            self._write(action, observed)
        except (WrongState, NotFound, InvalidRequest) as error:
            refused_for_good = isinstance(error, InvalidRequest) and not self.attempt.failure
            if refused_for_good or not isinstance(observed, Deployment):
                raise
            # Either the status has changed since the look, or it does not allow this. The next look tells which.
            because_of_status = not isinstance(error, NotFound)
            self.attempt = replace(self.attempt, refusal=Refusal(observed.status, error.facts, because_of_status))
            self._wait(f"refused in {observed.status}: {error.facts}")
        else:
            self.attempt = replace(self.attempt, refusal=None)
            self.since = self.clock.now()
            self.accepted = messages.accepted(action)

    def _write(self, action: Action, observed: Observed) -> None:
        try:
            self._send(action, observed)
        finally:
            self.context.watcher.note_write()
            self.asked_after = self.clock.now()

    def _send(self, action: Action, observed: Observed) -> None:
        deployments, attempt = self.context.deployments, self.attempt
        match action:
            case Create(configuration_id) if isinstance(self.goal, Running):
                self.id = deployments.create(configuration_id, ttl=self.goal.ttl)
                shown = frozenset({configuration_id})
                self.attempt = replace(attempt, created_at=self.clock.now(), shown=shown, lost=None)
            case Adopt(deployment_id) if isinstance(self.goal, Running):
                # A list has shown that it has this configuration.
                self.id, shown = deployment_id, frozenset({self.goal.configuration_id})
                self.attempt = replace(attempt, created_at=self.clock.now(), seen=True, shown=shown, lost=None)
            case Patch(configuration_id) if isinstance(observed, Deployment) and self.id:
                if not attempt.failure:
                    self.attempt = replace(attempt, return_to=fallback(observed, configuration_id))
                self._switch(self.id, observed, configuration_id)
            case Rollback(configuration_id, why) if isinstance(observed, Deployment) and self.id:
                # Noted before the request, whose answer may be lost: the error must tell what failed.
                evidence, now = self._evidence(), self.clock.now()
                failure = Failure(why, evidence, at=now)
                self.attempt = replace(attempt, return_to=configuration_id, switch=None, refusal=None, failure=failure)
                self.constraints = replace(self.constraints, deadline=now + self.constraints.timeout_s)
                self._report(f"{why}; going back to configuration {configuration_id}")
                self._switch(self.id, observed, configuration_id)
            case Stop() if self.id:
                deployments.stop(self.id)
                self.attempt = replace(attempt, stop_sent=True)
            case Delete() if self.id:
                deployments.delete(self.id)
                self.attempt = replace(attempt, deletion_sent=True)
            case _:
                raise AssertionError(f"{action} cannot follow {observed}")

    def _verify(self, deployment_id: str, probe: Probe) -> None:
        """Send the probe, and note what came of it."""
        try:
            self.context.deployments.ask(deployment_id, probe.method, probe.path, probe.body)
        except (CredentialsError, TokenUnavailable):
            raise  # nothing was sent, so this says nothing about what runs there
        except AICoreError as error:
            answer = unanswered(error, self.attempt.answer, self.clock.now())
        else:
            answer = Answer(HTTPStatus.OK, "", since=self.clock.now())
        self.attempt = replace(self.attempt, answer=answer)

    def _switch(self, deployment_id: str, observed: Deployment, configuration_id: str) -> None:
        # Cleared before the request, whose answer may be lost: earlier looks say nothing about this switch.
        self.attempt = replace(self.attempt, shown=frozenset(), answer=None)
        self.context.deployments.switch(deployment_id, configuration_id)
        switch = Switch(configuration_id, before=observed, accepted_at=self.clock.now())
        self.attempt = replace(self.attempt, switch=switch)

    def _wait(self, why: str) -> None:
        self._report(why)
        watcher, interrupted = self.context.watcher, self.context.interrupted
        pace, waited_s, quickest_s = self.context.limits.pace, self.clock.now() - self.since, self._quickest_s()
        step_s = pace.step_s(waited_s, quickest_s)
        reached = watcher.wait(
            max(step_s, pace.tick_s) if self.outage else step_s,
            deadline=self.constraints.deadline,
            interrupted=interrupted,
            is_due=pace.is_due(waited_s, quickest_s),
        )
        self.asked_after = max(self.asked_after, reached)

    def _quickest_s(self) -> float | None:
        """How long the quickest deployment of this executable took to start, as far as lists have told."""
        if isinstance(self.goal, Absent) or not self.last or not self.last.executable_id:
            return None
        return self.context.watcher.quickest_s(self.last.executable_id)

    def _report(self, what: str) -> None:
        waited = self.clock.now() - self.started
        self.context.report(messages.progress(what, self.id or "deployment", waited))

    def _endure(self, error: AICoreError, begun_at: float) -> None:
        """Go on after a failed request, begun at that time, when a later look can tell more; else raise an error."""
        is_first, begun = self.outage is None, self.attempt.has_begun
        is_refused_for_now = begun and is_first and isinstance(error, TooManyRequests)
        if isinstance(error, NotSent) or (is_refused_for_now and self.context.interrupted.is_set()):
            # It was not carried out. `decide` says what is sent after an interruption; then no request is held back.
            self.outage = self.outage or Outage(begun_at)
            return
        self.outage = self.outage.with_one_more() if self.outage else Outage(begun_at)
        if self.id is None:
            self._endure_without_id(error, self.outage)
            return
        if begun and self.context.interrupted.is_set():
            interrupted = Fail(Reason.INTERRUPTED, "the service did not answer")
            raise self._error(interrupted, Evidence(self.last)) from None
        if error.maybe_committed:
            self.attempt = replace(self.attempt, in_doubt=True)
        may_pass = error.maybe_committed or (begun and is_transient(error))
        if may_pass and not self._is_outage_too_long(self.outage):
            self._wait(messages.no_answer(error))
        elif self.attempt.has_begun or isinstance(self.goal, Absent):
            raise messages.call_failed(error, str(self.id), self.goal, self.attempt, self.last) from None
        else:
            raise error

    def _endure_without_id(self, error: AICoreError, outage: Outage) -> None:
        """Go on after a POST that may have made a deployment; raise the error of one that was refused."""
        lost = self.attempt.lost
        if error.maybe_committed:
            now = self.clock.now()
            lost = LostAnswer(now, self.others) if lost is None else replace(lost, at=now, posts=lost.posts + 1)
            self.attempt = replace(self.attempt, lost=lost)
        elif lost is None:
            raise error
        elif self._is_outage_too_long(outage) or not is_transient(error):
            gave_up = Fail(Reason.LOST, error.first_line)
            raise self._error(gave_up, Evidence()) from None
        self._wait(messages.no_answer(error))

    def _is_outage_too_long(self, outage: Outage) -> bool:
        limits, deadline = self.context.limits, self.constraints.deadline
        return outage.is_too_long(self.clock.now(), limits.outage_s, deadline=deadline)

    def _error(self, action: Replace | Fail, evidence: Evidence) -> DeploymentError:
        now = self.clock.now()
        return messages.error(action, self.id, self.goal, self.attempt, evidence, now)

    def _evidence(self) -> Evidence:
        if self.id is None or self.constraints.interrupted:
            return Evidence(self.last)
        return gather_evidence(self.id, self.context, self.last)
