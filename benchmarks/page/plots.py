"""The plots of the page, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.page.results import Row

mpl.rcParams |= {"svg.hashsalt": "performance", "svg.fonttype": "none", "font.size": 9}


def draw(rows: Sequence[Row], folder: Path) -> dict[str, str]:
    """Draw what grows with the number of deployments. Returns what each file shows, by its name."""
    folder.mkdir(exist_ok=True)
    looks, writes = ("preview", "up"), ("create", "switch", "destroy")
    ours = [row for row in rows if row.subject == "ours"]
    both = [row for row in rows if row.subject in {"ours", "floor"}]
    _plot(both, looks, lambda row: row.seconds, "seconds", folder / "looks.svg")
    _plot(both, writes, lambda row: row.seconds, "seconds", folder / "writes.svg")
    _plot(ours, ("preview", *writes), lambda row: row.requests, "requests", folder / "requests.svg")
    return {
        "looks.svg": "Seconds of a preview and an up without changes, by the number of deployments",
        "writes.svg": "Seconds of a create, a switch and a destroy, by the number of deployments",
        "requests.svg": "Requests of each command, by the number of deployments",
    }


def _plot(rows: Sequence[Row], operations: Sequence[str], value: Callable[[Row], float], what: str, path: Path) -> None:
    """Draw a panel for each operation, with a line for each subject and latency."""
    figure = Figure(figsize=(3.2 * len(operations), 2.8), layout="constrained")
    panels: Any = figure.subplots(1, len(operations), squeeze=False)[0]
    for panel, operation in zip(panels, operations, strict=True):
        # Another time to RUNNING was measured for one number of deployments, which makes no line.
        shortest = min(row.running_s for row in rows)
        here = [row for row in rows if row.operation == operation and row.running_s == shortest]
        for subject, latency_ms in sorted({(row.subject, row.latency_ms) for row in here}, reverse=True):
            line = sorted(
                (row.deployments, value(row)) for row in here if (row.subject, row.latency_ms) == (subject, latency_ms)
            )
            style = {"linestyle": "--" if latency_ms else "-", "marker": "o", "markersize": 3}
            colour = "tab:blue" if subject == "ours" else "tab:gray"
            panel.plot(*zip(*line, strict=True), color=colour, label=f"{subject}, {latency_ms} ms", **style)
        panel.set(title=operation, xlabel="deployments", ylabel=what, xlim=(0, None), ylim=(0, None))
        panel.grid(alpha=0.3)
    panels[0].legend()
    figure.savefig(path, metadata={"Date": None})
