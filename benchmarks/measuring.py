"""`Measurement`, and how measurements are printed and written to files."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Measurement:
    """How long something takes.

    Attributes:
        what: was measured, in words.
        seconds: of each repetition, in their order.
        limit_s: seconds that the median must not exceed; None for no limit.
    """

    what: str
    seconds: tuple[float, ...]
    limit_s: float | None = None

    @property
    def median_s(self) -> float:
        """The median, in seconds."""
        return statistics.median(self.seconds)

    @property
    def p95_s(self) -> float:
        """The 95th percentile, in seconds."""
        return sorted(self.seconds)[max(0, -(-len(self.seconds) * 19 // 20) - 1)]

    @property
    def keeps_limit(self) -> bool:
        """Whether the median is within the limit."""
        return self.limit_s is None or self.median_s <= self.limit_s

    def as_json(self) -> dict[str, Any]:
        """The figures for the result file; times in milliseconds."""
        return {
            "what": self.what,
            "repetitions": len(self.seconds),
            "medianMs": round(1000 * self.median_s, 3),
            "p95Ms": round(1000 * self.p95_s, 3),
            "worstMs": round(1000 * max(self.seconds), 3),
            "limitMs": None if self.limit_s is None else 1000 * self.limit_s,
        }


def repeated(what: str, times: int, action: Callable[[int], object], *, limit_s: float | None = None) -> Measurement:
    """Measure an action `times` times, after one call that is not measured.

    It is passed the number of the call, from 0.
    """
    action(0)
    return Measurement(what, tuple(timed(action, number) for number in range(1, times + 1)), limit_s)


def timed(action: Callable[[int], object], number: int) -> float:
    """Return how long a call of the action takes, in seconds."""
    begun = time.perf_counter()
    action(number)
    return time.perf_counter() - begun


def table(measurements: Sequence[Measurement]) -> str:
    """Return the figures as a table of text."""
    head = ("", "repetitions", "median", "95 %", "worst", "limit")
    rows = [
        (
            each.what,
            str(len(each.seconds)),
            *(f"{1000 * seconds:.2f} ms" for seconds in (each.median_s, each.p95_s, max(each.seconds))),
            "" if each.limit_s is None else f"{1000 * each.limit_s:g} ms{'' if each.keeps_limit else '  MISSED'}",
        )
        for each in measurements
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines)


def keep(name: str, title: str, measurements: Sequence[Measurement]) -> Path:
    """Write the figures, with version, Python and machine, to `benchmarks/results/<name>.json`. Returns its path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    document = {
        "benchmark": title,
        "measuredAt": dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": metadata.version("aicore-provider"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "measurements": [each.as_json() for each in measurements],
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return path
