"""Decides whether a deployment is an orphan of the stacks. Sends no requests."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator

from aicore_provider.api.types import Deployment
from aicore_provider.cli.orphans.claims import Claims
from aicore_provider.lifecycle.orphans import find_possible_orphans


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
    there = list(deployments)
    possible = {each.id for each in find_possible_orphans(there, claims.configurations, claims.held)}
    explained = Counter(each.configuration_id for each in there if each.id in possible and _may_be_new(each))
    for each in there:
        if each.id in claims.held or each.target_status == "DELETED":
            continue
        configuration = each.configuration_id
        if each.id not in possible:
            yield each, Verdict.NOT_OURS
        elif _may_be_new(each) and explained[configuration] <= claims.cut_short.get(configuration, 0):
            yield each, Verdict.ORPHAN
        else:
            yield each, Verdict.UNCERTAIN


def _may_be_new(deployment: Deployment) -> bool:
    """Whether a deployment may be as its create made it; False when it was switched to its configuration later."""
    return deployment.last_operation != "UPDATE"
