"""Runs the emulator as a background process of this clone, always at the same port.

The state of a stack holds the URL of the service of each deployment, so an emulator at another port would be another
service. The port is therefore chosen once and recorded.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path

from sandbox.console import Problem, last_lines, say
from sandbox.environment import without_foreign
from sandbox.layout import Layout
from sandbox.processes import command_line, send, start_time
from sandbox.stack_state import resource_count

# Below the ports that systems use for outgoing connections, so that none of these occupies the port after a restart.
_PORTS = range(20_000, 30_000)
_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 5.0
_LOOK_AGAIN_S = 0.05


@dataclass(frozen=True)
class Record:
    """What is recorded of the emulator.

    Attributes:
        port: chosen once.
        pid: of its process; None before the first start.
        database: path of the state file that it was started with; the clone may have been moved since.
        started: when the process began, as `start_time` returns it; None in a record of an earlier version.
    """

    port: int
    pid: int | None = None
    database: str = ""
    started: str | None = None


class Step(Enum):
    """The next step to a running emulator."""

    USE = auto()
    START = auto()
    START_AGAIN = auto()
    CHOOSE_ANOTHER_PORT = auto()
    GIVE_UP = auto()


def next_step(*, is_ours: bool, is_well: bool, port_is_free: bool, is_recorded_in_state: bool) -> Step:
    """Decide the next step. No side effects.

    Args:
        is_ours: whether the recorded process runs and is this clone's emulator.
        is_well: whether that process answers HTTP and keeps its data in this clone; False when it is not ours.
        port_is_free: whether no process listens at the recorded port.
        is_recorded_in_state: whether a stack holds resources, and with them the emulator's URL.
    """
    if is_ours:
        return Step.USE if is_well else Step.START_AGAIN
    if port_is_free:
        return Step.START
    return Step.GIVE_UP if is_recorded_in_state else Step.CHOOSE_ANOTHER_PORT


def ensure_running(layout: Layout) -> int:
    """Return the port of the running emulator; start it if it does not run.

    Raises:
        Problem: it does not start, or another program listens at its port.
    """
    record = read_record(layout) or Record(free_port())
    is_ours = _is_ours(layout, record)
    step = next_step(
        is_ours=is_ours,
        is_well=is_ours and record.database == str(layout.database) and _answers(record.port),
        port_is_free=_is_free(record.port),
        is_recorded_in_state=resource_count(layout.backend) > 0,
    )
    if step is Step.USE:
        return record.port
    if step is Step.GIVE_UP:
        raise Problem(
            f"Port {record.port} belongs to this sandbox's emulator, but another program listens there now, and the\n"
            f"sandbox's deployments are recorded under http://127.0.0.1:{record.port}. End that program\n"
            f"(`lsof -i :{record.port}` names it) and run this again, or throw all away: rm -rf {layout.folder.name}"
        )
    if step is Step.START_AGAIN:
        say("The emulator does not answer, or was started before this folder was moved; ending it.")
        stop(layout)
    if step is Step.CHOOSE_ANOTHER_PORT:
        record = Record(free_port())
    _start(layout, record.port)
    return record.port


def stop(layout: Layout) -> bool:
    """End the emulator if it runs. Returns whether it did run."""
    record = read_record(layout)
    if record is None or record.pid is None or not _is_ours(layout, record):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not _is_ours(layout, record):
            break
        send(record.pid, number)
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while _is_ours(layout, record) and time.monotonic() < deadline:
            time.sleep(_LOOK_AGAIN_S)
    return True


def running_pid(layout: Layout) -> int | None:
    """Return the process id of this clone's emulator; None when it does not run."""
    record = read_record(layout)
    return record.pid if record is not None and _is_ours(layout, record) else None


def read_record(layout: Layout) -> Record | None:
    """Return the record; None when there is none, or it cannot be read."""
    try:
        stored = json.loads(layout.emulator_record.read_text())
        pid, started = stored["pid"], stored.get("started")
        return Record(
            int(stored["port"]),
            None if pid is None else int(pid),
            str(stored["database"]),
            None if started is None else str(started),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(layout: Layout, record: Record) -> None:
    """Write the record, atomically."""
    layout.folder.mkdir(exist_ok=True)
    new = layout.emulator_record.with_suffix(".new")
    new.write_text(json.dumps(asdict(record)) + "\n")
    new.replace(layout.emulator_record)


def _start(layout: Layout, port: int) -> None:
    # Written before the start as well, since the emulator may use the port from now on.
    write_record(layout, Record(port))
    say(f"Starting the AI Core emulator at http://127.0.0.1:{port} ...")
    program = layout.environment_bin / "aicore-provider"
    command: list[str | Path] = [program, "emulator", "--port", str(port), "--state", layout.database]
    with layout.emulator_log.open("a+") as log:
        log_start = log.tell()
        try:
            process = subprocess.Popen(
                command,
                cwd=layout.project,
                env={**without_foreign(os.environ), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # So that Ctrl-C in this terminal does not end it.
                start_new_session=True,
            )
        except OSError as error:
            raise Problem(f"The emulator cannot be started: {program}: {error.strerror}.") from None
    write_record(layout, Record(port, process.pid, str(layout.database), start_time(process.pid)))
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(port):
            return
        time.sleep(_LOOK_AGAIN_S)
    ended = process.poll()
    how = f"does not answer after {_START_TIMEOUT_S:.0f} s" if ended is None else f"ended with exit code {ended}"
    if ended is None:
        stop(layout)
    with layout.emulator_log.open() as log:
        log.seek(log_start)
        said = last_lines(log.read(), 6)
    raise Problem(f"The emulator {how}. Its last words ({layout.emulator_log}):\n{said or '    none'}")


def _is_ours(layout: Layout, record: Record) -> bool:
    if record.pid is None or not record.database:
        return False
    # In a copied clone, the record is about the emulator of the original, whose state file still exists.
    is_copied = record.database != str(layout.database) and Path(record.database).exists()
    command = command_line(record.pid) or ""
    is_same = record.started in (None, start_time(record.pid))
    return is_same and not is_copied and "emulator" in command and record.database in command


def _answers(port: int) -> bool:
    """Whether it answers over HTTP; any answer counts, also 401."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/v2/lm/meta")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def free_port() -> int:
    """Return a port at which no program listens, of those that this module chooses from.

    Raises:
        Problem: there is none.
    """
    for port in random.sample(_PORTS, 100):
        if _is_free(port):
            return port
    raise Problem(f"No free port between {_PORTS.start} and {_PORTS.stop} on this machine.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Closed connections of the last minute must not count as a listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
