"""The output of commands: texts and tables without control characters of terminals, and JSON."""

from __future__ import annotations

import json
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from aicore_provider.cli.failures import missing_library
from aicore_provider.terminal import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

JSON_FORMAT = 1
"""Of all documents. It rises when a key goes or means something else, not when one is added."""

_UNLIMITED = 10_000
"""Columns where no terminal sets a width: a line for each row, so that `grep` works."""


def say(text: str, *, mark: str = "", err: bool = False) -> None:
    """A line, or several, to stdout or stderr.

    Args:
        text: from any source; control characters are left out.
        mark: written before the text as it is, so that it may have colours.
        err: to stderr.
    """
    click.echo(mark + printable(text), err=err)


def warn(text: str) -> None:
    """A warning, on stderr."""
    say(f"Warning: {text}", err=True)


def say_document(**content: Any) -> None:
    """What `--json` tells, in the one form of docs/json.md: an object with the format's version and a named list."""
    say_json({"version": JSON_FORMAT, **content})


def say_json(document: Any) -> None:
    """A document to stdout. All but ASCII is escaped, and DEL, which `json` takes for a character to be shown."""
    click.echo(json.dumps(document, indent=2).replace("\x7f", "\\u007f"))


def cell(text: str, style: str = "") -> Text:
    """A text for a table or a live display: on one line, and brackets in it are no markup."""
    from rich.text import Text

    return Text(" ".join(printable(text).split()), style=style)


def console() -> Console:
    """The terminal; where there is none, a very wide page, also if variables force colours or a width.

    Raises:
        click.ClickException: the library for tables is missing.
    """
    try:
        from rich.console import Console
    except ModuleNotFoundError as error:
        raise missing_library(error, "rich", extra="cli") from None
    if not sys.stdout.isatty():
        return Console(highlight=False, width=_UNLIMITED)
    found = Console(highlight=False)
    # The library takes a terminal that can do little for one of 80 columns, and COLUMNS=0 or LINES=0 at its word.
    if found.is_dumb_terminal or not all(found.size):
        size = get_terminal_size()
        return Console(highlight=False, width=size.columns, height=size.lines)
    return found
