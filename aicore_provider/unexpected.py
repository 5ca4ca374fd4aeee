"""What is told of an error that nobody foresaw: which one and where, no values, which may be secret."""

from __future__ import annotations

import traceback
from pathlib import Path

_PACKAGE = Path(__file__).parent


def summary_of(error: BaseException) -> str:
    """`KeyError in aicore_provider/cli/models.py, line 93`: the innermost place of this package, without a full stop.

    Args:
        error: that was raised and caught.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if Path(each.filename).is_relative_to(_PACKAGE)]
    place = next(reversed(ours or frames), None)
    kind = type(error).__name__
    if place is None:
        return kind
    path = Path(place.filename)
    shown = path.relative_to(_PACKAGE.parent) if ours else path.name
    return f"{kind} in {shown}, line {place.lineno}"


def redacted_traceback(error: BaseException) -> str:
    """The traceback for a report: places, code and kinds of errors, without their texts."""
    lines = []
    for each in reversed(_causes(error)):
        lines += traceback.format_tb(each.__traceback__)
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}\n")
    return "".join(lines)


def _causes(error: BaseException) -> list[BaseException]:
    """The error, and those that led to it."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found
