"""The CLI as a process of its own, to be interrupted or killed, and what it leaves running."""

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
        """Go on once the command has printed this."""
        for line in self._process.stdout or ():
            self.output += line
            if text in line:
                return
        raise AssertionError(f"it never said {text!r}:\n{self.output}")

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Kill -9."""
        self._process.kill()

    def kill_with_providers(self) -> None:
        """Kill -9 of the command and of all that it has started, together."""
        # Looked up before: those whose parent is gone are nobody's children.
        others = self.processes()
        self.kill()
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end(self) -> int:
        """Wait for it; returns its exit code."""
        self.output += self._process.communicate(timeout=TIMEOUT_S)[0]
        return self._process.returncode

    def processes(self, what: str = "") -> list[int]:
        """The processes below it whose command line contains `what`."""
        ps = ["ps", "-eo", "pid=,ppid=,args="]
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
    """Start a command; nothing of it is left when the block is over."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    started = PulumiProcess(process)
    try:
        yield started
    finally:
        process.kill()
        process.communicate()
