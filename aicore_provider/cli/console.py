"""The output of commands: texts and tables without control characters of terminals, and JSON."""

from __future__ import annotations

import json
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from aicore_provider.terminal import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

JSON_FORMAT = 1
"""Version of the format of all documents. It changes when a key is removed or gets another meaning."""

_UNLIMITED = 10_000
"""Width in columns where there is no terminal: large, so that each row is one line and `grep` works."""


def say(text: str, *, mark: str = "", err: bool = False) -> None:
    """Print one or several lines without control characters, after a `mark` that is printed as it is, with colours."""
    click.echo(mark + printable(text), err=err)


def warn(text: str) -> None:
    """Print a warning to stderr."""
    say(f"Warning: {text}", err=True)


def say_document(**content: Any) -> None:
    """Print a document of `--json`: an object with the version of the format, the target and a named list."""
    say_json({"version": JSON_FORMAT, **content})


def say_json(document: Any) -> None:
    """Print a document to stdout. Everything but printable ASCII is escaped."""
    click.echo(json.dumps(document, indent=2).replace("\x7f", "\\u007f"))


def cell(text: str, style: str = "") -> Text:
    """Return a text for a table or a live display: on one line, with brackets that are no markup."""
    from rich.text import Text

    return Text(" ".join(printable(text).split()), style=style)


def console() -> Console:
    """The terminal; where there is none, a very wide page, also if variables force colours or a width."""
    from rich.console import Console

    if not sys.stdout.isatty():
        return Console(highlight=False, width=_UNLIMITED)
    found = Console(highlight=False)
    # The library takes a terminal that can do little for one of 80 columns, and COLUMNS=0 or LINES=0 at its word.
    if found.is_dumb_terminal or not all(found.size):
        size = get_terminal_size()
        return Console(highlight=False, width=size.columns, height=size.lines)
    return found
