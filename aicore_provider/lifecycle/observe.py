"""Observes one deployment: in the list first, and by its id when the list does not tell enough."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.context import Context
from aicore_provider.lifecycle.decide import not_found
from aicore_provider.lifecycle.values import Attempt, Evidence, Gone

_LOG_LINES = 3


def look(
    deployment_id: str,
    context: Context,
    asked_after: float,
    is_doubtful: Callable[[Deployment], bool] = lambda _: False,
    *,
    is_gone_when_unlisted: bool = False,
) -> tuple[Deployment | None, float]:
    """Return the deployment, and when the service was asked; None when the service itself says that there is none.

    The list must have been requested later than `asked_after`, on the clock, in seconds. The deployment itself is
    requested when `is_doubtful` says that what the list shows may be out of date, or when the list lacks it, which does
    not show that it is gone. Pass `is_gone_when_unlisted` only after the service has accepted its deletion and has
    listed it before: then it is gone when a list lacks it.

    Raises:
        AICoreError: the service did not answer, or a gateway answered instead.
    """
    asked_at = context.clock.now()
    with suppress(Forbidden, NotFound):
        snapshot = context.watcher.look(asked_after)
        asked_at = snapshot.asked_at
        found = snapshot.deployments.get(deployment_id)
        if found and not is_doubtful(found):
            return found, asked_at
        if found is None and is_gone_when_unlisted:
            return None, asked_at
    try:
        return context.deployments.get(deployment_id), asked_at
    except (Forbidden, NotFound) as refusal:
        context.client.resource_groups.confirm_object_absent(context.resource_group, refusal)
        return None, asked_at


def gather_evidence(deployment_id: str, context: Context, last_seen: Deployment | None) -> Evidence:
    """Return status details and the last log lines of a deployment that failed, as far as they can be read."""
    try:
        deployment: Deployment | None = context.deployments.get(deployment_id)
    except AICoreError:
        deployment = last_seen
    try:
        lines = context.deployments.logs(deployment_id, _LOG_LINES)
    except AICoreError:
        lines = ()
    return Evidence(deployment, tuple(line.msg.strip() for line in lines if line.msg.strip()))


def observe(deployment_id: str, context: Context) -> Deployment | Gone:
    """Return a deployment of the state as it is now; `Gone` only when two looks in a row say so.

    Raises:
        AICoreError: the service does not tell.
    """
    attempt, clock, limits = Attempt(), context.clock, context.limits
    asked_after = context.fresh
    while True:
        found, asked_after = look(deployment_id, context, asked_after)
        if found:
            return found
        attempt = attempt.after_observing(None, clock.now())
        if isinstance(gone := not_found(attempt, limits, clock.now()), Gone):
            return gone
        clock.sleep(limits.poll_interval.after(attempt.not_found_count), context.interrupted)


def is_in_use(configuration_id: str, context: Context) -> bool:
    """Whether a deployment of the resource group is on this configuration, which must exist then.

    Raises:
        AICoreError: the service did not answer.
    """
    with suppress(Forbidden, NotFound):
        return configuration_id in context.watcher.look(context.fresh).by_configuration
    return False
