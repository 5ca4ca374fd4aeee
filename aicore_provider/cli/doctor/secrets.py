"""Checks that a tenant may have as many generic secrets as a stack file is to make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.naming import IN_GROUP
from aicore_provider.api.quotas import Quota
from aicore_provider.cli.doctor.diagnosis import Diagnosis, problem
from aicore_provider.cli.doctor.service import result_of
from aicore_provider.cli.state import GENERIC_SECRET, State
from aicore_provider.secret_text import UnreadText
from aicore_provider.stack.model import StackConfig
from aicore_provider.stack.placement import Placement
from aicore_provider.urn import logical_name

Home = tuple[str, str]
"""Scope and resource group of generic secrets; the group is "" for the tenant's own."""


def quotas_of_secrets(client: AICore, config: StackConfig) -> Mapping[Home, Quota | AICoreError]:
    """Request the quota of each place in which a stack file puts generic secrets, or why it is not told."""
    return {home: result_of(partial(client.secret_quota, *home)) for home in _by_home(config)}


def judge_secret_quotas(
    config: StackConfig | None, state: State | None, quotas: Mapping[Home, Quota | AICoreError]
) -> Iterator[Diagnosis]:
    """Check that there may be as many generic secrets in each place as the stack is to make."""
    if config is None or state is None:
        return
    held = {logical_name(each.urn) for each in state.resources if each.kind == GENERIC_SECRET}
    for home, placed in _by_home(config).items():
        new = [
            each
            for each in placed
            if not held & {each.name, *each.formerly} and not config.generic_secrets[each.entry].take_over
        ]
        allowed = quotas.get(home)
        if new and isinstance(allowed, Quota) and allowed.used + len(new) > allowed.allowed:
            scope, group = home
            where = f"resource group {group}" if group else f"the tenant ({scope})"
            yield problem(
                f"{where} has {allowed.used} of {allowed.allowed} generic secrets, and the stack adds {len(new)}",
                "delete some, or request a higher quota from SAP",
            )


def _by_home(config: StackConfig) -> dict[Home, list[Placement]]:
    found: dict[Home, list[Placement]] = {}
    for each in config.placements_of(config.generic_secrets):
        entry = config.generic_secrets[each.entry]
        home = (entry.scope or IN_GROUP, "") if entry.is_of_tenant else (IN_GROUP, each.resource_group)
        if not any(isinstance(part, UnreadText) for part in home):
            found.setdefault(home, []).append(each)
    return found
