"""Output for people: progress on stderr, results on stdout.

Other programs read stdout of `make -s sandbox-env` and `make -s pulumi-path`, so nothing else is printed there.
"""

from __future__ import annotations

import sys


class Problem(Exception):
    """A failure that a person can solve. Its text, one to three lines, says what failed and what to do."""


def say(text: str) -> None:
    """Print a line of progress to stderr."""
    print(text, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """Print a result to stdout."""
    print(text, flush=True)


def duration(seconds: float) -> str:
    """Return a time span as people say it: `42 s`, `6 min 13 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def last_lines(text: str, count: int) -> str:
    """Return the last non-empty lines of a log, indented, for use in a message."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-count:])
