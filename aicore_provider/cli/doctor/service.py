"""The service: credentials, token, resource group, scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError, CredentialsError, Forbidden, NotFound
from aicore_provider.api.http import Http, RetryPolicy
from aicore_provider.api.naming import resource_group_problem
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.scenarios import Scenarios
from aicore_provider.api.types import ResourceGroup, Scenario
from aicore_provider.cli.doctor.finding import Finding, from_error, ok, problem, warning
from aicore_provider.cli.stack import Selection
from aicore_provider.cli.target import WantedGroup, other_service

FOUNDATION_MODELS = "foundation-models"
EXTENDED = "extended"
"""The service plan that covers generative AI."""

_RETRIES = RetryPolicy(attempts=2)
"""Somebody waits for the answer, and "it does not answer" is one."""


@dataclass(frozen=True)
class GroupFacts:
    """What the service says of a resource group.

    Attributes:
        wanted: the one asked for.
        found: it, or why it was not told.
        others: the names of all groups, None when the list may not be read or was not needed.
    """

    wanted: WantedGroup
    found: ResourceGroup | AICoreError
    others: tuple[str, ...] | None = None


def judge_credentials(found: Credentials | CredentialsError, selection: Selection) -> Finding:
    """Whether there are credentials, for the service that the stack is for."""
    if isinstance(found, CredentialsError):
        return from_error("credentials", found)
    try:
        pinned = other_service(found, selection)
    except AICoreError as error:
        return from_error("credentials", error)
    if pinned and selection.stack:
        return problem(
            "credentials",
            f"credentials from {found.source} are for {found.base_url}, stack {selection.stack.name} is for {pinned}",
            "use the credentials of that service, or another stack",
        )
    return ok("credentials", f"credentials from {found.source}, for {found.base_url}")


def connect(credentials: Credentials) -> tuple[Http, str] | AICoreError:
    """A session with a token, and the tenant that the token names; or why there is none."""
    try:
        http = Http(credentials, retries=_RETRIES)
        tenant = http.tenant
    except AICoreError as error:
        return error
    return http, tenant


def judge_token(connected: tuple[Http, str] | AICoreError) -> Finding:
    """Whether the token endpoint accepts the credentials."""
    if isinstance(connected, AICoreError):
        return from_error("token", connected)
    _, tenant = connected
    return ok("token", f"token obtained, tenant {tenant}" if tenant else "token obtained; it names no tenant")


def look_at_group(http: Http, wanted: WantedGroup) -> GroupFacts:
    """Ask for the group, and for the names of all where it is missing."""
    if complaint := resource_group_problem(wanted.name):
        return GroupFacts(wanted, CredentialsError(f"{complaint} ({wanted.source})"))
    groups = ResourceGroups(http)
    try:
        return GroupFacts(wanted, groups.get(wanted.name))
    except NotFound as error:
        try:
            return GroupFacts(wanted, error, tuple(sorted(each.resource_group_id for each in groups.list())))
        except AICoreError:
            return GroupFacts(wanted, error)
    except AICoreError as error:
        return GroupFacts(wanted, error)


def judge_group(facts: GroupFacts) -> Finding:
    """Whether the resource group exists and is ready."""
    what = f"resource group {facts.wanted.name} ({facts.wanted.source})"
    match facts.found:
        case NotFound(is_service_error=True):
            there = f", there are: {', '.join(facts.others)}" if facts.others else ""
            return problem(
                "resourceGroup", f"{what} does not exist{there}", "correct the name, or create it in SAP AI Launchpad"
            )
        case Forbidden() as refusal:
            return warning(
                "resourceGroup",
                f"whether {what} is ready is not for these credentials to read ({refusal.facts})",
                "if the next check fails, ask your administrator",
            )
        case AICoreError() as error:
            return from_error("resourceGroup", error)
        case ResourceGroup(status="PROVISIONED"):
            return ok("resourceGroup", f"{what} is PROVISIONED")
        case ResourceGroup(status="PROVISIONING"):
            return problem("resourceGroup", f"{what} is still PROVISIONING", "run this again in a minute")
        case group:
            told = f", {group.status_message.rstrip('.')}" if group.status_message else ""
            return problem("resourceGroup", f"{what} has status {group.status}{told}", "see it in SAP AI Launchpad")


def look_at_scenarios(http: Http, wanted: WantedGroup) -> Sequence[Scenario] | AICoreError:
    """The scenarios of the group, or why they were not told."""
    try:
        return Scenarios(http, wanted.name).list()
    except AICoreError as error:
        return error


def judge_scenarios(group: GroupFacts, found: Sequence[Scenario] | AICoreError) -> Finding:
    """Whether the resource group may use foundation models."""
    if isinstance(found, AICoreError):
        return from_error("scenario", found)
    if any(each.id == FOUNDATION_MODELS for each in found):
        return ok("scenario", f"scenario {FOUNDATION_MODELS} is available")
    plan = group.found.service_plan if isinstance(group.found, ResourceGroup) else None
    message = f"resource group {group.wanted.name} has no scenario {FOUNDATION_MODELS}"
    if plan == EXTENDED:
        return problem("scenario", message, f"use another resource group; the service plan is {EXTENDED} as it must be")
    told = f" (its service plan is {plan})" if plan else ""
    return problem("scenario", message + told, f"the service plan must be {EXTENDED}, or use another resource group")
