"""Decides whether a deployment made by hand can be taken over. No requests, so that a preview says the same as `up`."""

from __future__ import annotations

from dataclasses import dataclass

from aicore_provider.api.types import Deployment
from aicore_provider.lifecycle.decide import decide
from aicore_provider.lifecycle.values import Action, Attempt, Constraints, Gone, Replace, Running


@dataclass(frozen=True)
class Declared:
    """What the program declares about a deployment that it takes over; its `service_url` is without version.

    `executable_id` is None where the program leaves it open, `ttl` None for none. `is_ttl_known` is False in a preview
    that does not know the ttl yet.
    """

    resource_group: str
    service_url: str
    executable_id: str | None
    ttl: str | None
    is_ttl_known: bool = True


def first_step(found: Deployment) -> Action:
    """Return what `up` does first about a deployment that is taken over with the configuration that it has."""
    return decide(found, Running(found.configuration_id), Attempt(), Constraints(), now=0.0)


def objection(id_: str, found: Deployment | Gone, declared: Declared) -> str | None:
    """Say why a deployment cannot be taken over, and what to do; None when it can be.

    A deployment that does not exist is an objection as well, and no new one is made instead, since the id may be
    mistyped.
    """
    what = f"deployment {id_} cannot be taken over:"
    if isinstance(found, Gone):
        return (
            f"{what} there is none in {declared.resource_group} on {declared.service_url}. It was deleted, or the id "
            "is mistyped.\nRemove the key, and a new one is made, or correct the id."
        )
    action = first_step(found)
    if isinstance(action, Replace):
        return f"{what} {action.why}.\nRemove the key, and a new one is made."
    # Where the program leaves the executable open, any is right.
    differs = declared.executable_id and found.executable_id and declared.executable_id != found.executable_id
    if differs:
        return _fixed(what, "executable", found.executable_id, declared.executable_id)
    if declared.is_ttl_known and declared.ttl != found.ttl:
        return _fixed(what, "ttl", found.ttl, declared.ttl)
    return None


def managed_already(id_: str, urn: str) -> str:
    """Say that another resource of the stack manages the deployment."""
    return f"deployment {id_} cannot be taken over: this stack manages it already, as {urn}.\nRemove one of the two."


def named_twice(id_: str, names: tuple[str, str]) -> str:
    """Say that two new resources are to take over the same deployment, by their logical names."""
    return (
        f"deployment {id_} cannot be taken over: {' and '.join(names)} both name it, and one alone can manage it.\n"
        "Remove the key from one of the two."
    )


def _fixed(what: str, key: str, has: str | None, wanted: str | None) -> str:
    return (
        f"{what} its {key} is {has or 'not set'}, the program says {wanted or 'not set'}, and that cannot be changed.\n"
        f"Set the {key} in the program to what the deployment has."
    )
