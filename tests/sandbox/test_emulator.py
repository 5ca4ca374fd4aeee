"""The emulator keeps its port for as long as the sandbox lives, whatever happens to its process."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.console import Problem
from sandbox.emulator import Record, Step, ensure_running, next_step, read_record, running_pid, stop, write_record
from sandbox.layout import Layout
from sandbox.processes import command_line, start_time

TABLE = {
    # ours, well, port free, in state
    (True, True, False, True): Step.USE,
    (True, True, False, False): Step.USE,
    (True, False, False, True): Step.START_AGAIN,
    (True, False, False, False): Step.START_AGAIN,
    (True, False, True, True): Step.START_AGAIN,
    (True, False, True, False): Step.START_AGAIN,
    (False, False, True, True): Step.START,
    (False, False, True, False): Step.START,
    (False, False, False, True): Step.GIVE_UP,
    (False, False, False, False): Step.CHOOSE_ANOTHER_PORT,
}


@pytest.mark.parametrize(("seen", "step"), TABLE.items())
def test_what_to_do(seen: tuple[bool, bool, bool, bool], step: Step) -> None:
    ours, well, free, recorded = seen
    assert next_step(is_ours=ours, is_well=well, port_is_free=free, is_recorded_in_state=recorded) is step


def test_the_table_is_complete() -> None:
    possible = {
        (ours, well, free, recorded)
        for ours, well, free, recorded in itertools.product((True, False), repeat=4)
        if not (well and (free or not ours))
    }
    assert set(TABLE) == possible


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    """A clone of its own that uses this environment's programs."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    layout = Layout(tmp_path)
    yield layout
    stop(layout)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"port": "x", "pid": 1}'])
def test_an_illegible_memory_counts_as_none(layout: Layout, content: str | None) -> None:
    layout.folder.mkdir()
    if content is not None:
        layout.emulator_record.write_text(content)
    assert read_record(layout) is None


def test_port_and_process_are_remembered(layout: Layout) -> None:
    write_record(layout, Record(20123, 4711, "/x/ai-core.db", "began"))
    assert read_record(layout) == Record(20123, 4711, "/x/ai-core.db", "began")


def test_a_record_of_an_earlier_version_is_understood(layout: Layout) -> None:
    layout.folder.mkdir()
    layout.emulator_record.write_text('{"port": 20123, "pid": 4711, "database": "/x/ai-core.db"}')
    assert read_record(layout) == Record(20123, 4711, "/x/ai-core.db", None)


def test_a_process_that_is_not_ours_is_left_alone(layout: Layout) -> None:
    write_record(layout, Record(20123, os.getpid(), str(layout.database)))
    assert not stop(layout)


@pytest.fixture
def twin(layout: Layout) -> Iterator[subprocess.Popen[str]]:
    """A process whose command line is that of this clone's emulator. SIGTERM turns it into another program."""
    turn = "signal.signal(signal.SIGTERM, lambda *_: os.execlp('cat', 'cat'))"
    program = f"import os, signal; {turn}; print('ready', flush=True); signal.pause(); signal.pause()"
    command = [sys.executable, "-c", program, "emulator", str(layout.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_a_process_that_began_at_another_time_is_left_alone(layout: Layout, twin: subprocess.Popen[str]) -> None:
    before = start_time(os.getpid())
    assert before is not None
    write_record(layout, Record(20123, twin.pid, str(layout.database), before + "0"))

    assert running_pid(layout) is None
    assert not stop(layout)
    assert "emulator" in (command_line(twin.pid) or "")


@pytest.mark.parametrize("is_recorded", [True, False], ids=["with its start time", "by an earlier version"])
def test_what_became_another_program_is_not_killed(
    layout: Layout, twin: subprocess.Popen[str], is_recorded: bool
) -> None:
    began = start_time(twin.pid) if is_recorded else None
    write_record(layout, Record(20123, twin.pid, str(layout.database), began))

    assert stop(layout)

    assert twin.stdin is not None
    assert twin.stdout is not None
    twin.stdin.write("still here\n")
    assert twin.stdout.readline() == "still here\n"


def test_a_start_time_is_one_processs_own(twin: subprocess.Popen[str]) -> None:
    began = start_time(twin.pid)
    assert began is not None
    assert start_time(twin.pid) == began != start_time(os.getpid())
    twin.kill()
    twin.wait()
    assert start_time(twin.pid) is None


def test_a_foreign_program_on_the_port_of_recorded_deployments_is_told(layout: Layout) -> None:
    state = layout.backend / ".pulumi" / "stacks" / "aicore" / "sandbox.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"checkpoint": {"latest": {"resources": [{"type": "x"}]}}}))
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = squatter.getsockname()[1]
        write_record(layout, Record(port))
        with pytest.raises(Problem, match=f"Port {port} belongs to this sandbox's emulator"):
            ensure_running(layout)


# The emulator is meant to outlive the call that starts it.
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_killed_emulator_comes_back_at_its_port(layout: Layout) -> None:
    port = ensure_running(layout)
    first = read_record(layout)
    assert ensure_running(layout) == port
    assert read_record(layout) == first
    assert first is not None
    assert first.pid is not None

    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    assert ensure_running(layout) == port
    assert read_record(layout) != first

    assert stop(layout)
    assert not stop(layout)


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_moved_clone_keeps_its_emulator_and_a_copied_one_has_none(layout: Layout, tmp_path: Path) -> None:
    port = ensure_running(layout)
    copied = Layout(tmp_path / "copied")
    shutil.copytree(layout.folder, copied.folder)
    assert not stop(copied)

    moved = Layout(tmp_path / "moved")
    moved.project.mkdir()
    (moved.project / ".venv").symlink_to(sys.prefix)
    layout.folder.rename(moved.folder)
    assert ensure_running(moved) == port
    record = read_record(moved)
    assert record is not None
    assert record.database == str(moved.database)
    assert stop(moved)
