"""The catalogue of a resource group as a value, and what can be asked of it without another request."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aicore_provider.api.naming import FOUNDATION_MODELS

if TYPE_CHECKING:
    from aicore_provider.api.models import OfferedModel

LATEST = "latest"
"""The version that follows the newest one of a model by itself; the service takes it where no version is given."""
NO_VERSION = ""
"""The version of a model for which the catalogue lists no versions."""
_NEAREST = 3
_AS_GOOD = 0.1


@dataclass(frozen=True)
class Catalog:
    """What a resource group offers.

    Attributes:
        resource_group: its name.
        scenarios: the ids of its scenarios.
        models: all entries; a model may be offered by several executables.
        elsewhere: the scenarios of other resource groups, asked for only where this one lacks `foundation-models`.
    """

    resource_group: str
    scenarios: frozenset[str]
    models: tuple[OfferedModel, ...] = ()
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def offers(self, model: str) -> tuple[OfferedModel, ...]:
        """The entries of one model, those for the scenario `foundation-models` first."""
        found = [each for each in self.models if each.model == model]
        return tuple(sorted(found, key=lambda each: not each.allows(FOUNDATION_MODELS)))

    def offer(self, model: str, executable_id: str | None) -> OfferedModel | None:
        """The entry of a model at one executable; at any where that is None and there is one only."""
        found = [each for each in self.offers(model) if executable_id in (None, each.executable_id)]
        return found[0] if len(found) == 1 else None

    def nearest(self, model: str) -> list[str]:
        """The names that somebody may have meant, the most alike first."""
        return nearest(model, {each.model for each in self.models})


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The names most alike, without regard to case; those that are clearly less alike than the first are left out."""
    by_lower = {each.lower(): each for each in sorted(known)}
    wanted = name.lower()
    found = difflib.get_close_matches(wanted, by_lower, n=_NEAREST)
    alike = [difflib.SequenceMatcher(None, each, wanted).ratio() for each in found]
    return [by_lower[each] for each, ratio in zip(found, alike, strict=True) if ratio > alike[0] - _AS_GOOD]
