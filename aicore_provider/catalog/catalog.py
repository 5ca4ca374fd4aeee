"""The model catalogue of a resource group as a value, and how to search it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.secret_text import SecretText

if TYPE_CHECKING:
    from aicore_provider.api.scenarios import OfferedModel

LATEST = "latest"
"""The version for which the service always takes the newest one. It is also the service's default."""
NO_VERSION = ""
"""Stands for the version of a model that has no versions."""
_NEAREST = 3
_AS_GOOD = 0.1


@dataclass(frozen=True)
class Catalog:
    """What a resource group offers: ids of scenarios, and models with an entry for each executable that offers them.

    `elsewhere` has the scenarios of the other resource groups; it is read only when this one lacks `foundation-models`.
    """

    resource_group: str
    scenarios: frozenset[str]
    models: tuple[OfferedModel, ...] = ()
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def offers(self, model: str, executable_id: str | None = None) -> tuple[OfferedModel, ...]:
        """Return the entries of one model, at one executable or at all, those for `foundation-models` first."""
        found = [each for each in self.models if each.model == model and executable_id in (None, each.executable_id)]
        return tuple(sorted(found, key=lambda each: not each.allows(FOUNDATION_MODELS)))

    def offer(self, model: str, executable_id: str | None) -> OfferedModel | None:
        """Return the entry of a model at one executable, or with None at all; None when there is none, or several."""
        found = self.offers(model, executable_id)
        return found[0] if len(found) == 1 else None

    def nearest(self, name: str) -> list[str]:
        """Return up to three models of similar names, without regard to case, the most similar first.

        Those much less similar than the first are left out. None for a secret name, of which they would tell a part.
        """
        if isinstance(name, SecretText):
            return []
        by_lower = {each.lower(): each for each in sorted({each.model for each in self.models})}
        wanted = name.lower()
        found = difflib.get_close_matches(wanted, by_lower, n=_NEAREST)
        alike = [difflib.SequenceMatcher(None, each, wanted).ratio() for each in found]
        return [by_lower[each] for each, ratio in zip(found, alike, strict=True) if ratio > alike[0] - _AS_GOOD]
