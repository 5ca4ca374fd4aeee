"""Runs a command and watches the processes that it starts: time, memory, and what the engine says when."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_TICKS_S = os.sysconf("SC_CLK_TCK")
_INTERVAL_S = 0.1
_PLUGIN, _PROGRAM = "plugin", "program"
_PARTS = {
    "pulumi.dynamic": _PLUGIN,
    "pulumi-resource-aicore": _PLUGIN,
    "pulumi-language-python-exec": _PROGRAM,
}
"""What a process is, by what stands in its command line."""


class CommandFailed(Exception):
    """A command of a benchmark has failed; the text is its output."""


@dataclass
class Usage:
    """What one process, or several that do the same, have used. They are looked at ten times a second.

    Attributes:
        cpu_s: CPU time, added up.
        peak_mb: the most memory that one of them had at once, in MB of 1,000,000 bytes.
    """

    cpu_s: float = 0.0
    peak_mb: float = 0.0


@dataclass(frozen=True)
class Watched:
    """A command that has ended well.

    Attributes:
        seconds: that it took.
        engine: what the command itself used.
        plugin: what the processes of the providers used.
        program: what the process of the program used.
        events: of the engine: when each was seen, in seconds since the epoch, and the event.
    """

    seconds: float
    engine: Usage
    plugin: Usage
    program: Usage
    events: list[tuple[float, dict[str, Any]]]


@dataclass
class _Watch:
    session: int
    log: Path | None
    usages: dict[tuple[str, int], Usage] = field(default_factory=dict)
    lines: list[tuple[float, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look until it is over, and once more for what the engine said last."""
        read, rest = 0, ""
        while True:
            ended = self.over.wait(_INTERVAL_S)
            self._look_at_processes()
            if self.log is not None and self.log.exists():
                with self.log.open(encoding="utf-8") as file:
                    file.seek(read)
                    text = rest + file.read()
                    read = file.tell()
                *whole, rest = text.split("\n")
                now = time.time()
                self.lines += [(now, line) for line in whole if line]
            if ended:
                return

    def _look_at_processes(self) -> None:
        for folder in _PROC.iterdir():
            if not folder.name.isdigit():
                continue
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) != self.session:
                    continue
                command = (folder / "cmdline").read_bytes().decode(errors="replace")
                status = (folder / "status").read_text()
            except OSError:
                continue
            pid = int(folder.name)
            part = next((part for name, part in _PARTS.items() if name in command), "")
            # Of the other processes below it only the command itself counts; one that has ended has no memory.
            if (part or pid == self.session) and "VmHWM:" in status:
                cpu_s = (int(fields[11]) + int(fields[12])) / _TICKS_S
                self.usages[part, pid] = Usage(cpu_s, int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6)

    def used_by(self, part: str) -> Usage:
        """Return what the processes of one part used; "" for the command itself."""
        used = [usage for (of, _), usage in self.usages.items() if of == part]
        return Usage(sum(each.cpu_s for each in used), max((each.peak_mb for each in used), default=0.0))


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, log: Path | None = None, limit_s: float
) -> Watched:
    """Run a command to its end.

    Args:
        command: program and arguments.
        folder: to run it in.
        environment: all its variables.
        log: the file of the engine's events that the command writes, if it writes one.
        limit_s: seconds after which it is killed.

    Raises:
        CommandFailed: it ends with an error, or not within the limit.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    watch = _Watch(process.pid, log)
    watching = threading.Thread(target=watch.run)
    watching.start()
    try:
        output, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        process.terminate()
        raise CommandFailed(f"{' '.join(command[:2])}: not within {limit_s:g} s") from None
    finally:
        seconds = time.perf_counter() - begun
        watch.over.set()
        watching.join()
        process.kill()
        process.communicate()
    if process.returncode:
        raise CommandFailed(output)
    events = [(at, json.loads(line)) for at, line in watch.lines]
    return Watched(seconds, watch.used_by(""), watch.used_by(_PLUGIN), watch.used_by(_PROGRAM), events)
