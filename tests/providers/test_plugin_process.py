"""The process of the provider plugin: it ends when the engine wants that."""

from __future__ import annotations

import signal
import subprocess
import sys

# SIGINT is ignored, as where a shell has started the engine in the background; no engine answers at that port.
COMMAND = f"trap '' INT; exec {sys.executable} -m aicore_provider.plugin 127.0.0.1:1"


def test_it_ends_at_the_signal_with_which_the_engine_ends_plugins() -> None:
    with subprocess.Popen(
        ["/bin/sh", "-c", COMMAND], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert int(process.stdout.readline()) > 0
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, told) == (0, "")
