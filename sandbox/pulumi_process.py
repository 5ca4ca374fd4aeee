"""`PulumiProcess`.

A running `pulumi` command that can be interrupted or killed, and the processes that it has started.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TIMEOUT_S = 60.0


class PulumiProcess:
    """One running `pulumi` command."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.output = ""

    def read_until(self, text: str) -> None:
        """Wait until the command has printed a line with this text.

        Raises:
            AssertionError: it ended without.
        """
        for line in self._process.stdout or ():
            self.output += line
            if text in line:
                return
        raise AssertionError(f"it never said {text!r}:\n{self.output}")

    def interrupt(self) -> None:
        """Send SIGINT, as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL to the command alone."""
        self._process.kill()

    def kill_with_providers(self) -> None:
        """Send SIGKILL to the command and to all processes below it."""
        # Looked up first: processes whose parent has ended cannot be found from it.
        others = self.processes()
        self.kill()
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end(self) -> int:
        """Wait until the command ends, and return its exit code."""
        self.output += self._process.communicate(timeout=TIMEOUT_S)[0]
        return self._process.returncode

    def processes(self, what: str = "") -> list[int]:
        """Return the ids of the processes below it whose command line contains `what`."""
        ps = ["ps", "-ww", "-eo", "pid=,ppid=,args="]
        table = subprocess.run(ps, capture_output=True, text=True, check=True).stdout
        rows = [(int(pid), int(parent), args) for pid, parent, args in (r.split(None, 2) for r in table.splitlines())]
        family: set[int] = set()
        newest = {self._process.pid}
        while newest:
            family |= newest
            newest = {pid for pid, parent, _ in rows if parent in newest} - family
        return [pid for pid, _, args in rows if pid in family and pid != self._process.pid and what in args]


@contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[PulumiProcess]:
    """Start a command, and kill it at the end of the block if it still runs."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    started = PulumiProcess(process)
    try:
        yield started
    finally:
        process.kill()
        process.communicate()
