"""The recorded requests, which cases run, and the tables at the end."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from sandbox import pulumi_cli
from tests.faults.kill_cases import ENDS
from tests.faults.matrix import Case, Requests, Result, Verdict, recorded, run_cases
from tests.faults.tables import LEGEND, counts, is_of_kind, tables, totals
from tests.faults.world import World
from tests.support.seed import sample

_ROW, _COUNT = "fault row", "fault count"


@pytest.fixture(scope="session")
def pulumi_root() -> Path:
    """The folder whose `bin/pulumi` is the CLI."""
    return pulumi_cli.ensure().root


@pytest.fixture(scope="session")
def requests(pulumi_root: Path) -> Requests:
    """What a clean run of each scenario asks, recorded when it is asked for first."""
    return functools.cache(functools.partial(recorded, pulumi_root))


@pytest.fixture
def keep_the_promise(pulumi_root: Path, request: pytest.FixtureRequest) -> Verdict:
    """Runs cases; fails with everything that was not as promised."""

    def run(cases: Iterable[Case], how: Callable[[World, Case], Result]) -> None:
        plugins = request.config.pluginmanager
        terminal, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")

        def tell(result: Result) -> None:
            request.node.user_properties.extend((_ROW, row) for row in result.rows)
            if terminal and capture:  # the worker processes of xdist have none
                with capture.global_and_fixture_disabled():
                    terminal.write_line(
                        "\n    ".join([*result.rows, *(p.splitlines()[0] for p in result.problems[:1])])
                    )
                    terminal.flush()

        failures = run_cases(cases, pulumi_root, how, tell)
        assert not failures, "\n\n".join("\n".join([*f.rows, *f.problems]) for f in failures)

    return run


@pytest.fixture
def some_of(request: pytest.FixtureRequest) -> Callable[[str, Sequence[Case], int], list[Case]]:
    """A sample by the seed of the run; its size is told at the end."""

    def choose(what: str, cases: Sequence[Case], count: int) -> list[Case]:
        chosen = sample(cases, count, request.config.option.seed)
        request.node.user_properties.append((_COUNT, f"{what}: a sample of {len(chosen)} of {len(cases)} cases ran"))
        return chosen

    return choose


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables, and how many cases ran."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind) if r.when == "call"]
    properties = [each for report in reports for each in report.user_properties]
    rows = [str(text) for key, text in properties if key == _ROW]
    if rows:
        terminalreporter.section("faults and interruptions")
        if terminalreporter.config.getoption("--every-case"):
            # Each matrix has columns of its own.
            lines = []
            for is_kill in (True, False):
                matrix = [row for row in rows if (row.split(" | ")[2].partition(", ")[0] in ENDS) is is_kill]
                lines += tables(row for row in matrix if not is_of_kind(row))
                lines += counts(row for row in matrix if is_of_kind(row))
            lines += ["", LEGEND]
        else:
            lines = rows
        for line in lines:
            terminalreporter.write_line(line)
        for key, text in properties:
            if key == _COUNT:
                terminalreporter.write_line(str(text))
        terminalreporter.write_line(totals(rows))
