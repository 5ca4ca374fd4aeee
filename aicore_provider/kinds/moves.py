"""Deployments of an entry for several resource groups: their names, and which of them goes on with an older one.

`stack.placement` gives the aliases; here is what can be told once the state is known.
"""

from __future__ import annotations

from collections.abc import Iterable

from aicore_provider.catalog.wanted import Wanted
from aicore_provider.stack.placement import name_in


def base_name(name: str, resource_group: str) -> str:
    """Return a logical name without the resource group that an entry for several of them adds."""
    return name.removesuffix(name_in("", resource_group)) or name


def wrong_heir(name: str, before: str, plan: Iterable[Wanted]) -> str | None:
    """Complain about a deployment in one of several resource groups that goes on with one in another of them.

    The one before would be replaced, and the resource group that it is in would get a new one.

    Args:
        name: logical name.
        before: resource group in the state; "" for a new resource.
        plan: what the stack file wants.
    """
    entry, _, group = name.rpartition("/")
    if not (before and entry) or before == group:
        return None
    if not {name, name_in(entry, before)} <= {each.name for each in plan}:
        return None
    return (
        f"what {entry} has in resource group {before} would be deleted, and made again there, since {name} takes its"
        f" place; write `formerly: {{{before}: {entry}}}` at {entry}, or the name that it had before"
    )
