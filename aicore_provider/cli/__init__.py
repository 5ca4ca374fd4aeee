"""The command `aicore-provider`. Its libraries are an extra, so they are imported when it runs, not before."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; one line instead of a traceback where a library is missing."""
    try:
        from aicore_provider.cli.commands import aicore_provider
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit("aicore-provider: click is missing; pip install 'aicore-provider[cli]'")
    aicore_provider(prog_name="aicore-provider")
