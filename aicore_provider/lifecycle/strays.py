"""Deployments that a stack has made and does not know of: what an interrupted run leaves over."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aicore_provider.api.types import Deployment


class Verdict(enum.Enum):
    """What a deployment is to the stacks that were looked at. The values are those of `orphans --json`."""

    STRAY = "stray"
    """A create of theirs that was cut short has left it over."""
    UNCERTAIN = "uncertain"
    """It is on a configuration of theirs, and nothing says that they have made it."""
    NOT_OURS = "notOurs"
    """Another stack's, a person's, or SAP's own."""


@dataclass(frozen=True)
class Claims:
    """What stacks lay claim to.

    Attributes:
        configurations: ids of what they have made or begun to deploy, with the stack's name.
        held: ids of the deployments that stand in their states, with the stack's name.
        cut_short: for each configuration how many creates of a deployment were begun and never heard of again.
    """

    configurations: Mapping[str, str]
    held: Mapping[str, str]
    cut_short: Mapping[str, int]


def judge(deployments: Iterable[Deployment], claims: Claims) -> Iterator[tuple[Deployment, Verdict]]:
    """The verdict on each deployment that nobody holds, those already being deleted left out.

    A create that was cut short has made one deployment at most. So where more of them turn up than creates were cut
    short, nobody can tell which is the stray, and each is uncertain.

    Args:
        deployments: all of the resource groups in question.
        claims: of all stacks in question.
    """
    there = list(deployments)
    candidates = {each.id for each in find_unheld(there, claims.configurations, claims.held)}
    explained = Counter(each.configuration_id for each in there if each.id in candidates and _may_be_new(each))
    for each in there:
        if each.id in claims.held or each.target_status == "DELETED":
            continue
        configuration = each.configuration_id
        if each.id not in candidates:
            yield each, Verdict.NOT_OURS
        elif _may_be_new(each) and explained[configuration] <= claims.cut_short.get(configuration, 0):
            yield each, Verdict.STRAY
        else:
            yield each, Verdict.UNCERTAIN


def find_unheld(
    deployments: Iterable[Deployment], configurations: Collection[str], held: Collection[str]
) -> list[Deployment]:
    """The deployments of these configurations that nobody holds, those already being deleted left out.

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


def _may_be_new(deployment: Deployment) -> bool:
    """False for one that somebody switched to its configuration: a create that is cut short has switched nothing."""
    return deployment.last_operation != "UPDATE"
