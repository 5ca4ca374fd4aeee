"""Finds deployments that SAP's clean-up script `dedup_deployments` would delete.

Source: `dedup_deployments.py` of SAP's agent skills (`SAP/ai-skills-library`, `aicore-lifecycle-management`). Of the
RUNNING and DEAD deployments of a resource group that have the same scenario, executable and model name, whatever their
version, it keeps the newest and deletes the others. It ignores those without a model name, such as orchestration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aicore_provider.catalog.findings import Finding, about_several
from aicore_provider.catalog.wanted import Wanted


class _Same(NamedTuple):
    resource_group: str
    scenario_id: str
    model: str


def cleaned_up(deployments: Iterable[Wanted]) -> list[Finding]:
    """Return a finding for each group of deployments of which the script would keep only one.

    One whose executable is not known counts for the executable of the others of its model, if these have the same.
    """
    found: dict[_Same, dict[str | None, list[str]]] = {}
    for each in deployments:
        if each.model:
            same = found.setdefault(_Same(each.resource_group, each.scenario_id, each.model), {})
            same.setdefault(each.executable_id, []).append(each.name)
    return [
        _finding(same, executable, names)
        for same, by_executable in found.items()
        for executable, names in _completed(by_executable).items()
        if len(names) > 1
    ]


def _completed(names: Mapping[str | None, list[str]]) -> Mapping[str | None, list[str]]:
    known = [each for each in names if each is not None]
    if None in names and len(known) == 1:
        return {known[0]: [*names[known[0]], *names[None]]}
    return names


def _finding(same: _Same, executable: str | None, names: list[str]) -> Finding:
    by = f" by executable {executable}" if executable else ""
    return about_several(
        names,
        "cleanUp",
        f"run model {same.model}{by} in resource group {same.resource_group}; SAP's clean-up script"
        " dedup_deployments would delete all but the newest",
        f"do not run that script on resource group {same.resource_group}, or give each a resource group of its own",
    )
