"""The page of the figures: what is put between its markers, and which goals count as reached."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.costs import Cost, Costs, Operation, Setting
from benchmarks.page import tables
from benchmarks.page.filling import PAGE, filled
from benchmarks.page.goals import verdicts
from benchmarks.page.results import Results

ABOUT = {"measuredAt": "2026-01-02T03:04:05Z", "version": "1.0", "python": "3.11.7", "machine": "Linux, 2 cores"}


def results(*measured: Costs) -> Results:
    return Results("scale", {**ABOUT, "measurements": [each.as_json() for each in measured]})


def costs(subject: str, operation: Operation, seconds: float, **more: Any) -> Costs:
    setting = Setting(50, more.pop("latency_s", 0.0), more.pop("running_s", 5.0))
    return Costs(subject, setting, operation, (Cost(seconds, more.pop("requests", {}), **more),))


def reached(*measured: Costs) -> dict[str, bool]:
    return {each.goal: each.is_kept for each in verdicts(results(*measured), None)}


@pytest.mark.parametrize(("seconds", "kept"), [(1.15, True), (1.2, False)])
def test_the_ratio_to_the_floor(seconds: float, kept: bool) -> None:
    told = reached(costs("floor", "preview", 1.0), costs("ours", "preview", seconds))

    assert told["`preview` and `up` without changes: at most 1.15 times the floor"] is kept


@pytest.mark.parametrize(("seconds", "kept"), [(2.5, True), (2.6, False)])
def test_the_cost_of_latency(seconds: float, kept: bool) -> None:
    told = reached(costs("ours", "up", 2.0), costs("ours", "up", seconds, latency_s=0.1))

    assert told["the same with 100 ms of latency: at most 0.5 s more"] is kept


@pytest.mark.parametrize(("number", "kept"), [(22, True), (23, False)])
def test_the_requests_of_a_preview(number: int, kept: bool) -> None:
    # 50 deployments are in 7 groups; one request is for the token.
    told = reached(costs("ours", "preview", 2.0, requests={"GET x": number - 1, "POST /oauth/token": 1}))

    assert told["requests of a `preview`: at most 3 for each resource group, besides the token"] is kept


@pytest.mark.parametrize(("seconds", "kept"), [(25.0, True), (25.1, False)])
def test_the_writes_of_slow_deployments(seconds: float, kept: bool) -> None:
    told = reached(
        costs("floor", "switch", 4.0, running_s=20.0), costs("ours", "switch", seconds, running_s=20.0, late_s=(0.5,))
    )

    (goal,) = (each for each in told if each.startswith("switch of 50 that need 20 s, 0 ms of latency"))
    assert told[goal] is kept


@pytest.mark.parametrize(("late_s", "kept"), [((0.2, 0.9, 3.0), True), ((0.2, 1.1, 1.2), False)])
def test_how_late_it_is_noticed(late_s: tuple[float, ...], kept: bool) -> None:
    told = reached(costs("ours", "create", 9.0, late_s=late_s))

    assert told["from RUNNING at the service to the end of the step: a median of at most 1 s or 3 %"] is kept


@pytest.mark.parametrize(("most", "kept"), [(90.0, True), (91.0, False)])
def test_the_memory_with_all_waiting(most: float, kept: bool) -> None:
    told = reached(
        costs("floor, all at once", "create", 2.0, plugin_mb=50.0),
        costs("ours, all at once", "create", 9.0, plugin_mb=most),
        costs("floor, all at once", "preview", 2.0, plugin_mb=50.0),
        costs("ours, all at once", "preview", 3.0, plugin_mb=500.0),
    )

    assert told["memory of the plugin process: at most 40 MB above an empty provider's"] is kept


def test_the_tables_have_the_figures() -> None:
    measured = results(
        costs("floor", "up", 2.0), costs("ours", "up", 3.0, requests={"GET x": 9}, plugin_mb=70.0, state_mb=0.5)
    )

    *_, row, _, origin = tables.scale(measured).splitlines()

    assert row.split(" | ")[3:8] == ["up", "2.0", "3.0", "1.50", "9"]
    assert origin == "Measured 2026-01-02: version 1.0, Python 3.11.7, Linux, 2 cores."
    assert "| `GET x` | 9 |" in tables.requests(measured)


def test_the_processor_time_stands_beside_that_of_both_floors() -> None:
    ours, floor, second = (
        costs(who, "up", seconds, engine_cpu_s=seconds / 2)
        for who, seconds in (("ours", 3.0), ("floor", 1.0), ("floor, as many properties", 2.0))
    )

    assert "| up | 3.0 / 1.0 / 2.0 | 1.5 / 0.5 / 1.0 |" in tables.cpu(results(ours, floor, second))
    assert "| up | 3.0 / 1.0 / — | 1.5 / 0.5 / — |" in tables.cpu(results(ours, floor))


def test_the_totals_of_the_others_leave_out_what_a_script_has_not() -> None:
    measured = results(costs("ours", "create", 9.0), costs("ours", "up", 3.0), costs("script", "create", 8.0))

    assert "| 50 | 0 ms | **all but `up`** | **9.0** | **8.0** |" in tables.peers(measured)


def test_the_page_has_a_place_for_each_part() -> None:
    parts = dict.fromkeys(("goals", "plots", "scale", "requests", "cpu", "peers", "large"), "a new text")

    page = filled(PAGE.read_text(encoding="utf-8"), parts)

    assert page.count("a new text") == len(parts)
    assert filled(page, parts) == page
    with pytest.raises(ValueError, match="0 places for others"):
        filled(page, {"others": "x"})


def test_the_table_of_tenants() -> None:
    told = tables.of_tenants(results(costs("ours", "add", 9.0, requests={"GET x": 30, "POST y": 9})))

    assert "| 50 in 12 | 0 ms | 5 s | add | 9.0 | 39 |" in told
    assert "<!-- tenants: begin -->" in PAGE.read_text(encoding="utf-8")
