"""Checks what a tenant lacks for the resource groups of a stack file: groups, labels, orchestration, quotas."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError, Forbidden
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, GROUNDING_LABEL
from aicore_provider.api.quotas import Quota
from aicore_provider.api.types import ResourceGroup
from aicore_provider.background import workers
from aicore_provider.cli.doctor.diagnosis import Diagnosis, from_error, ok, problem, skipped, warning
from aicore_provider.cli.state import RESOURCE_GROUP, State
from aicore_provider.secret_text import UnreadText
from aicore_provider.stack.model import StackConfig
from aicore_provider.stack.placement import Placement
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig
from aicore_provider.urn import logical_name

ORCHESTRATION = "orchestration"
_AT_ONCE = 8
_NAMED = 5


@dataclass(frozen=True)
class TenantGroups:
    """The resource groups of the tenant by id, or why they cannot be listed."""

    found: Mapping[str, ResourceGroup] | AICoreError


@dataclass(frozen=True)
class TenantQuotas:
    """Quotas of the tenant, or why the service does not tell them."""

    resource_groups: Quota | AICoreError
    deployments: Quota | AICoreError


def groups_in_use(config: StackConfig) -> tuple[str, ...]:
    """Return the resource groups of a stack file in which it puts deployments, as far as they can be read."""
    groups = dict.fromkeys(each.resource_group for each in config.placements())
    return tuple(each for each in groups if not isinstance(each, UnreadText))


def without_orchestration(client: AICore, config: StackConfig, there: TenantGroups) -> tuple[str, ...]:
    """Return the resource groups in use in which nobody deploys orchestration, neither the stack nor somebody else.

    A group whose deployments cannot be listed is left out.
    """
    declared = {
        each.resource_group for each in config.placements() if config.deployments[each.entry].scenario == ORCHESTRATION
    }
    asked = [each for each in groups_in_use(config) if each not in declared and each != DEFAULT_RESOURCE_GROUP]
    with workers(_AT_ONCE, "groups", client.interrupted) as pool:
        lacking = pool.map(lambda group: _lacks_orchestration(client, group, there), asked)
        return tuple(group for group, lacks in zip(asked, lacking, strict=True) if lacks)


def _lacks_orchestration(client: AICore, group: str, there: TenantGroups) -> bool:
    if isinstance(there.found, Mapping) and group not in there.found:
        return True
    try:
        deployments = client.deployments(group).list()
    except AICoreError:
        return False
    return not any(each.scenario_id == ORCHESTRATION and not each.is_being_deleted for each in deployments)


def judge_groups(config: StackConfig | None, state: State | None, there: TenantGroups) -> Iterator[Diagnosis]:
    """Check the resource groups that a stack declares: that they are there, or can be made, with their labels."""
    declared = config.resource_groups if config else {}
    if not declared:
        return
    if isinstance(there.found, AICoreError):
        yield _unlisted(there.found)
        return
    held = {each.id for each in state.resources if each.kind == RESOURCE_GROUP and each.is_managed} if state else None
    found: list[Diagnosis] = []
    for id_, group in declared.items():
        found += _judge_group(id_, group, there.found.get(id_), None if held is None else id_ in held)
    yield from found
    if not found:
        yield ok(f"all {len(declared)} resource groups of the stack file are PROVISIONED")


def _judge_group(
    id_: str, group: ResourceGroupConfig, there: ResourceGroup | None, is_held: bool | None
) -> Iterator[Diagnosis]:
    """Return what is wrong with a declared group; `is_held` tells whether the state holds it, None where unknown."""
    what = f"resource group {id_}"
    if there is None:
        if group.take_over and not is_held:
            yield problem(f"{what} cannot be taken over, since there is none", "take takeOver out, and one is made")
        elif is_held:
            yield warning(f"{what} does not exist any more", "`pulumi up` makes it again, empty")
        else:
            yield ok(f"{what} does not exist yet; `pulumi up` makes it")
        return
    if is_held is False and not group.take_over:
        yield problem(f"{what} exists already, and this stack does not manage it", "write takeOver: true there")
    if there.status == "PROVISIONING":
        yield warning(f"{what} is still PROVISIONING", "`pulumi up` waits for it")
    elif there.status != "PROVISIONED":
        told = f", {there.status_message.rstrip('.')}" if there.status_message else ""
        advice = (
            "see it in SAP AI Launchpad; `pulumi destroy --target` removes it, and the next `pulumi up` makes it anew"
        )
        yield problem(f"{what} has status {there.status}{told}", advice)
    key, value = GROUNDING_LABEL
    if group.grounding and there.labels.get(key) != value:
        yield warning(
            f"{what} has no label {key}: {value}, so that document grounding does not work there",
            "`pulumi up` sets it" if is_held or group.take_over else "",
        )


def judge_orchestration(config: StackConfig | None, lacking: Sequence[str]) -> Iterator[Diagnosis]:
    """Hint at resource groups in which a client finds no orchestration service."""
    if not (config and lacking):
        return
    is_all = set(lacking) == set(config.resource_groups)
    wanted = "all" if is_all else f"[{', '.join(map(str, lacking))}]"
    one = len(lacking) == 1
    yield warning(
        f"resource group{'' if one else 's'} {_some(lacking)} {'has' if one else 'have'} no orchestration deployment,"
        f" and the service makes one in {DEFAULT_RESOURCE_GROUP} alone",
        "if clients ask orchestration there, add an entry such as"
        f" `orchestration: {{scenario: orchestration, resourceGroups: {wanted}}}`",
    )


def judge_quotas(
    config: StackConfig | None, state: State | None, there: TenantGroups, quotas: TenantQuotas
) -> Iterator[Diagnosis]:
    """Check that the tenant may have as many resource groups and deployments as the stack is to make."""
    if config is None or state is None:
        return
    listed = there.found if isinstance(there.found, Mapping) else {}
    new_groups = len(config.resource_groups.keys() - listed.keys())
    allowed = quotas.resource_groups
    if new_groups and isinstance(allowed, Quota) and allowed.used + new_groups > allowed.allowed:
        yield problem(
            f"the tenant has {allowed.used} of {allowed.allowed} resource groups, and the stack adds {new_groups}",
            "delete some, or request a higher quota from SAP",
        )
    new = len(new_deployments(config.placements(), state))
    allowed = quotas.deployments
    if new and isinstance(allowed, Quota) and allowed.used + new > allowed.allowed:
        yield warning(
            f"the tenant has {allowed.used} of {allowed.allowed} deployments, and the stack adds {new}",
            "delete some (stopped ones may count as well), or request a higher quota from SAP",
        )


def new_deployments(placed: Iterable[Placement], state: State) -> list[Placement]:
    """Return the deployments of a stack file that its state does not hold, under this name or an earlier one."""
    held = {logical_name(each.urn) for each in state.deployments}
    return [each for each in placed if not held & {each.name, *each.formerly} and not each.take_over]


def _unlisted(error: AICoreError) -> Diagnosis:
    if isinstance(error, Forbidden):
        return problem(
            f"these credentials may not list resource groups ({error.facts}), so that the stack cannot make any",
            "use credentials of the AI Core instance itself, which cover administration",
        )
    told = from_error(error)
    return skipped(f"resource groups of the stack file: {told.message}")


def _some(names: Collection[str]) -> str:
    # `join` would show a secret one.
    shown = list(map(str, names))[:_NAMED]
    left = len(names) - len(shown)
    return f"{', '.join(shown)}{f' and {left} more' if left else ''}"
