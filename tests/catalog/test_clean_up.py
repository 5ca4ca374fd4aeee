"""Which deployments SAP's clean-up script would take for duplicates of each other."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from aicore_provider.catalog.clean_up import cleaned_up
from aicore_provider.catalog.wanted import Wanted

CHAT = Wanted("d0", "default", executable_id="azure-openai", model="gpt-5-mini", version="2025-08-07")


def deployments(*changes: dict[str, Any]) -> list[Wanted]:
    return [dataclasses.replace(CHAT, name=f"d{n}", **change) for n, change in enumerate(changes)]


def test_versions_do_not_count() -> None:
    (finding,) = cleaned_up(deployments({}, {"version": "2025-05-01"}))
    assert finding.line == (
        "d0, d1: both run model gpt-5-mini by executable azure-openai in resource group default; SAP's clean-up script"
        " dedup_deployments would delete all but the newest; do not run that"
        " script on resource group default, or give each a resource group of its own"
    )
    assert finding.level == "warning"


@pytest.mark.parametrize(
    "other",
    [
        {"resource_group": "team-b"},
        {"scenario_id": "own"},
        {"executable_id": "aws-bedrock"},
        {"model": "gpt-5"},
        {"model": None, "scenario_id": "orchestration", "executable_id": "orchestration"},
    ],
)
def test_what_differs_in_any_of_these_stays(other: dict[str, Any]) -> None:
    assert cleaned_up(deployments({}, other)) == []


def test_what_runs_no_single_model_is_left_alone_by_it() -> None:
    router = {"model": None, "scenario_id": "orchestration", "executable_id": "orchestration"}
    assert cleaned_up(deployments(router, router)) == []


def test_an_executable_that_is_to_be_looked_up() -> None:
    unknown = {"executable_id": None}
    ((first, second), (all_three,)) = (
        [each.names for each in cleaned_up(deployments(*changes))]
        for changes in ([{}, {"version": "1"}, {"model": "m", **unknown}, {"model": "m", **unknown}], [{}, unknown, {}])
    )
    assert (first, second) == (("d0", "d1"), ("d2", "d3"))
    assert sorted(all_three) == ["d0", "d1", "d2"]
    assert cleaned_up(deployments({}, {"executable_id": "aws-bedrock"}, unknown)) == []


def test_many_are_one_line() -> None:
    (finding,) = cleaned_up(deployments(*({"version": str(n)} for n in range(200))))
    assert finding.line.startswith("d0, d1 and 198 more: all run model gpt-5-mini by")
    assert len(finding.names) == 200
