"""`aicore-provider` as a person runs it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LONGEST_SILENCE_S = 60


class Terminal:
    """A command of `aicore-provider` on a terminal of its own."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._screen, inner = pty.openpty()
        self.running = subprocess.Popen(
            [sys.executable, "-m", "aicore_provider.cli", *arguments],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        self.shown = ""

    def until(self, text: str) -> None:
        """Read until a text is shown."""
        while text not in self.shown:
            self.read()

    def read(self) -> None:
        """Wait until more is shown."""
        assert select.select([self._screen], [], [], _LONGEST_SILENCE_S)[0], self.shown
        self.shown += os.read(self._screen, 4096).decode(errors="replace")

    def answer(self, text: str) -> None:
        """Type a line."""
        os.write(self._screen, f"{text}\n".encode())

    def ended(self) -> int:
        """The exit code."""
        code = self.running.wait(timeout=60)
        os.close(self._screen)
        return code
