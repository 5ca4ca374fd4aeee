"""Turns every failure of a command into a text without traceback, and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO

import click

from aicore_provider.terminal import printable

TRACEBACK_VARIABLE = "AICORE_PROVIDER_TRACEBACK"
FAILED, INTERRUPTED = 1, 130
_EXTRAS = {"rich": "cli", "yaml": "cli", "flask": "emulator", "jwt": "emulator", "werkzeug": "emulator"}
"""The extra of the package that brings a library."""
_NO_MORE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_MARK = "Error:"


def tell_failure(error: BaseException, colour: bool | None) -> int:
    """Print why a command has failed, to stderr, and return its exit code. What ends the process is raised again."""
    if not isinstance(error, (Exception, KeyboardInterrupt)):
        raise error
    text, code = _told(error)
    if code == INTERRUPTED:
        free_silently()
    before, mark, after = printable(text).partition(_MARK)
    # Where nothing can be written, the exit code has to do.
    with suppress(OSError):
        click.echo(before + click.style(mark, fg="red", bold=True) + after, nl=False, err=True, color=colour)
    return code


def free_silently() -> None:
    """From now on, print nothing about an object that fails when it is freed.

    Ctrl-C can cut off the creation of an object. Python 3.13 then reports an answer of `http.client` that lacks its
    `fp`, with a traceback, when the interruption has been handled.
    """
    sys.unraisablehook = lambda _: None


def end(code: int) -> NoReturn:
    """End the process."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        _drop_what_is_stuck(stream)
    sys.exit(code)


def _told(error: BaseException) -> tuple[str, int]:
    if isinstance(error, click.ClickException):
        return _shown(error), error.exit_code
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        # click turns Ctrl-C into the same error as a "no".
        said_no = isinstance(error, click.Abort) and not isinstance(error.__context__, KeyboardInterrupt)
        return ("Aborted!\n", FAILED) if said_no else ("Interrupted.\n", INTERRUPTED)
    # Imported late, since `--help` does not need it.
    from aicore_provider.api.errors import AICoreError

    if isinstance(error, AICoreError):
        return f"{_MARK} {error}\n", FAILED
    return _output_refused(error) or _library_missing(error) or _unforeseen(error), FAILED


def _output_refused(error: BaseException) -> str | None:
    if not (isinstance(error, OSError) and error.errno in _NO_MORE):
        return None
    return f"{_MARK} The output cannot be written: {error.strerror}.\n"


def _library_missing(error: BaseException) -> str | None:
    """Return the text that says what to install, for a failed import of a library of an extra."""
    library = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if library not in _EXTRAS:
        return None
    return f"{_MARK} {library} is missing; pip install 'aicore-provider[{_EXTRAS[library]}]'\n"


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


def _unforeseen(error: BaseException) -> str:
    from aicore_provider.unexpected import redacted_traceback, summary_of

    first = f"{_MARK} aicore-provider has a fault: {summary_of(error)}.\n"
    if os.environ.get(TRACEBACK_VARIABLE):
        return first + redacted_traceback(error)
    return f"{first}Run it again with {TRACEBACK_VARIABLE}=1, and send what it prints to the project's maintainers.\n"


def current_folder() -> Path:
    """Return the current folder, or raise a `click.ClickException` when it was deleted, or must not be read."""
    try:
        return Path.cwd()
    except OSError as error:
        raise click.ClickException(f"The current folder cannot be used: {error.strerror}.") from None
