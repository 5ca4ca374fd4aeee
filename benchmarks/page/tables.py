"""The tables of the page, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.estate import groups, tenants
from benchmarks.page.goals import Verdict, floor_of
from benchmarks.page.results import Results, Row, find

_FLOORS = ("floor", "floor, as many properties")


def goals(verdicts: Iterable[Verdict], origin: str) -> str:
    """Return the goals, each beside what was measured."""
    rows = [(each.goal, each.measured, "yes" if each.is_kept else "**no**") for each in verdicts]
    return f"{_table(('Goal', 'Measured, the worst', 'Reached'), rows)}\n\n{origin}"


def scale(results: Results) -> str:
    """Return ours beside the floor: seconds, their ratio, and requests."""
    rows = results.rows
    lines = []
    for row in [row for row in rows if row.subject.startswith("ours")]:
        below = floor_of(rows, row)
        lines.append(
            (
                f"{row.deployments} in {len(groups(row.deployments))}{row.subject.removeprefix('ours')}",
                f"{row.latency_ms} ms",
                f"{row.running_s:g} s",
                row.operation,
                below.spread if below else "",
                row.spread,
                f"{row.seconds / below.seconds:.2f}" if below else "",
                str(row.requests),
                _late(row),
                f"{row.figures['pluginMb']:.0f} / {below.figures['pluginMb']:.0f}" if below else "",
                f"{row.figures['stateMb']:.2f}",
            )
        )
    head = (
        *("Deployments in groups", "Latency", "To RUNNING", "Operation", "Floor, s", "Ours, s", "Ratio", "Requests"),
        *("Noticed late, s", "Plugin, MB", "State, MB"),
    )
    return f"{_table(head, lines)}\n\n{results.origin}"


def of_tenants(results: Results) -> str:
    """Return what a resource group for each tenant costs: seconds and requests."""
    lines = [
        (
            f"{row.deployments} in {tenants(row.deployments)}",
            f"{row.latency_ms} ms",
            f"{row.running_s:g} s",
            row.operation,
            row.spread,
            str(row.requests),
            f"{row.figures['pluginMb']:.0f}",
            f"{row.figures['stateMb']:.2f}",
        )
        for row in results.rows
    ]
    head = (
        "Deployments in groups",
        "Latency",
        "To RUNNING",
        "Operation",
        "Ours, s",
        "Requests",
        "Plugin, MB",
        "State, MB",
    )
    return f"{_table(head, lines)}\n\n{results.origin}"


def requests(results: Results) -> str:
    """Return the requests of ours by kind and operation, for the largest number of deployments without latency."""
    most, ours = _largest(results.rows)
    shown = {row.operation: row.figures["requests"] for row in ours}
    kinds = dict.fromkeys(kind for counted in shown.values() for kind in counted)
    lines = [(f"`{kind}`", *(str(counted.get(kind, "")) for counted in shown.values())) for kind in kinds]
    return _table((f"{most} deployments in {len(groups(most))} resource groups", *shown), lines)


def cpu(results: Results) -> str:
    """Return seconds, and CPU time of each process, for the largest number without latency: ours and both floors."""
    most, ours = _largest(results.rows)
    keys = ("engineCpuS", "programCpuS", "pluginCpuS")
    lines = []
    for row in ours:
        compared = [row, *(find(results.rows, each, row.operation, *_setting(row)) for each in _FLOORS)]
        seconds = " / ".join(f"{each.seconds:.1f}" if each else "—" for each in compared)
        cells = (" / ".join(f"{each.figures[key]:.1f}" if each else "—" for each in compared) for key in keys)
        lines.append((row.operation, seconds, *cells))
    head = (f"{most} deployments", "Time, s", "CPU of the engine, s", "of the program, s", "of the plugin, s")
    return _table(head, lines)


def _largest(rows: Sequence[Row]) -> tuple[int, list[Row]]:
    ours = [row for row in rows if row.subject == "ours" and row.latency_ms == 0]
    most = max((row.deployments for row in ours), default=0)
    return most, [row for row in ours if row.deployments == most]


def peers(results: Results) -> str:
    """Return the seconds and requests of all beside each other, with their sums."""
    rows = results.rows
    subjects = list(dict.fromkeys(row.subject for row in rows))
    lines = []
    for setting in dict.fromkeys(_setting(row) for row in rows):
        here = [row for row in rows if _setting(row) == setting]
        place = (str(setting[0]), f"{setting[1]} ms")
        for operation in dict.fromkeys(row.operation for row in here):
            cells = [find(rows, subject, operation, *setting) for subject in subjects]
            lines.append((*place, operation, *(f"{each.spread}; {each.requests}" if each else "—" for each in cells)))
        # An `up` without changes is left out: a script has none.
        sums = [sum(row.seconds for row in here if row.subject == each and row.operation != "up") for each in subjects]
        lines.append((*place, "**all but `up`**", *(f"**{each:.1f}**" for each in sums)))
    heads = (f"{each}, s; requests" for each in subjects)
    return f"{_table(('Deployments', 'Latency', 'Operation', *heads), lines)}\n\n{results.origin}"


def _setting(row: Row) -> tuple[int, int, float]:
    return row.deployments, row.latency_ms, row.running_s


def _late(row: Row) -> str:
    late = row.figures["lateS"]
    return f"{late['median']:.1f}, at most {late['worst']:.1f}" if late else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
