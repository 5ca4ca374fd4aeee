"""Looks at other processes, and runs one in the foreground."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

_PROC = Path("/proc")


def command_line(pid: int) -> str | None:
    """Return the command line of a running process; None when there is no such process.

    It tells whether an id still belongs to the expected program: ids are used again.
    """
    if (_PROC / "self").exists():
        try:
            arguments = (_PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return None
        # Empty for a process that has ended and whose parent has not read its exit code yet.
        return arguments.replace(b"\0", b" ").decode(errors="replace").strip() or None
    return _listed(pid, "command")


def start_time(pid: int) -> str | None:
    """Return when a process began, as a text to compare with another one; None when there is no such process.

    Id and start time together identify a process, since a process that gets the same id later begins at another time.
    """
    if (_PROC / "self").exists():
        try:
            status = (_PROC / str(pid) / "stat").read_text(errors="replace")
            boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        # Field 22, clock ticks since the boot. The name of the program, field 2, may hold spaces and parentheses.
        return f"{boot}/{status.rpartition(')')[2].split()[19]}"
    return _listed(pid, "lstart")


def _listed(pid: int, column: str) -> str | None:
    listed = subprocess.run(
        ["ps", "-ww", "-p", str(pid), "-o", f"{column}="],
        # `ps` writes a start time in the language and time zone of its environment.
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.strip() or None


def run_in_front(command: Sequence[str | Path], *, environment: Mapping[str, str], folder: Path) -> int:
    """Run a program in the foreground, and return its exit code (128 + n when signal n ended it).

    Ctrl-C reaches the program directly, since it is in the same process group; this process waits until the program has
    ended. A SIGTERM to this process is passed on to the program.
    """
    process: subprocess.Popen[bytes] | None = None

    def leave_to_child(_number: int, _frame: FrameType | None) -> None:
        pass

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if process is not None:
            process.send_signal(number)

    before = {signal.SIGINT: signal.signal(signal.SIGINT, leave_to_child)}
    before[signal.SIGTERM] = signal.signal(signal.SIGTERM, pass_on)
    try:
        process = subprocess.Popen(command, cwd=folder, env=dict(environment))
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def is_running(pid: int) -> bool:
    """Whether a process of this id exists."""
    return command_line(pid) is not None


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
