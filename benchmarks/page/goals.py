"""Compares the figures with the goals."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aicore_provider.kinds.parallelism import MOST, VARIABLE
from benchmarks.estate import groups
from benchmarks.page.results import Results, Row, find

LOOKS = ("preview", "up")
WRITES = ("create", "switch", "destroy")
RATIO = 1.15
LATENCY_COST_S = 0.5
LOOKS_IN_A_GROUP = 3
WRITES_RATIO = 1.25
MEMORY_MB = 40.0


@dataclass(frozen=True)
class Verdict:
    """A goal beside what was measured.

    Attributes:
        goal: in words.
        measured: in words, the worst where there are several.
        is_kept: whether the goal is reached.
    """

    goal: str
    measured: str
    is_kept: bool


def verdicts(scale: Results, start_up: Results | None) -> Iterator[Verdict]:
    """Judge each goal for which there are figures."""
    rows = scale.rows
    yield from _ratios(rows)
    yield from _latency(rows)
    yield from _requests(rows)
    yield from _writes(rows)
    yield from _late(rows)
    yield from _memory(rows)
    if start_up is not None:
        yield from _start_up(start_up)


def floor_of(rows: Sequence[Row], row: Row) -> Row | None:
    """Return the floor beside a row of ours, under the same conditions."""
    return find(
        rows, row.subject.replace("ours", "floor"), row.operation, row.deployments, row.latency_ms, row.running_s
    )


def _ours(rows: Sequence[Row], operations: Sequence[str]) -> list[Row]:
    return [row for row in rows if row.subject == "ours" and row.operation in operations]


def _ratios(rows: Sequence[Row]) -> Iterator[Verdict]:
    ours = [row for row in _ours(rows, LOOKS) if row.latency_ms == 0]
    pairs = [(row.seconds / below.seconds, row) for row in ours if (below := floor_of(rows, row))]
    if pairs:
        worst, row = max(pairs, key=lambda pair: pair[0])
        what = f"{worst:.2f} ({row.operation} of {row.deployments})"
        yield Verdict(f"`preview` and `up` without changes: at most {RATIO:g} times the floor", what, worst <= RATIO)


def _latency(rows: Sequence[Row]) -> Iterator[Verdict]:
    slow = [row for row in _ours(rows, LOOKS) if row.latency_ms == 100]
    pairs = [
        (row.seconds - quick.seconds, row)
        for row in slow
        if (quick := find(rows, "ours", row.operation, row.deployments, 0, row.running_s))
    ]
    if pairs:
        worst, row = max(pairs, key=lambda pair: pair[0])
        goal = f"the same with 100 ms of latency: at most {LATENCY_COST_S:g} s more"
        yield Verdict(goal, f"{worst:+.1f} s ({row.operation} of {row.deployments})", worst <= LATENCY_COST_S)


def _requests(rows: Sequence[Row]) -> Iterator[Verdict]:
    # One of them is that for the token.
    shares = [((row.requests - 1) / len(groups(row.deployments)), row) for row in _ours(rows, ("preview",))]
    if shares:
        worst, row = max(shares, key=lambda pair: pair[0])
        what = f"{worst:.1f} ({row.requests} in all for {row.deployments} in {len(groups(row.deployments))})"
        goal = f"requests of a `preview`: at most {LOOKS_IN_A_GROUP} for each resource group, besides the token"
        yield Verdict(goal, what, worst <= LOOKS_IN_A_GROUP)


def _writes(rows: Sequence[Row]) -> Iterator[Verdict]:
    for row in _ours(rows, WRITES):
        if row.running_s == 20 and (below := floor_of(rows, row)):
            most = row.running_s + WRITES_RATIO * below.seconds
            goal = (
                f"{row.operation} of {row.deployments} that need {row.running_s:g} s, {row.latency_ms} ms of latency: "
                f"at most these + {WRITES_RATIO:g} times the floor"
            )
            yield Verdict(goal, f"{row.seconds:.1f} s, at most {most:.1f} s", row.seconds <= most)


def _late(rows: Sequence[Row]) -> Iterator[Verdict]:
    late = [(row.figures["lateS"], row) for row in _ours(rows, WRITES) if row.figures["lateS"]]
    if late:
        shown, row = max(late, key=lambda pair: float(pair[0]["median"]))
        worst = max(each["worst"] for each, _ in late)
        allowed = max(1.0, 0.03 * row.running_s)
        what = f"{shown['median']:.1f} s ({row.operation} of {row.deployments}), the last of all {worst:.1f} s"
        goal = "from RUNNING at the service to the end of the step: a median of at most 1 s or 3 %"
        yield Verdict(goal, what, shown["median"] <= allowed)


def _memory(rows: Sequence[Row]) -> Iterator[Verdict]:
    for row in rows:
        is_waiting = row.subject == "ours, all at once" and row.operation == "create"
        if is_waiting and (below := floor_of(rows, row)):
            more = row.figures["pluginMb"] - below.figures["pluginMb"]
            goal = f"memory of the plugin process: at most {MEMORY_MB:g} MB above an empty provider's"
            what = f"{more:.0f} MB, in the create of {row.deployments} with {VARIABLE}={MOST}"
            yield Verdict(goal, what, more <= MEMORY_MB)


def _start_up(start_up: Results) -> Iterator[Verdict]:
    # Each that has a limit follows what it is compared with.
    for base, each in itertools.pairwise(start_up.document["measurements"]):
        if each["limitMs"] is not None:
            allowed_s, more_s = ((each[key] - base["medianMs"]) / 1000 for key in ("limitMs", "medianMs"))
            goal = f"{each['what']}: at most {allowed_s:.2f} s more than {base['what']}"
            yield Verdict(goal, f"{more_s:.2f} s more", each["medianMs"] <= each["limitMs"])
