"""The command `aicore-provider`. Its libraries are an extra, so they are imported when it runs, not before."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command; one line instead of a traceback where a library is missing."""
    try:
        from aicore_provider.cli.commands import aicore_provider
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit("aicore-provider: click is missing; pip install 'aicore-provider[cli]'")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal or a pipe that cannot show a character is no reason to fail.
            stream.reconfigure(errors="replace")
    aicore_provider(prog_name="aicore-provider")
