"""The rules of a stack about retirement and versions of models."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = re.compile(r"([0-9]{1,5})[dD]?")
"""A number of days as people write it: `30` or `30d`."""


@dataclass(frozen=True)
class ModelPolicy:
    """Within how many days a retirement is a warning or an error, and whether `latest` is allowed as a version.

    `fail_days` is 0 for models that are retired already, and None, by default, for never: a date in the catalogue must
    not block a running deployment unless the stack says so.
    """

    warn_days: int = 90
    fail_days: int | None = None
    allow_latest: bool = True


def days(text: str) -> int | None:
    """Parse a number of days; None when the text is none."""
    found = DAYS.fullmatch(text.strip())
    return int(found[1]) if found else None
