"""Deployments that a stack may have made and does not know of."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from aicore_provider.api.types import Deployment


def find_possible_orphans(
    deployments: Iterable[Deployment], configurations: Collection[str], held: Collection[str]
) -> list[Deployment]:
    """The deployments of these configurations that stand in no state, without those that are being deleted.

    Args:
        deployments: all of a resource group.
        configurations: ids of the configurations that the stack has made.
        held: ids of the deployments that stand in its state.
    """
    return [
        deployment
        for deployment in deployments
        if deployment.configuration_id in configurations
        and deployment.id not in held
        and deployment.target_status != "DELETED"
    ]
