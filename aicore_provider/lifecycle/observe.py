"""Looking at one deployment: what the list shows, and what to make of its absence."""

from __future__ import annotations

from aicore_provider.api.errors import NotFound
from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.decide import not_found
from aicore_provider.lifecycle.surroundings import Surroundings
from aicore_provider.lifecycle.values import Attempt, Gone

_FRESH_S = 5.0
"""A snapshot this old, in seconds, still serves the reads of a refresh: so they share one, and a few when there are
hundreds."""


def look(deployment_id: str, around: Surroundings, asked_after: float) -> tuple[Deployment | None, float]:
    """One look, and when the service was asked; None when the service itself says "no such deployment".

    Raises:
        AICoreError: the service did not answer, or a gateway answered in its place.
    """
    snapshot = around.watcher.look(asked_after)
    if found := snapshot.deployments.get(deployment_id):
        return found, snapshot.asked_at
    # Absence from a list is a question; only the service's own 404 is an answer.
    try:
        return around.deployments.get(deployment_id), snapshot.asked_at
    except NotFound as error:
        if error.is_service_error:
            return None, snapshot.asked_at
        raise


def observe(deployment_id: str, around: Surroundings) -> Deployment | Gone:
    """A deployment of the state as it is now; gone only when two looks in a row agree.

    Raises:
        AICoreError: the service did not answer, which says nothing about the deployment.
    """
    attempt = Attempt(deadline=float("inf"))
    asked_after = around.clock.now() - _FRESH_S
    while True:
        found, asked_after = look(deployment_id, around, asked_after)
        if found:
            return found
        attempt = attempt.noticing(None)
        if isinstance(gone := not_found(attempt, around.clock.now()), Gone):
            return gone
        around.clock.sleep(around.ticks.after(attempt.missing), around.interrupted)
