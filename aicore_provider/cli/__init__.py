"""The command `aicore-provider`. Its libraries are an extra, so they are imported when it runs, not before."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command; one line instead of a traceback where a library is missing."""
    try:
        from aicore_provider.cli.commands import aicore_provider
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit("aicore-provider: click is missing; pip install 'aicore-provider[cli]'")
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            # Somebody has closed it, as `>&-` does.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the end
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            # A terminal or a pipe that cannot show a character is no reason to fail.
            stream.reconfigure(errors="replace")
    aicore_provider(prog_name="aicore-provider")
