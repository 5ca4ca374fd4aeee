"""The benchmarks of many deployments: what they declare, count and compute, and what they choose from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest
import requests

from aicore_provider import AIConfiguration, AIDeployment
from benchmarks.costs import Cost, Costs, Setting, table
from benchmarks.estate import MODELS, entries, for_each_tenant, groups
from benchmarks.programs import floor
from benchmarks.scale import PLANS
from benchmarks.selection import Selection
from benchmarks.subjects import late
from benchmarks.tenant import Request, count, kind, tenant
from benchmarks.watched import CommandFailed, Usage, Watched, run

SETTING = Setting(50, 0.1, 5.0)
DEPLOYMENTS = "/v2/lm/deployments"


def test_deployments_are_spread_over_groups_and_models() -> None:
    declared = entries(50)

    assert len(declared) == 50
    assert {each["resourceGroup"] for each in declared.values()} == set(groups(50))
    assert len(groups(50)) == 7
    for group in groups(50):
        models = {each["model"] for each in declared.values() if each["resourceGroup"] == group}
        assert models == {model for _, model, *_ in MODELS}


def test_a_switch_changes_the_version_of_all_and_nothing_else() -> None:
    older, newer = entries(10), entries(10, switched=True)

    assert all(newer[name]["version"] != entry["version"] for name, entry in older.items())
    assert all(newer[name] == {**entry, "version": newer[name]["version"]} for name, entry in older.items())


def test_the_second_floor_has_as_many_properties_as_ours() -> None:
    assert floor.OURS.configuration.properties == len(AIConfiguration.property_names())
    assert floor.OURS.deployment.properties == len(AIDeployment.property_names())


def test_each_tenant_has_all_models_and_one_more_changes_no_other() -> None:
    before, after = for_each_tenant(20), for_each_tenant(20, one_more=True)

    assert list(after["resourceGroups"]) == [*before["resourceGroups"], "tenant-5"]
    assert after["deployments"] == before["deployments"]
    assert [each["resourceGroups"] for each in before["deployments"].values()] == ["all"] * len(MODELS)


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", DEPLOYMENTS, f"GET {DEPLOYMENTS}"),
        ("PATCH", f"{DEPLOYMENTS}/d123", f"PATCH {DEPLOYMENTS}/*"),
        ("GET", "/v2/lm/scenarios/foundation-models/models", "GET /v2/lm/scenarios/*/models"),
        ("POST", "/oauth/token", "POST /oauth/token"),
    ],
)
def test_requests_are_counted_by_kind(method: str, path: str, told: str) -> None:
    assert kind(method, path) == told


def test_a_tenant_is_as_slow_as_it_is_told_and_knows_its_requests() -> None:
    with tenant() as service:
        service.make_groups(["team-0"])
        service.pace(latency_s=0.0, running_s=5.0, group_quota=70)
        control = f"{service.url}/_emulator"
        assert requests.get(f"{control}/faults", timeout=10).json() == [{"resourceGroupQuota": 70}]
        service.pace(latency_s=0.25, running_s=5.0)

        assert service.runs_after_s == 5.25
        assert requests.get(f"{control}/faults", timeout=10).json() == [{"effect": {"latencySeconds": 0.25}}]
        assert requests.get(f"{control}/pace", timeout=10).json() == {"transitionSeconds": 5.0}
        assert count(service.requests()) == {"POST /oauth/token": 1, "POST /v2/admin/resourceGroups": 1}
        service.forget()
        assert service.requests() == []


def test_a_tenant_has_as_many_groups_as_are_asked_for() -> None:
    with tenant() as service:
        service.make_groups(groups(5000))

        made = [each for each in service.requests() if each.kind == "POST /v2/admin/resourceGroups"]
    assert [each.succeeded for each in made] == [True] * 71


def event(configuration_id: str) -> dict[str, Any]:
    return {"resOutputsEvent": {"metadata": {"new": {"outputs": {"configuration_id": configuration_id}}}}}


def test_how_late_the_end_of_a_wait_is_noticed() -> None:
    sent = [
        Request(100.0, f"POST {DEPLOYMENTS}", True, {"configurationId": "a"}),
        Request(101.0, f"PATCH {DEPLOYMENTS}/*", True, {"configurationId": "b"}),
        Request(101.0, f"PATCH {DEPLOYMENTS}/*", True, {"targetStatus": "STOPPED"}),
        Request(102.0, f"POST {DEPLOYMENTS}", False, {"configurationId": "refused"}),
    ]
    events: list[tuple[float, dict[str, Any]]] = [(99.0, {"preludeEvent": {}})]
    events += [(106.0, event("a")), (109.0, event("b")), (110.0, event("refused"))]
    nothing = Usage()

    assert late(sent, Watched(10.0, nothing, nothing, nothing, events), 5.5) == (0.5, 2.5)


def test_a_command_that_fails_is_told_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="no such"):
        run(["/bin/sh", "-c", "echo no such thing; exit 1"], tmp_path, {}, limit_s=60)


def test_figures_are_kept_with_their_setting() -> None:
    costs = Costs("ours", SETTING, "create", (Cost(8.0, {"GET x": 2}, late_s=(0.5, 1.5)), Cost(10.0, {"GET x": 3})))

    kept = costs.as_json()

    assert (kept["deployments"], kept["latencyS"], kept["runningS"]) == (50, 0.1, 5.0)
    assert (kept["seconds"], kept["requests"]) == ([8.0, 10.0], {"GET x": 3})
    assert kept["lateS"] == {"median": 1.0, "worst": 1.5}
    assert (costs.median_s, costs.keeps_limit) == (9.0, True)


def test_what_has_failed_is_told_and_misses_its_limit() -> None:
    costs = Costs("naive", SETTING, "create", failure="not within 3600 s")

    assert not costs.keeps_limit
    assert costs.as_json()["failure"] == "not within 3600 s"
    assert "FAILED" in table([costs])


def test_subjects_stand_side_by_side_in_the_table() -> None:
    head, row = table([Costs(who, SETTING, "up", (Cost(2.0, {"GET x": 7}),)) for who in ("ours", "floor")]).splitlines()

    assert head.split()[-4:] == ["ours,", "requests", "floor,", "requests"]
    assert row.split() == ["50", "100", "ms", "5", "s", "up", *["2.0", "s,", "7"] * 2]


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ("--deployments 1 10 --latency 0", {(1, 0.0, 5.0), (10, 0.0, 5.0)}),
        ("--running 20 --latency 100", {(50, 0.1, 20.0)}),
        ("--deployments 200 --running 20", {(200, 0.0, 20.0)}),
    ],
)
def test_a_part_can_be_chosen(arguments: str, chosen: set[tuple[int, float, float]]) -> None:
    parser = argparse.ArgumentParser()
    Selection.add_options(parser)
    selection = Selection.of(parser.parse_args(arguments.split()))

    settings = [plan.setting for _, plan in PLANS if selection.has(plan.setting)]

    assert {(each.deployments, each.latency_s, each.running_s) for each in settings} == chosen
