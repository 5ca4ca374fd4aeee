"""A `ModelChange` in words: one line for a preview, and its parts for a table; "" for a part that is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aicore_provider.catalog.catalog import LATEST

if TYPE_CHECKING:
    from aicore_provider.catalog.changes import Cost, ModelChange
    from aicore_provider.catalog.wanted import Wanted


def line(change: ModelChange) -> str:
    """Return the whole change as one line, without a full stop."""
    parts = (("", cost(change)), ("context ", context(change)), ("gains ", gains(change)), ("loses ", loses(change)))
    facts = ", ".join(label + text for label, text in parts if text)
    return f"{_names(change)}: {'; '.join(filter(None, (facts, end(change))))}"


def cost(change: ModelChange) -> str:
    """Return each cost that differs, such as `input costs 1.4 times as much`."""
    return ", ".join(map(_cost, change.costs))


def context(change: ModelChange) -> str:
    """Return the context length, such as `400,000 (was 272,000)`."""
    if not change.context_length:
        return ""
    before, after = change.context_length
    return f"{after:,} (was {before:,})"


def gains(change: ModelChange) -> str:
    """Return what only the new model can do, such as `image input and streaming`."""
    return _abilities(change.input_types.gained, change.capabilities.gained)


def loses(change: ModelChange) -> str:
    """Return what only the old model can do."""
    return _abilities(change.input_types.lost, change.capabilities.lost)


def end(change: ModelChange) -> str:
    """Return when the new version retires and whether it is deprecated, such as `retires 2027-05-01`."""
    facts = []
    if change.retires_on:
        before, after = change.retires_on
        was = f" (was {before})" if before else ""
        facts.append(f"retires {after}{was}" if after else f"no retirement date{was}")
    if change.deprecated is not None:
        facts.append("deprecated" if change.deprecated else "not deprecated")
    return ", ".join(facts)


def _names(change: ModelChange) -> str:
    old, new = _release(change.before, change.before_serves), _release(change.after, change.after_serves)
    other = "" if change.after.model == change.before.model else f"{change.after.model} "
    return f"{change.before.model} {old} → {other}{new}"


def _release(wanted: Wanted, serves: str) -> str:
    return f"{LATEST} ({serves})" if wanted.follows_latest else serves


def _cost(cost: Cost) -> str:
    name = cost.name.removesuffix("Cost") or cost.name
    factor = _rounded(cost.factor) if cost.factor else ""
    # A difference that rounding hides is told by the amounts.
    return f"{name} costs {f'{factor} times as much' if factor else f'{cost.after} (was {cost.before})'}"


def _rounded(factor: float) -> str:
    """Return a factor rounded to two digits; "" where that is 1, or has too many zeros to be read."""
    text = f"{float(f'{factor:.2g}'):,g}"
    return "" if text == "1" or "e" in text else text


def _abilities(input_types: Sequence[str], capabilities: Sequence[str]) -> str:
    return " and ".join([*(f"{each} input" for each in input_types), *capabilities])
