"""Where tables go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicore_provider.cli.failures import missing_library

if TYPE_CHECKING:
    from rich.console import Console

_UNLIMITED = 10_000
"""Columns where no terminal sets a width: a line for each row, so that `grep` works."""


def console() -> Console:
    """The terminal, or a very wide page where there is none.

    Raises:
        click.ClickException: the library for tables is missing.
    """
    try:
        from rich.console import Console
    except ModuleNotFoundError as error:
        raise missing_library(error, "rich", extra="cli") from None
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_UNLIMITED)
