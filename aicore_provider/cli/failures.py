"""Turns every failure of a command into a text without traceback, and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import click

from aicore_provider.api.errors import AICoreError
from aicore_provider.terminal import printable
from aicore_provider.unexpected import redacted_traceback, summary_of

TRACEBACK_VARIABLE = "AICORE_PROVIDER_TRACEBACK"
_EXTRAS = {"rich": "cli", "yaml": "cli", "flask": "emulator", "jwt": "emulator", "werkzeug": "emulator"}
"""The extra of the package that brings a library."""
_NO_MORE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class Commands(click.Group):
    """A group of commands, every failure of which ends as a text and an exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and end the process, as click does."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            _tell(_shown(error))
            code = error.exit_code
        except AICoreError as error:
            _tell(f"Error: {error}\n")
            code = 1
        except click.Abort:
            _tell("Aborted!\n")
            code = 1
        except Exception as error:
            _tell(_output_refused(error) or _library_missing(error) or _unforeseen(error))
            code = 1
        for stream in filter(None, (sys.stdout, sys.stderr)):
            _drop_what_is_stuck(stream)
        sys.exit(code or 0)


def _tell(text: str) -> None:
    # Where nothing can be written, the exit code has to do.
    with suppress(OSError):
        click.echo(printable(text), nl=False, err=True)


def _output_refused(error: Exception) -> str | None:
    if not (isinstance(error, OSError) and error.errno in _NO_MORE):
        return None
    return f"Error: The output cannot be written: {error.strerror}.\n"


def _library_missing(error: Exception) -> str | None:
    """Return the text that says what to install, for a failed import of a library of an extra."""
    library = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if library not in _EXTRAS:
        return None
    return f"Error: {library} is missing; pip install 'aicore-provider[{_EXTRAS[library]}]'\n"


def _drop_what_is_stuck(stream: TextIO) -> None:
    """Drop what is still buffered. Python would try to write it at its end, and print another error."""
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _shown(error: click.ClickException) -> str:
    text = io.StringIO()
    error.show(text)
    return text.getvalue()


def _unforeseen(error: Exception) -> str:
    first = f"Error: aicore-provider has a fault: {summary_of(error)}.\n"
    if os.environ.get(TRACEBACK_VARIABLE):
        return first + redacted_traceback(error)
    return f"{first}Run it again with {TRACEBACK_VARIABLE}=1, and send what it prints to the project's maintainers.\n"


def current_folder() -> Path:
    """Return the current folder, or raise a `click.ClickException` when it was deleted, or must not be read."""
    try:
        return Path.cwd()
    except OSError as error:
        raise click.ClickException(f"The current folder cannot be used: {error.strerror}.") from None
