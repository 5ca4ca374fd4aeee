"""Reads the result files of the benchmarks."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.measuring import RESULTS


@dataclass(frozen=True)
class Row:
    """What an operation cost a subject in a setting; the fields are those of the result file."""

    subject: str
    operation: str
    deployments: int
    latency_ms: int
    running_s: float
    figures: dict[str, Any]

    @property
    def seconds(self) -> float:
        """The median."""
        return float(statistics.median(self.figures["seconds"]))

    @property
    def spread(self) -> str:
        """The median with the least and the most, such as `8.4 (8.1 to 9.0)`; alone if it was measured once."""
        all_seconds = self.figures["seconds"]
        noise = f" ({min(all_seconds):.1f} to {max(all_seconds):.1f})" if len(all_seconds) > 1 else ""
        return f"{self.seconds:.1f}{noise}"

    @property
    def requests(self) -> int:
        """Their number in the last repetition."""
        return sum(self.figures["requests"].values())


@dataclass(frozen=True)
class Results:
    """A result file.

    Attributes:
        name: of the benchmark.
        document: the whole file.
    """

    name: str
    document: dict[str, Any]

    @property
    def rows(self) -> list[Row]:
        """What was measured, without what has failed at once."""
        return [
            Row(
                each["subject"],
                each["operation"],
                each["deployments"],
                round(1000 * each["latencyS"]),
                each["runningS"],
                each,
            )
            for each in self.document["measurements"]
            if each.get("seconds")
        ]

    @property
    def origin(self) -> str:
        """Where and when it was measured, as a sentence."""
        of = self.document
        return f"Measured {of['measuredAt'][:10]}: version {of['version']}, Python {of['python']}, {of['machine']}."


def read(name: str) -> Results | None:
    """Return the results of a benchmark; None when it was not run."""
    path = RESULTS / f"{name}.json"
    return Results(name, json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def find(
    rows: Sequence[Row], subject: str, operation: str, deployments: int, latency_ms: int, running_s: float
) -> Row | None:
    """Return one row; None when it was not measured."""
    wanted = (subject, operation, deployments, latency_ms, running_s)
    return next(
        (row for row in rows if (row.subject, row.operation, row.deployments, row.latency_ms, row.running_s) == wanted),
        None,
    )
