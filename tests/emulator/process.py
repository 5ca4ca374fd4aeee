"""The emulator's command as a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

COMMAND = [sys.executable, "-m", "aicore_provider.cli", "emulator"]


@contextlib.contextmanager
def process(*arguments: str, **more: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, running; it is killed at the end of the block at the latest."""
    running = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, **more
    )
    assert running.stdout is not None
    assert running.stderr is not None
    with running, running.stdout, running.stderr:
        try:
            line = running.stdout.readline()
            assert line.startswith("AI Core emulator listening on http://"), running.stderr.read()
            yield running, line.removeprefix("AI Core emulator listening on ").rstrip("\n")
        finally:
            running.kill()
