"""Describes an unexpected error by its kind and place, without values, which may be secret."""

from __future__ import annotations

import traceback
from pathlib import Path

REPORT_IT = "Run it again with `--debug`, and send the lines about the fault to the project's maintainers."
_PACKAGE = Path(__file__).parent


def summary_of(error: BaseException) -> str:
    """Return kind and innermost place in this package, such as `KeyError in aicore_provider/cli/models.py, line 93`."""
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
    """Return the traceback with places, code and kinds of errors, without the texts of the errors."""
    lines = []
    for each in reversed(_causes(error)):
        lines += traceback.format_tb(each.__traceback__)
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}\n")
    return "".join(lines)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found
