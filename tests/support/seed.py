"""Where chance comes from: one number for a whole run, which each commit changes and anybody can give again."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

Case = TypeVar("Case")

_DIGITS = 6
"""Of the commit's hash: enough that no two commits share a number, and short enough to type."""


def seed_of_commit(folder: Path) -> int | None:
    """The seed of the commit that is checked out; None outside a git checkout, or without git."""
    try:
        commit = subprocess.check_output(
            ["git", "rev-parse", "HEAD"],  # noqa: S607  (the git of whoever works here)
            cwd=folder,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(commit[:_DIGITS], 16)


def any_seed() -> int:
    """Another one each time."""
    return random.SystemRandom().randrange(16**_DIGITS)


def sample(cases: Iterable[Case], count: int, seed: int) -> list[Case]:
    """Some of the cases, the same for the same seed."""
    every = list(cases)
    return random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311  (nothing secret)
