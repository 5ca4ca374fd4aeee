"""Errors of `reconcile`. Each carries the id and the deployment as it was last seen."""

from __future__ import annotations

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.types import Deployment
from aicore_provider.unexpected import summary_of


class DeploymentError(AICoreError):
    """Root of these errors.

    `what` tells what happened, without what to do next; that is `next_step`, which is "" where the caller adds it. The
    deployment is as it was last seen, or None; its id is "" when the text is about none. `switch_refused` is True when
    it is DEAD and the service refuses to switch it, so that it must be replaced.
    """

    def __init__(
        self,
        what: str,
        next_step: str = "",
        *,
        deployment_id: str = "",
        deployment: Deployment | None = None,
        switch_refused: bool = False,
    ) -> None:
        super().__init__(f"{what}\n{next_step}" if next_step else what)
        self.what = what
        self.next_step = next_step
        self.deployment_id = deployment_id
        self.deployment = deployment
        self.switch_refused = switch_refused


class DeploymentFailed(DeploymentError):
    """It ended DEAD."""


class DeploymentTimedOut(DeploymentError):
    """It did not get there in the time given."""


class DeploymentUnanswered(DeploymentError):
    """It runs, and does not answer the request that is to verify that."""


class DeploymentInterrupted(DeploymentError):
    """The user interrupted the wait."""


class DeploymentOvertaken(DeploymentError):
    """Somebody else changed it while it was waited for."""


class SwitchRolledBack(DeploymentError):
    """The switch failed and the configuration before serves again."""


class RollbackFailed(DeploymentError):
    """The switch failed, and so did going back."""


class AnswerLost(DeploymentError):
    """The answer to a POST was lost. It may have made a deployment, and it is not known which one."""


class ReplacementNeeded(DeploymentError):
    """No request brings this deployment to what is wanted, so that a new one is needed."""


class CallFailed(DeploymentError):
    """A request failed: any request of a deletion, or one of another call after that had changed something."""


class DeploymentFault(DeploymentError):
    """This package has a fault, which showed while a deployment was made, changed or waited for. It is the cause."""

    def __init__(self, cause: Exception, deployment_id: str) -> None:
        super().__init__(
            f"Deployment {deployment_id}: aicore-provider has a fault: {summary_of(cause)}.",
            "It exists, and what was begun goes on by itself; run the command again. Where that fails as well, run it "
            "with `--debug`, and send the lines about the fault to the project's maintainers.",
            deployment_id=deployment_id,
        )
