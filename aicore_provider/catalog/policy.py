"""What a stack wants to be warned of, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
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
