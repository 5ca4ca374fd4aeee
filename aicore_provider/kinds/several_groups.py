"""Deployments of an entry for several resource groups: their names, what is found about all of them, and their moves.

`stack.placement` gives names and aliases; here is what can be told once the state, or the catalogue, is known.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace

from aicore_provider.catalog.findings import Finding
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


def as_one(found: Iterable[Finding], groups: Mapping[str, str]) -> list[Finding]:
    """Return findings, with those about one entry that differ in the resource group alone as a single one.

    `groups` are the resource groups of all deployments by logical name.
    """
    alike: dict[Hashable, list[Finding]] = {}
    for each in found:
        group = groups.get(each.about, "")
        entry = base_name(each.about, group)
        is_of_several = group and entry != each.about and not each.others
        everywhere = replace(each, about=entry, message=each.message.replace(_in_group(group), _IN_GROUPS))
        alike.setdefault(everywhere if is_of_several else each, []).append(each)
    return [
        replace(one, about=several[0].about, others=tuple(each.about for each in several[1:]))
        if len(several) > 1 and isinstance(one, Finding)
        else several[0]
        for one, several in alike.items()
    ]


_IN_GROUPS = "in their resource groups"


def _in_group(resource_group: str) -> str:
    return f"in resource group {resource_group}"
