"""Decides whether commands print colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NO_COLOR = "--no-color"
_POOR_TERMINALS = ("dumb", "unknown")


def colours(arguments: Sequence[str], environment: Mapping[str, str]) -> bool | None:
    """Return whether to print colours by the arguments and variables; None means: where there is a terminal.

    `--no-color` counts first, then `NO_COLOR` (https://no-color.org), then `FORCE_COLOR`. An empty variable is as good
    as none.
    """
    if NO_COLOR in arguments or environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return False if environment.get("TERM") in _POOR_TERMINALS else None
