"""What a stack wants to be warned of, and what it refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = re.compile(r"([0-9]{1,5})[dD]?")
"""How a number of days is written: `30` or `30d`."""


@dataclass(frozen=True)
class ModelPolicy:
    """The stack's own rules.

    Attributes:
        warn_days: a retirement that is so many days away, or fewer, is a warning.
        fail_days: the same as an error; 0 refuses what is retired already; None never fails, because a date in the
            catalogue must not block a running deployment unless its owner says so.
        allow_latest: whether `latest` is allowed as a version.
    """

    warn_days: int = 90
    fail_days: int | None = None
    allow_latest: bool = True


def days(text: str) -> int | None:
    """A number of days, wherever somebody writes one; None for anything else."""
    found = DAYS.fullmatch(text.strip())
    return int(found[1]) if found else None
