"""What a person sees: progress on stderr, results on stdout, and problems as one to three lines without a traceback.

Progress goes to stderr because the output of `make -s sandbox-env` and `make -s pulumi-path` is read by other programs.
"""

from __future__ import annotations

import sys


class Problem(Exception):
    """Something a person can put right: the text says what failed and what to do."""


def say(text: str) -> None:
    """Tell what is being done."""
    print(text, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """Print a result: what the command was called for."""
    print(text, flush=True)


def duration(seconds: float) -> str:
    """Return a time span as people say it: `42 s`, `6 min 13 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def last_lines(text: str, count: int) -> str:
    """Return the last non-empty lines of a log, indented, for use in a message."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-count:])
