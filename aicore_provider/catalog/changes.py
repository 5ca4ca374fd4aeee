"""What the catalogue tells of one model or version in place of another. No requests, no texts for people."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from aicore_provider.api.scenarios import ModelVersion
from aicore_provider.catalog.catalog import Catalog
from aicore_provider.catalog.findings import offer_of, resolved, serving_version
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.secret_text import SecretText

STREAMING = "streaming"
"""Stands among the capabilities for the field `streamingSupported`."""


class Cost(NamedTuple):
    """A cost that differs; name and amounts are the service's own texts. Their unit is not documented."""

    name: str
    before: str
    after: str

    @property
    def factor(self) -> float | None:
        """The amount after divided by the one before; None where one is no number above 0, or that is too large."""
        before, after = _amount(self.before), _amount(self.after)
        factor = after / before if before and after and before > 0 and after > 0 else math.inf
        return factor if math.isfinite(factor) else None


@dataclass(frozen=True)
class Lists:
    """How a list of words differs: the words that are only in the new one, and those only in the old one."""

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelChange:
    """What differs when another model or version is to be served.

    A fact that is the same, or that the catalogue does not tell of both, is empty or None.

    Attributes:
        before, after: model and version as they are wanted; `before_serves` and `after_serves` are the versions that
            serve, also where `latest` is wanted.
        costs: the costs that differ.
        context_length: before and after, as the service counts it.
        input_types: such as `image`.
        capabilities: with `STREAMING`; those of orchestration are not compared, since no request to a deployment of a
            model goes through it.
        deprecated: whether the new version is, where the old one is not, or the other way round.
        retires_on: before and after, in UTC; None for a version for which the service names no date.
    """

    before: Wanted
    after: Wanted
    before_serves: str
    after_serves: str
    costs: tuple[Cost, ...] = ()
    context_length: tuple[int, int] | None = None
    input_types: Lists = Lists()
    capabilities: Lists = Lists()
    deprecated: bool | None = None
    retires_on: tuple[dt.date | None, dt.date | None] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known to differ."""
        told = self.costs or self.context_length or self.retires_on or self.deprecated is not None
        return not told and self.input_types == self.capabilities == Lists()


def compare(before: Wanted, after: Wanted, catalog: Catalog) -> ModelChange | None:
    """Return what differs when `after` is served in place of `before`, as far as the catalogue tells of both.

    None when nothing is known to differ, and when a name or version of a model is secret: these facts would tell which
    model it is.
    """
    if any(isinstance(each, SecretText) for wanted in (before, after) for each in (wanted.model, wanted.version)):
        return None
    old, new = _serving(before, catalog), _serving(after, catalog)
    if old is None or new is None:
        return None
    change = ModelChange(
        before,
        after,
        old.name,
        new.name,
        costs=_costs(old, new),
        context_length=_numbers(old.context_length, new.context_length),
        input_types=_lists(old.input_types, new.input_types),
        capabilities=_capabilities(old, new),
        deprecated=new.deprecated if new.deprecated != old.deprecated else None,
        retires_on=_retirements(old, new),
    )
    return None if change.is_empty else change


def _serving(wanted: Wanted, catalog: Catalog) -> ModelVersion | None:
    wanted = resolved(wanted, catalog)
    entry = offer_of(wanted, catalog) if wanted.model else None
    return serving_version(wanted, entry) if entry else None


def _costs(old: ModelVersion, new: ModelVersion) -> tuple[Cost, ...]:
    both = [Cost(name, before, new.cost[name]) for name, before in old.cost.items() if name in new.cost]
    return tuple(each for each in both if _meaning(each.before) != _meaning(each.after))


def _meaning(amount: str) -> float | str:
    number = _amount(amount)
    return amount if number is None else number


def _amount(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _numbers(before: int | None, after: int | None) -> tuple[int, int] | None:
    return (before, after) if before and after and before != after else None


def _lists(before: Collection[str], after: Collection[str]) -> Lists:
    """Compare two lists. An empty one counts as not known, since every model has at least one word there."""
    if not before or not after:
        return Lists()
    return Lists(
        tuple(each for each in dict.fromkeys(after) if each not in before),
        tuple(each for each in dict.fromkeys(before) if each not in after),
    )


def _capabilities(old: ModelVersion, new: ModelVersion) -> Lists:
    found = _lists(old.capabilities, new.capabilities)
    match old.streaming_supported, new.streaming_supported:
        case False, True if STREAMING not in found.gained:
            return Lists((*found.gained, STREAMING), found.lost)
        case True, False if STREAMING not in found.lost:
            return Lists(found.gained, (*found.lost, STREAMING))
    return found


def _retirements(old: ModelVersion, new: ModelVersion) -> tuple[dt.date | None, dt.date | None] | None:
    # A date that cannot be read is no version without one.
    if any(each.retirement_date.strip() and not each.retires_on for each in (old, new)):
        return None
    return None if old.retires_on == new.retires_on else (old.retires_on, new.retires_on)
