"""Reads from the states of stacks what they made, hold, and were creating, and decides what an orphan of them is."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.api.types import Deployment
from aicore_provider.cli.state import CONFIGURATION, DEPLOYMENT, RESOURCE_GROUP, Resource, State


@dataclass(frozen=True)
class Claims:
    """What stacks have made, hold, or have begun to make.

    Configurations that they have made or begun to deploy, and deployments that they hold, are maps of ids to names of
    stacks; `cut_short` is the number of creates of a deployment that were begun and never ended, by configuration.
    """

    configurations: Mapping[str, str]
    held: Mapping[str, str]
    cut_short: Mapping[str, int]


def claims(states: Sequence[State], here: ServiceIdentity) -> Claims:
    """Return what stacks have made, hold, or have begun to make at a service.

    An id in a state counts as held on whatever service its object is, so that it is never an orphan.
    """
    made: dict[str, str] = {}
    begun: dict[str, str] = {}
    cut_short: Counter[str] = Counter()
    foreign = {r.id for s in states for r in s.resources if r.kind == CONFIGURATION and _is_made_by_others(r)}
    for state in states:
        ours = (r for r in _living(here, state.resources) if r.kind == CONFIGURATION and not _is_made_by_others(r))
        made |= {r.id: state.stack for r in ours}
    for state in states:
        for create in _living(here, state.pending_creates):
            configuration = create.text("configuration_id")
            if create.kind != DEPLOYMENT or not configuration:
                continue
            begun[configuration] = state.stack
            # A configuration that was given by its id, is only looked at or was taken over may be deployed by others
            # as well, and a take-over creates no deployment. So such a create does not show that a deployment is ours.
            is_made = configuration in made or (_is_from_program(create) and configuration not in foreign)
            if is_made and not create.text("take_over"):
                cut_short[configuration] += 1
    held = {r.id: s.stack for s in states for r in s.resources if r.kind == DEPLOYMENT}
    return Claims(configurations=made | begun, held=held, cut_short=dict(cut_short))


class Verdict(enum.Enum):
    """The values are those of `orphans --json`."""

    ORPHAN = "orphan"
    """One of the stacks made it, in a create that was cut short."""
    UNCERTAIN = "uncertain"
    """It is on a configuration of one of the stacks, and nothing says that the stack made it."""
    NOT_OURS = "notOurs"
    """Another stack, a person or SAP made it."""


def judge(deployments: Iterable[Deployment], claims: Claims) -> Iterator[tuple[Deployment, Verdict]]:
    """Return the verdict on each deployment that no state holds, without those that are being deleted.

    A create that was cut short has made one deployment at most. When there are more deployments than such creates, it
    is not known which of them are orphans, and all are uncertain.
    """
    there = [each for each in deployments if each.id not in claims.held and not each.is_being_deleted]
    explained = Counter(each.configuration_id for each in there if _may_be_new(each))
    for each in there:
        configuration = each.configuration_id
        if configuration not in claims.configurations:
            yield each, Verdict.NOT_OURS
        elif _may_be_new(each) and explained[configuration] <= claims.cut_short.get(configuration, 0):
            yield each, Verdict.ORPHAN
        else:
            yield each, Verdict.UNCERTAIN


def resource_groups(states: Sequence[State], here: ServiceIdentity) -> tuple[str, ...]:
    """Return the resource groups in which the stacks have, or may have, something at this service; sorted."""
    found = {each.text("resource_group") for state in states for each in _living(here, state.entries)}
    return tuple(sorted(found - {""}))


def elsewhere(states: Sequence[State], here: ServiceIdentity) -> tuple[str, ...]:
    """Return a line for each stack and other service or tenant, about what is left out."""
    lines = []
    for state in states:
        ours = [each.identity for each in state.entries if each.is_managed]
        others = Counter(each for each in ours if not here.hosts(each))
        lines += [
            f"Stack {state.stack}: {count} of {len(ours)} objects are left out; they live on {other}, "
            f"your credentials are for {here}."
            for other, count in others.items()
        ]
    return tuple(lines)


def encrypted_groups(states: Sequence[State], here: ServiceIdentity) -> tuple[str, ...]:
    """Return a line for each object whose resource group is encrypted in the state, so that it is left out."""
    return tuple(
        f"Stack {state.stack}: the resource_group of {each.name} is encrypted in its state; that group is looked at"
        " only where another object names it."
        for state in states
        for each in _living(here, state.entries)
        if isinstance(each.value("resource_group"), Mapping)
    )


def groups_cut_short(states: Sequence[State], here: ServiceIdentity) -> tuple[str, ...]:
    """Return a line for each create of a resource group that was begun and never ended, unless the group is managed."""
    managed = _managed_groups(states, here)
    return tuple(
        f"Stack {state.stack}: a create of resource group {each.text('resource_group_id')} was cut short. If the group "
        f"exists, `take_over=True` (in a stack file `takeOver: true`) at {each.name} manages it."
        for state in states
        for each in state.pending_creates
        if each.kind == RESOURCE_GROUP and here.hosts(each.identity) and each.text("resource_group_id") not in managed
    )


def explained(
    states: Sequence[State], here: ServiceIdentity, with_orphans: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the creates that were cut short and have left no orphan, by stack, for stacks that can be cleared.

    The creates of the configurations `with_orphans` must stay in the state: they may have made the orphans. The create
    of a resource group is explained once the group stands in a state.
    """
    managed = _managed_groups(states, here)
    found = {}
    for state in states:
        begun = [each for each in state.pending_creates if each.kind in (DEPLOYMENT, RESOURCE_GROUP)]
        if begun and all(_is_explained(each, here, with_orphans, managed) for each in begun):
            found[state.stack] = tuple(each.name for each in state.pending_creates)
    return found


def forgettable(states: Sequence[State], here: ServiceIdentity, with_orphans: Collection[str]) -> tuple[str, ...]:
    """Return the stacks whose creates that were cut short can all be forgotten without asking anybody.

    Each is of a kind of AI Core, and `explained` where it can be evidence. What other providers were creating is for a
    person to look for.
    """
    managed = _managed_groups(states, here)
    return tuple(
        state.stack
        for state in states
        if state.pending_creates
        and all(each.kind and _is_explained(each, here, with_orphans, managed) for each in state.pending_creates)
    )


def _is_explained(
    create: Resource, here: ServiceIdentity, with_orphans: Collection[str], managed: Collection[str]
) -> bool:
    if create.kind == DEPLOYMENT:
        return here.hosts(create.identity) and create.text("configuration_id") not in with_orphans
    if create.kind == RESOURCE_GROUP:
        return here.hosts(create.identity) and create.text("resource_group_id") in managed
    return True


def _living(here: ServiceIdentity, resources: Sequence[Resource]) -> Iterator[Resource]:
    return (each for each in resources if each.is_managed and here.hosts(each.identity))


def _managed_groups(states: Sequence[State], here: ServiceIdentity) -> frozenset[str]:
    return frozenset(r.id for s in states for r in _living(here, s.resources) if r.kind == RESOURCE_GROUP)


def _is_made_by_others(configuration: Resource) -> bool:
    return configuration.external or bool(configuration.value("taken_over"))


def _is_from_program(create: Resource) -> bool:
    """Whether the program declares the configuration. The state may not hold it any more."""
    return any(CONFIGURATION in str(urn) for urn in create.dependencies.get("configuration_id") or ())


def _may_be_new(deployment: Deployment) -> bool:
    """Whether a deployment may be as its create made it; False when it was switched to its configuration later."""
    return deployment.last_operation != "UPDATE"
