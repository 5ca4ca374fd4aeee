"""The example `examples/many_stacks`: many stacks of one project, some of them at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import ROOT, EngineStack
from tests.engine.pace import COUNTED, HOUR_S, SLOW
from tests.support.client import Api
from tests.support.clocks import wait_for
from tests.support.models import CHAT

RUN = ROOT / "examples" / "many_stacks" / "run.py"
TIMEOUT_S = 300.0


class Estate:
    """A project with many stacks, each of which has one deployment."""

    def __init__(self, engine: EngineStack) -> None:
        self._engine = engine
        self.folder = engine.folder

    def add(self, *names: str, **changes: str) -> None:
        """Add stacks; `changes` are keys of their one entry."""
        for name in names:
            self._engine.name = name
            self._engine.configure({"chat": CHAT | changes})

    @contextmanager
    def begin(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Start the example in a process group of its own, as a terminal does."""
        command = [sys.executable, str(RUN), *arguments]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=self._engine.shell,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def run(self, *arguments: str) -> tuple[int, dict[str, list[str]], str]:
        """Run the example; its exit code, the rows of its table by stack, and what it has said meanwhile."""
        with self.begin(*arguments) as process:
            return end(process)


def end(process: subprocess.Popen[str]) -> tuple[int, dict[str, list[str]], str]:
    stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    rows = [line.split(None, 3) for line in stdout.splitlines()[1:]]
    return process.returncode, {name: rest for name, *rest in rows}, stderr


def most_at_once(said: str) -> int:
    """How many stacks were at work at the same time at most."""
    now = most = 0
    for line in said.splitlines():
        now += line.endswith(": begun") - (" after " in line)
        most = max(most, now)
    return most


@pytest.fixture
def estate(stack: EngineStack) -> Estate:
    """A project without stacks."""
    return Estate(stack)


@pytest.fixture
def names(request: pytest.FixtureRequest) -> list[str]:
    """Twenty stacks with `make test-faults`, nine otherwise: each takes seconds of the processor."""
    every = request.config.getoption("--every-case")
    return [f"team-{n:02}" for n in range(20 if every else 9)]


def test_many_stacks_are_brought_up_four_at_a_time(estate: Estate, emulator: Emulator, names: list[str]) -> None:
    estate.add(*names)
    estate.add("team-07", version="1999-01-01")

    code, rows, said = estate.run("up")

    assert list(rows) == names
    failed = {name: row for name, row in rows.items() if row[0] != "ok"}
    assert (code, list(failed)) == (1, ["team-07"])
    assert {row[2] for name, row in rows.items() if name not in failed} == {"4 create"}
    assert most_at_once(said) == 4
    assert said.count("--- team-07 ---") == said.count("---") / 2 == 1
    assert "1999-01-01" in said
    assert len(Api(emulator).ids()) == len(names) - 1

    estate.add("team-07")
    code, rows, said = estate.run("up", "team-07", "team-08")
    assert (code, rows["team-07"][0], rows["team-08"][0], rows["team-08"][2]) == (0, "ok", "ok", "-")
    assert len(Api(emulator).ids()) == len(names)
    code, rows, said = estate.run("preview", "team-07", "team-08", "--at-once", "2")
    assert (code, [row[2] for row in rows.values()]) == (0, ["-", "-"]), said
    code, rows, said = estate.run("destroy", "team-08")
    assert (code, rows["team-08"][0], len(Api(emulator).ids())) == (0, "ok", len(names) - 1)


def test_after_ctrl_c_no_further_stack_is_begun_and_what_was_made_is_in_the_states(
    estate: Estate, emulator: Emulator
) -> None:
    estate.add("a", "b", "c")
    emulator.pace = SLOW
    with estate.begin("up", "--at-once", "2") as process:
        wait_for(lambda: len(Api(emulator).ids()) == 2, "two stacks have made their deployments")
        os.killpg(process.pid, signal.SIGINT)
        code, rows, said = end(process)
    assert code == 130
    assert [row[0] for row in rows.values()] == ["failed", "failed", "not"], "not begun"
    assert "c: begun" not in said
    assert said.count("The next `pulumi up` goes on from here") == 2
    made = set(Api(emulator).ids())

    emulator.pace = COUNTED
    emulator.advance(HOUR_S)
    code, rows, said = estate.run("up")
    assert code == 0, said
    assert made < set(Api(emulator).ids())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("up", "--at-once", "0"), "--at-once must be 1 or more"),
        (("up", "--project", "nowhere"), "nowhere is no folder of a Pulumi project"),
        (("up", "--project", "empty"), "the project in empty has no stack file"),
        (("frobnicate",), "invalid choice"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_runs(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    done = subprocess.run([sys.executable, RUN, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert told in done.stderr
