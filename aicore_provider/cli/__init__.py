"""The command `aicore-provider`. It imports its libraries when it runs, because they belong to an extra."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command. When a library is missing, it ends with a line that names the extra."""
    try:
        from aicore_provider.cli.commands import aicore_provider
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit("aicore-provider: click is missing; pip install 'aicore-provider[cli]'")
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            # The stream is closed, as with `>&-`.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the end
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            # A terminal or a pipe that cannot show a character is no reason to fail.
            stream.reconfigure(errors="replace")
    aicore_provider()
