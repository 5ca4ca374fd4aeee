"""Where the entries of a section put their objects, and which logical names these may have had before.

An entry may move between one resource group and several. Its object then has another logical name, and stays the same
by an alias. Two rules hold for aliases: no two resources have the same one, since Pulumi refuses that; and the object
in one resource group is never made the object in another one, as far as that can be known, since Pulumi would replace
it. A program does not see the state, so it goes by names:

- `<entry>/<group>` tells its group. An entry for one group has it as an alias of its own group.
- `<entry>` does not tell in which group it was. Of several groups one is its heir: the stack's default group, where an
  entry without a key `resourceGroup` was; else the first that is listed. The check of a configuration refuses a wrong
  heir (`kinds.several_groups`), and `formerly` by resource group says another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aicore_provider.secret_text import SecretText
from aicore_provider.stack.fields import ALL_DECLARED
from aicore_provider.stack.sections.placed import Placed


@dataclass(frozen=True)
class Placement:
    """One object of an entry.

    Attributes:
        name: its logical name: that of the entry, or `<entry>/<group>` where the entry lists resource groups.
        entry: name of the entry.
        resource_group: where it is.
        take_over: id of the object made by hand that it is to be; None for a new one, and for what has a name.
        formerly: logical names that it may have had before, the most certain first.
    """

    name: str
    entry: str
    resource_group: str
    take_over: str | None = None
    formerly: tuple[str, ...] = ()


def placements(entries: Mapping[str, Placed], default: str, declared: Sequence[str]) -> tuple[Placement, ...]:
    """Return all objects of a section, in its order.

    Args:
        entries: by their names.
        default: resource group of the entries that name none.
        declared: ids of the resource groups that the stack declares, for `resourceGroups: all`.
    """
    found = [each for name, entry in entries.items() for each in _of_entry(name, entry, default, declared)]
    names = {each.name for each, _ in found}
    said = {name for each, _ in found for name in each.formerly}
    taken = {*names, *said}
    placed = []
    for each, possible in found:
        formerly = [name for name in possible if name not in taken and (name == each.entry or name not in entries)]
        taken |= set(formerly)
        placed.append(replace(each, formerly=(*each.formerly, *formerly)))
    return tuple(placed)


def groups_of(entry: Placed, default: str, declared: Sequence[str]) -> tuple[str, ...]:
    """Return the resource groups of an entry."""
    if entry.resource_groups is None:
        return (entry.resource_group or default,)
    return tuple(declared) if entry.resource_groups == ALL_DECLARED else entry.resource_groups


def name_in(entry: str, resource_group: str) -> str:
    """Return the logical name of the deployment in one of several resource groups."""
    return f"{entry}/{resource_group}"


def _of_entry(
    name: str, entry: Placed, default: str, declared: Sequence[str]
) -> Iterator[tuple[Placement, tuple[str, ...]]]:
    """Return each deployment with the names that `formerly` says, and beside it those that it may have had as well."""
    groups = groups_of(entry, default, declared)
    if entry.resource_groups is None:
        (group,) = groups
        before = entry.formerly if isinstance(entry.formerly, str) else None
        said = (before,) if before else ()
        # A name would show an encrypted group.
        possible = () if isinstance(group, SecretText) else tuple(name_in(each, group) for each in (name, *said))
        yield Placement(name, name, group, _text(entry.take_over), said), possible
        return
    by_group = entry.formerly if isinstance(entry.formerly, Mapping) else {}
    whole = (name, entry.formerly) if isinstance(entry.formerly, str) else (name,)
    heir = _heir([each for each in groups if each not in by_group], default)
    for group in groups:
        said = (by_group[group],) if group in by_group else ()
        possible = tuple(name_in(each, group) for each in whole[1:]) + (whole if group == heir else ())
        take_over = entry.take_over.get(group) if isinstance(entry.take_over, Mapping) else None
        yield Placement(name_in(name, group), name, group, take_over, said), possible


def _heir(groups: Sequence[str], default: str) -> str | None:
    """Return which of several groups an entry for one group was in most likely; None without groups."""
    return default if default in groups else next(iter(groups), None)


def _text(take_over: object) -> str | None:
    return take_over if isinstance(take_over, str) else None
