"""Finds deployments that a stack may have made and that its state does not hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from aicore_provider.api.types import Deployment


def find_possible_orphans(
    deployments: Iterable[Deployment], configurations: Collection[str], held: Collection[str]
) -> list[Deployment]:
    """Return the deployments of these configurations that the state does not hold, without those being deleted.

    Args:
        deployments: all of a resource group.
        configurations: ids of the configurations that the stack has made.
        held: ids of the deployments that its state holds.
    """
    return [
        deployment
        for deployment in deployments
        if deployment.configuration_id in configurations
        and deployment.id not in held
        and deployment.target_status != "DELETED"
    ]
