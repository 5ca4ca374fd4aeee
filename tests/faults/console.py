"""The Pulumi CLI as a process that can be interrupted and killed, as a person or a CI system does it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 90.0
_PLUGIN = "pulumi.dynamic"


@dataclass(frozen=True)
class Finished:
    """What a command ended with.

    Attributes:
        ok: whether it succeeded.
        output: everything that it printed.
    """

    ok: bool
    output: str


@dataclass(frozen=True)
class Process:
    """A process of a run."""

    pid: int
    command: str

    @property
    def is_plugin(self) -> bool:
        """Whether it is a provider's process."""
        return _PLUGIN in self.command.split()

    @property
    def is_language_host(self) -> bool:
        """Whether it is Pulumi's own host of the program."""
        return Path(self.command.split()[0]).name == "pulumi-language-python"

    def is_alive(self) -> bool:
        """Whether it still runs; the number may be somebody else's by now."""
        return any(self.pid == pid and self.command == command for pid, _, command in _processes())

    def kill(self) -> None:
        """`kill -9`."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Running:
    """A command under way."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def family(self) -> list[Process]:
        """The CLI and everything that it has started, directly or not."""
        children: dict[int, list[tuple[int, str]]] = {}
        found = []
        for pid, parent, command in _processes():
            children.setdefault(parent, []).append((pid, command))
            if pid == self._process.pid:
                found.append(Process(pid, command))
        for process in found:
            found += [Process(pid, command) for pid, command in children.get(process.pid, ())]
        return found

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """`kill -9` of the CLI alone."""
        self._process.kill()

    def ctrl_c(self, *, twice: bool = False) -> None:
        """Ctrl-C, and a second one once the CLI has taken note of the first."""
        self._process.send_signal(signal.SIGINT)
        until(lambda: self.is_over or "^C received" in self.output, "the CLI heard no Ctrl-C")
        if twice and not self.is_over:
            self._process.send_signal(signal.SIGINT)

    def finish(self) -> Finished:
        """Wait for its end."""
        try:
            code = self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise AssertionError(f"did not end within {PATIENCE_S:.0f} s:\n{self.output}") from None
        return Finished(code == 0, self.output)


@dataclass(frozen=True)
class Console:
    """A shell in the folder of a project."""

    folder: Path
    pulumi: Path
    variables: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """What every command in this shell sees."""
        return {**os.environ, **self.variables, "PATH": f"{self.pulumi.parent}:{os.environ['PATH']}"}

    def start(self, *arguments: str) -> Running:
        """Start `pulumi` with these arguments."""
        log = self.folder / "console.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [str(self.pulumi), *arguments, "--non-interactive", "--color=never"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                # Else a Ctrl-C on the tests themselves would be one on the CLI.
                start_new_session=True,
            )
        return Running(process, log)

    def run(self, *arguments: str) -> Finished:
        """Run `pulumi` to its end."""
        return self.start(*arguments).finish()


def until(condition: Callable[[], bool], complaint: str, patience_s: float = PATIENCE_S) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.02)


def _processes() -> list[tuple[int, int, str]]:
    """Process id, parent's and command line of every process; those that only wait for their parent left out."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat=,args="],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    return [(int(pid), int(parent), command) for pid, parent, stat, command in rows if not stat.startswith("Z")]
