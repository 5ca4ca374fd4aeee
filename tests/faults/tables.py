"""The results as tables: one for each command, a line for each request, a column for what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.faults.kill_cases import BY_ID, CARRIED_OUT, ORPHAN, STRAY, TAKEN_OVER
from tests.faults.matrix import BY_ITSELF, BY_THE_NEXT, FAILED

SIGNS = {BY_ITSELF: "=", BY_THE_NEXT: "+", ORPHAN: "s", BY_ID: "i", TAKEN_OVER: "t", STRAY: "d", FAILED: "FAILED"}
LEGEND = (
    "`=`: the command succeeded all the same; `+`: the next command put it right; `s`: the same as `+`, and an orphan "
    "was left, which `aicore-provider orphans --remove` removed; `i`: the same as `s`, but `--remove` needed its id; "
    "`t`: the next command put it right with `take_over=True`; `d`: the next command made another one, and the first "
    "one was left"
)


def tables(rows: Iterable[str]) -> list[str]:
    """Markdown lines of all tables."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    columns: dict[str, None] = {}
    for row in rows:
        scenario, request, what, kept = row.split(" | ")
        what, _, moment = what.partition(", ")
        request += f", {moment}" if moment == CARRIED_OUT else ""
        columns[what] = None
        found.setdefault(scenario, {}).setdefault(request, {})[what] = SIGNS[kept]
    lines = []
    for scenario, requests in found.items():
        lines += ["", _line([scenario, *columns]), _line(["---"] * (len(columns) + 1))]
        lines += [_line([request, *(cells.get(what, "") for what in columns)]) for request, cells in requests.items()]
    return lines


def counts(rows: Iterable[str]) -> list[str]:
    """Markdown lines of a table with a line for each kind, and how many of its cases ended how."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        scenario, _, _, kept = row.split(" | ")
        found.setdefault(scenario.partition(": ")[0], Counter())[kept] += 1
    ends = [end for end in SIGNS if end == FAILED or any(of[end] for of in found.values())]
    lines = ["", _line(["kind", "cases", *ends]), _line(["---"] * (len(ends) + 2))]
    return lines + [_line([kind, str(of.total()), *(str(of[end]) for end in ends)]) for kind, of in found.items()]


def is_of_kind(row: str) -> bool:
    """Whether a row is about a kind of which only the counts are shown."""
    return ": " in row.partition(" | ")[0]


def totals(rows: Sequence[str]) -> str:
    """How many cases ended how."""
    kept = Counter(row.rsplit(" | ", 1)[-1] for row in rows)
    return f"{len(rows)} cases: " + ", ".join(f"{kept[what]} {what}" for what in SIGNS if kept[what] or what == FAILED)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
