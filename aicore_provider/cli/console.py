"""The output of commands: texts and tables without control characters of terminals, JSON, and progress.

What a person or a script has asked for goes to stdout. What is said about it goes to stderr: the first line, warnings,
progress and errors.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from aicore_provider.terminal import printable

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.text import Text

JSON_FORMAT = 1
"""Version of the format of all documents. It changes when a key is removed or gets another meaning."""

_UNLIMITED = 10_000
"""Width in columns where there is no terminal: large, so that each row is one line and `grep` works."""


_aside: list[Callable[[], AbstractContextManager[None]]] = []
"""How to keep the line of progress that is shown away from what is printed; empty where none is shown."""


def say(text: str, *, mark: str = "", err: bool = False) -> None:
    """Print one or several lines without control characters, after a `mark` that is printed as it is, with colours."""
    with _aside[-1]() if _aside else nullcontext():
        click.echo(mark + printable(text), err=err)


def warn(text: str) -> None:
    """Print a warning to stderr."""
    say(f" {text}", mark=click.style("Warning:", fg="yellow", bold=True), err=True)


def complain(text: str) -> None:
    """Print an error to stderr, after which the command goes on."""
    say(f" {text}", mark=click.style("Error:", fg="red", bold=True), err=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Tell on stderr what is being waited for, such as `Reading the tenant`, where it takes longer than a second.

    A terminal has one line, which goes away at the end. Elsewhere, such as in CI, a line is printed after ten seconds
    and then once a minute. The function that this returns takes how far it is, such as `3 of 12`.
    """
    from aicore_provider.cli.progress import Progress

    with Progress(what) as shown:
        _aside.append(shown.aside)
        try:
            yield shown.step
        finally:
            _aside.pop()


def say_document(**content: Any) -> None:
    """Print a document of `--json`: an object with the version of the format, the target and a named list."""
    say_json({"version": JSON_FORMAT, **content})


def say_json(document: Any) -> None:
    """Print a document to stdout. Everything but printable ASCII is escaped."""
    import json

    click.echo(json.dumps(document, indent=2).replace("\x7f", "\\u007f"))


def cell(text: str, style: str = "") -> Text:
    """Return a text for a table or a live display: on one line, with brackets that are no markup."""
    from rich.text import Text

    return Text(" ".join(printable(text).split()), style=style)


def console() -> Console:
    """The terminal; where there is none, a very wide page, also if variables force colours or a width."""
    from rich.console import Console

    context = click.get_current_context(silent=True)
    new = partial(Console, highlight=False, color_system=None if context and context.color is False else "auto")
    if not sys.stdout.isatty():
        return new(width=_UNLIMITED)
    found = new()
    # The library takes a terminal that can do little for one of 80 columns, and COLUMNS=0 or LINES=0 at its word.
    if found.is_dumb_terminal or not all(found.size):
        size = get_terminal_size()
        return new(width=size.columns, height=size.lines)
    return found
