"""`Costs` of an operation on many deployments: time, requests, memory, and how late the end of a wait is noticed."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Operation = Literal["create", "preview", "up", "switch", "add", "destroy"]
"""`preview` and `up` are those that change nothing; `add` adds a resource group with everything in it."""


@dataclass(frozen=True)
class Setting:
    """What is measured: so many deployments, and how slow the service is.

    Attributes:
        deployments: their number.
        latency_s: of each answer of the service, in seconds.
        running_s: from the acceptance of a create or switch to RUNNING; a stop and a delete take 0.4 of it each.
    """

    deployments: int
    latency_s: float
    running_s: float


@dataclass(frozen=True)
class Cost:
    """What one command cost.

    Attributes:
        seconds: that it took.
        requests: their number by kind.
        engine_cpu_s: CPU time of the command itself, which is Pulumi's engine in most.
        program_cpu_s: CPU time of the process of the program; 0 without one.
        plugin_cpu_s: CPU time of the processes of dynamic providers; 0 without one.
        plugin_mb: the most memory of one of these, in MB of 1,000,000 bytes.
        late_s: for each deployment, from RUNNING at the service to the end of its step in the engine.
        state_mb: size of the state file afterwards, in MB.
    """

    seconds: float
    requests: Mapping[str, int]
    engine_cpu_s: float = 0.0
    program_cpu_s: float = 0.0
    plugin_cpu_s: float = 0.0
    plugin_mb: float = 0.0
    late_s: tuple[float, ...] = ()
    state_mb: float = 0.0


@dataclass(frozen=True)
class Costs:
    """What an operation costs a subject in a setting.

    Attributes:
        subject: who does it, such as `ours` and `floor`.
        setting: with how many deployments.
        operation: what is done.
        all: the cost of each repetition.
        failure: why there is no more repetition; None: nothing failed.
    """

    subject: str
    setting: Setting
    operation: Operation
    all: tuple[Cost, ...] = ()
    failure: str | None = None

    @property
    def keeps_limit(self) -> bool:
        """Whether every repetition has ended well."""
        return self.failure is None

    @property
    def seconds(self) -> tuple[float, ...]:
        """Of all repetitions."""
        return tuple(each.seconds for each in self.all)

    @property
    def median_s(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)

    def with_one_more(self, cost: Cost) -> Costs:
        """Return these with another repetition."""
        return replace(self, all=(*self.all, cost))

    def as_json(self) -> dict[str, Any]:
        """The figures for the result file."""
        figures: dict[str, Any] = {
            "subject": self.subject,
            "operation": self.operation,
            **{_camel(key): value for key, value in asdict(self.setting).items()},
            "failure": self.failure,
        }
        if not self.all:
            return figures
        late = sorted(second for each in self.all for second in each.late_s)
        return figures | {
            "seconds": [round(each, 2) for each in self.seconds],
            "requests": dict(self.all[-1].requests),
            "engineCpuS": _median(each.engine_cpu_s for each in self.all),
            "programCpuS": _median(each.program_cpu_s for each in self.all),
            "pluginCpuS": _median(each.plugin_cpu_s for each in self.all),
            "pluginMb": _median(each.plugin_mb for each in self.all),
            "stateMb": _median(each.state_mb for each in self.all),
            "lateS": {"median": round(statistics.median(late), 2), "worst": round(late[-1], 2)} if late else None,
        }


def table(measured: Sequence[Costs]) -> str:
    """Return the figures as a table of text: a line for each setting and operation, with all subjects beside it."""
    subjects = list(dict.fromkeys(each.subject for each in measured))
    found = {(each.setting, each.operation, each.subject): each for each in measured}
    places = list(dict.fromkeys((each.setting, each.operation) for each in measured))
    rows = [["deployments", "latency", "RUNNING", "operation", *(f"{each}, requests" for each in subjects)]]
    for setting, operation in places:
        cells = [_cell(found.get((setting, operation, subject))) for subject in subjects]
        scale = (f"{setting.deployments}", f"{1000 * setting.latency_s:g} ms", f"{setting.running_s:g} s", operation)
        rows.append([*scale, *cells])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _cell(costs: Costs | None) -> str:
    if costs is None:
        return ""
    if not costs.all:
        return "FAILED"
    spread = f" ({min(costs.seconds):.1f}-{max(costs.seconds):.1f})" if len(costs.all) > 1 else ""
    requests = sum(costs.all[-1].requests.values())
    return f"{costs.median_s:.1f} s{spread}, {requests}{'' if costs.failure is None else '  FAILED'}"


def _median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 2)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)
