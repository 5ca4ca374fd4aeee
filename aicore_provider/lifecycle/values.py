"""The values that `decide` and `reconcile` exchange: observations, goals, attempts and actions.

All are immutable; a change is a copy. Times are seconds on one clock.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from aicore_provider.api.types import Deployment
from aicore_provider.inference import Probe
from aicore_provider.lifecycle.limits import Limits

# --- what was observed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NotCreated:
    """There is no id yet.

    After a POST whose answer was lost, `candidates` are the deployments that it may have made.
    """

    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotVisible:
    """There is an id, and the service does not show the object; that does not prove that it is gone."""


@dataclass(frozen=True)
class Gone:
    """The service itself says, twice, that there is no such object."""


Observed: TypeAlias = NotCreated | NotVisible | Gone | Deployment

# --- what is wanted --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Running:
    """The deployment is to serve this configuration.

    Attributes:
        ttl: life time of a new deployment, such as `10h`.
        may_adopt: True when only this stack deploys the configuration. When the answer to the POST is lost, a single
            new deployment of it is then taken for the one that was made.
        is_configuration_new: True when this process has made the configuration, so that nothing else is on it.
        may_roll_back: whether a switch that fails goes back to the configuration before.
        probe: the request that the configuration must answer once it runs; None where RUNNING is enough.
    """

    configuration_id: str
    ttl: str | None = None
    may_adopt: bool = False
    is_configuration_new: bool = False
    may_roll_back: bool = True
    probe: Probe | None = None


@dataclass(frozen=True)
class Absent:
    """The deployment is to be gone."""


Goal: TypeAlias = Running | Absent

# --- what limits this call, and what it has done so far --------------------------------------------------------------


@dataclass(frozen=True)
class Switch:
    """A PATCH that the service accepted in this call.

    Attributes:
        before: the deployment as it was before. A look just after a PATCH may still show this.
        visible_at: when the wanted configuration was first seen, or None: a list may lag behind the PATCH.
        has_progressed: True once an observation differed from `before` in more than the wanted configuration.
    """

    configuration_id: str
    before: Deployment
    accepted_at: float
    visible_at: float | None = None
    has_progressed: bool = False


@dataclass(frozen=True)
class LostAnswer:
    """POSTs of a deployment that the service may have carried out, without a good answer.

    `at` is when the last of them failed. `others` are the deployments of the same configuration that there were before
    the first.
    """

    at: float
    others: frozenset[str]
    posts: int = 1


@dataclass(frozen=True)
class Refusal:
    """The service refused a call.

    `status` is that of the deployment, as it was observed before the call. `text` is what the service said, with HTTP
    status, code and request id; `because_of_status` is True when it said that the status does not allow this.
    """

    status: str
    text: str
    because_of_status: bool = True


@dataclass(frozen=True)
class Answer:
    """What came of the probes that this call has sent to the configuration that is wanted.

    `status` is the HTTP status of the last answer; 0 when there was none. `text` is what was said in it, with status
    and code, and "" for a success. The first of them was sent at `since`.
    """

    status: int
    text: str
    since: float


@dataclass(frozen=True)
class Evidence:
    """What the service tells about a deployment that failed.

    The deployment has its status details, or is as it was last seen, or None. The lines are the last ones of its log,
    oldest first; empty where they cannot be read.
    """

    deployment: Deployment | None = None
    log_lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why a switch failed, as a text for people. It is kept while the rollback runs.

    The evidence was gathered when the switch was given up. That is `at`, but for a DEAD deployment it is the time of
    the first look that showed it.
    """

    why: str
    evidence: Evidence
    at: float


@dataclass(frozen=True)
class Constraints:
    """What limits one call. With the defaults nothing does.

    Waiting may take `timeout_s` seconds until the deadline; a rollback has the same time again. `limits` say how long
    the service may take to show what it has done.
    """

    deadline: float = math.inf
    timeout_s: float = math.inf
    interrupted: bool = False
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Attempt:
    """What one call has done and seen so far. The default is an empty attempt, as in a preview.

    A request counts as sent, and an object as created, once the service has accepted that.

    Attributes:
        listed: True once a list has shown it.
        lost: set while it is not known whether a POST made a deployment.
        not_found_count: looks in a row in which the service itself said that there is no such object.
        shown: the configurations that looks have shown since this call last sent one; that of a POST counts as shown.
        switch: the last accepted PATCH of a configuration; once `failure` is set, that of the rollback.
        return_to: the configuration for a rollback, fixed before the first PATCH; None when there is none.
        failure: set once a rollback is due; from then on `return_to` is the wanted configuration.
        refusal: the last call that was refused; None again after one that was accepted.
        answer: what came of the probes since this call last sent a configuration; None before the first.
        in_doubt: True once the service may have carried out a PATCH or a DELETE without a good answer.
    """

    created_at: float | None = None
    lost: LostAnswer | None = None
    seen: bool = False
    listed: bool = False
    not_found_count: int = 0
    shown: frozenset[str] = frozenset()
    switch: Switch | None = None
    return_to: str | None = None
    failure: Failure | None = None
    refusal: Refusal | None = None
    answer: Answer | None = None
    stop_sent: bool = False
    deletion_sent: bool = False
    in_doubt: bool = False

    @property
    def has_begun(self) -> bool:
        """Whether this call has changed something at the service, or may have."""
        made = self.created_at is not None or self.switch is not None or self.failure is not None
        return made or self.stop_sent or self.deletion_sent or self.in_doubt

    def after_observing(self, found: Deployment | None, now: float) -> Attempt:
        """Return the attempt after one more look; None stands for the service's own "no such deployment"."""
        if found is None:
            return replace(self, not_found_count=self.not_found_count + 1)
        switch = self.switch
        if switch:
            visible = switch.visible_at is None and found.configuration_id == switch.configuration_id
            switch = replace(
                switch,
                visible_at=now if visible else switch.visible_at,
                has_progressed=switch.has_progressed or _progress(found) != _progress(switch.before),
            )
        shown = self.shown | {found.configuration_id}
        return replace(self, seen=True, not_found_count=0, shown=shown, switch=switch)


def _progress(deployment: Deployment) -> tuple[object, ...]:
    """Return what changes when the runtime takes up a switch. `configuration_id` changes with the PATCH already."""
    return (
        deployment.status,
        deployment.submission_time,
        deployment.start_time,
        deployment.latest_running_configuration_id,
    )


# --- what to do next -------------------------------------------------------------------------------------------------


class Reason(enum.Enum):
    """Kinds of failure."""

    DEAD = "ended DEAD"
    TIMED_OUT = "not done in time"
    INTERRUPTED = "interrupted"
    OVERTAKEN = "changed by somebody else meanwhile"
    LOST = "the answer to the POST was lost"
    REFUSED = "refused by the service"
    UNANSWERED = "runs and does not answer"
    ROLLED_BACK = "rolled back"
    ROLLBACK_FAILED = "the rollback failed as well"


@dataclass(frozen=True)
class Create:
    """POST a deployment of this configuration."""

    configuration_id: str


@dataclass(frozen=True)
class Adopt:
    """Take this deployment for the one that a POST has made whose answer was lost."""

    deployment_id: str


@dataclass(frozen=True)
class Patch:
    """Switch to this configuration with a PATCH."""

    configuration_id: str


@dataclass(frozen=True)
class Rollback:
    """Switch back to the configuration that served before, because the switch failed."""

    configuration_id: str
    why: str


@dataclass(frozen=True)
class Stop:
    """Set the target status STOPPED with a PATCH."""


@dataclass(frozen=True)
class Delete:
    """Send the DELETE."""


@dataclass(frozen=True)
class Verify:
    """Send the probe to what runs, once."""

    probe: Probe


@dataclass(frozen=True)
class Wait:
    """Look again later. `why` is shown to people meanwhile."""

    why: str


@dataclass(frozen=True)
class Done:
    """The goal is reached."""


@dataclass(frozen=True)
class Replace:
    """No request brings this object to the goal, so that a new one is needed."""

    why: str


@dataclass(frozen=True)
class Fail:
    """End the call with an error."""

    reason: Reason
    why: str


Action: TypeAlias = Create | Adopt | Patch | Rollback | Stop | Delete | Verify | Wait | Done | Replace | Fail
