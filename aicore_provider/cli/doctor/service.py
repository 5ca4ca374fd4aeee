"""Checks the service: credentials, token, resource group, scenario."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound, ServiceMessage
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, FOUNDATION_MODELS
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.api.types import ResourceGroup, Scenario
from aicore_provider.cli.doctor.diagnosis import Diagnosis, from_error, ok, problem, skipped, warning
from aicore_provider.cli.stack import Selection
from aicore_provider.cli.target import WantedGroup

T = TypeVar("T")


@dataclass(frozen=True)
class RefusedScenarios:
    """A 403 for the scenarios of a resource group, and whether the same request succeeds in `default`.

    That is None for `default` itself, and where nobody can tell.
    """

    refusal: Forbidden
    works_in_default: bool | None


EXTENDED = "extended"
"""The service plan that covers generative AI."""

_RETRIES = RetryPolicy(attempts=2)
"""Fewer tries than usual, because a person waits, and "no answer" is a result as well."""


@dataclass(frozen=True)
class GroupFacts:
    """What the service tells about a resource group, or why it did not.

    When there is none, `others` are the ids of all groups, as far as they can be read, and `is_declared` tells whether
    the stack is to make it.
    """

    wanted: WantedGroup
    found: ResourceGroup | AICoreError
    others: tuple[str, ...] = ()
    is_declared: bool = False


def result_of(call: Callable[[], T]) -> T | AICoreError:
    """Return the result of a call, or the error that it raises."""
    try:
        return call()
    except AICoreError as error:
        return error


def judge_credentials(found: Credentials, selection: Selection, pinned: str | None) -> Diagnosis:
    """Check that the stack is not for another service (`pinned`) than the credentials."""
    if pinned and selection.stack:
        return problem(
            f"credentials from {found.source} are for {found.base_url}, stack {selection.stack.name} is for {pinned}",
            "use the credentials of that service, or another stack",
        )
    return ok(f"credentials from {found.source}, for {found.base_url}")


def connect(credentials: Credentials) -> AICore:
    """Return a client with a token, or raise the `AICoreError` that says why there is none."""
    client = AICore(credentials, retries=_RETRIES)
    client.authenticate()
    return client


def judge_token(connected: AICore) -> Diagnosis:
    """Say which tenant the token is for."""
    tenant = connected.identity.tenant
    return ok(f"token obtained, tenant {tenant}" if tenant else "token obtained; it names no tenant")


def look_at_group(client: AICore, wanted: WantedGroup, declared: Collection[str]) -> GroupFacts:
    """Request the group, and the ids of all groups if it does not exist. The stack is to make those declared."""
    found = result_of(lambda: client.resource_groups.get(wanted.name))
    others = client.resource_groups.readable_ids() if isinstance(found, NotFound) else ()
    return GroupFacts(wanted, found, others, is_declared=wanted.name in declared)


def judge_group(facts: GroupFacts) -> Diagnosis:
    """Check that the resource group exists and is ready."""
    what = f"resource group {facts.wanted.name} ({facts.wanted.source})"
    match facts.found:
        case NotFound(message=ServiceMessage(is_from_service=True)) if facts.is_declared:
            return skipped(f"{what} does not exist yet; `pulumi up` makes it")
        case NotFound(message=ServiceMessage(is_from_service=True)):
            there = f", there are: {', '.join(facts.others)}" if facts.others else ""
            return problem(
                f"{what} does not exist{there}",
                "correct the name, create it in SAP AI Launchpad, or declare it as `AIResourceGroup`",
            )
        case Forbidden() as refusal:
            return warning(
                f"whether {what} is ready is not for these credentials to read ({refusal.facts})",
                "if the next check fails, ask your administrator",
            )
        case AICoreError() as error:
            return from_error(error)
        case ResourceGroup(status="PROVISIONED"):
            return ok(f"{what} is PROVISIONED")
        case ResourceGroup(status="PROVISIONING"):
            return problem(f"{what} is still PROVISIONING", "run this again in a minute")
        case group:
            told = f", {group.status_message.rstrip('.')}" if group.status_message else ""
            return problem(f"{what} has status {group.status}{told}", "see it in SAP AI Launchpad")


def look_at_scenarios(client: AICore, group: str) -> Sequence[Scenario] | RefusedScenarios | AICoreError:
    """Request the scenarios of a resource group; after a 403 those of `default` as well, to tell what it means."""
    found = result_of(client.scenarios(group).list)
    if not isinstance(found, Forbidden):
        return found
    works = None
    if group != DEFAULT_RESOURCE_GROUP:
        in_default = result_of(client.scenarios(DEFAULT_RESOURCE_GROUP).list)
        works = False if isinstance(in_default, Forbidden) else None if isinstance(in_default, AICoreError) else True
    return RefusedScenarios(found, works)


def judge_scenarios(group: GroupFacts, found: Sequence[Scenario] | RefusedScenarios) -> Diagnosis:
    """Check that the resource group has the scenario of foundation models."""
    if isinstance(found, RefusedScenarios):
        return _refused(group, found)
    if any(each.id == FOUNDATION_MODELS for each in found):
        return ok(f"scenario {FOUNDATION_MODELS} is available")
    plan = group.found.service_plan if isinstance(group.found, ResourceGroup) else None
    message = f"resource group {group.wanted.name} has no scenario {FOUNDATION_MODELS}"
    if plan == EXTENDED:
        return problem(message, f"use another resource group; the service plan is {EXTENDED} as it must be")
    told = f" (its service plan is {plan})" if plan else ""
    return problem(message + told, f"the service plan must be {EXTENDED}, or use another resource group")


def _refused(group: GroupFacts, found: RefusedScenarios) -> Diagnosis:
    """Say which of its three meanings a 403 within a resource group has, as far as the answers tell.

    The group is unknown, of another tenant or not ready; the service plan does not cover the request; or the header
    AI-Resource-Group, which this command sends, does not reach the service. Source: SAP's documentation,
    "Troubleshooting", and what users have met.
    """
    told, name = from_error(found.refusal), group.wanted.name
    there = group.found if isinstance(group.found, ResourceGroup) else None
    lost = "a proxy on the way drops the header AI-Resource-Group"
    if there is None and found.works_in_default:
        return problem(
            f"{told.message}, but not in {DEFAULT_RESOURCE_GROUP}: resource group {name} does not exist, or belongs to"
            " another tenant",
            "correct its name, or use credentials of its tenant",
        )
    if there is None:
        return told
    if found.works_in_default:
        return problem(
            f"{told.message}, although resource group {name} is {there.status}, and not in {DEFAULT_RESOURCE_GROUP}",
            "a new group may refuse requests for a minute, so run this again; else the service plan does not cover it",
        )
    if there.service_plan and there.service_plan != EXTENDED:
        return problem(
            f"{told.message}, and the service plan of resource group {name} is {there.service_plan}",
            f"generative AI needs the service plan {EXTENDED}",
        )
    return problem(
        f"{told.message}, although resource group {name} is {there.status}",
        f"the service plan does not cover this, or {lost}",
    )
