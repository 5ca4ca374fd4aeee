"""The process of the provider plugin: it ends when the engine wants that."""

from __future__ import annotations

import signal
import subprocess
import sys

NO_ENGINE = "127.0.0.1:1"


def _ignore_interrupts() -> None:
    """As a shell does for what it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_it_ends_at_the_signal_with_which_the_engine_ends_plugins() -> None:
    command = [sys.executable, "-m", "aicore_provider.plugin", NO_ENGINE]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_ignore_interrupts
    ) as process:
        try:
            assert process.stdout is not None
            assert int(process.stdout.readline()) > 0
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, told) == (0, "")
