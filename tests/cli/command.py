"""How the tests run a command, and how they read what it printed."""

from __future__ import annotations

import re
from collections.abc import Callable

from click.testing import Result

Command = Callable[..., Result]
DAY_S = 86_400


def after_first_line(ended: Result) -> str:
    """What a command said on stderr below the line on what it speaks of."""
    first, _, others = ended.stderr.partition("\n")
    assert first.startswith(("Service http", "No usable credentials, ")), ended.stderr
    return others


def cells(text: str) -> list[list[str]]:
    """The table, cell by cell: columns stand two spaces apart."""
    return [re.split(r" {2,}", line.strip()) for line in text.splitlines()]
