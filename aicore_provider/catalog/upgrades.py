"""Finds newer versions and replacements for the models of a stack. No requests; today's date is passed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.api.scenarios import ModelVersion
from aicore_provider.catalog.catalog import LATEST, NO_VERSION, Catalog
from aicore_provider.catalog.changes import ModelChange, compare
from aicore_provider.catalog.findings import newer_version, offer_of, resolved, serving_version
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted


@dataclass(frozen=True)
class Proposal:
    """What to write into a stack file. A person should test another model than before first.

    The executable is None when the entry of the stack file names none.
    """

    model: str
    version: str
    executable: str | None


@dataclass(frozen=True)
class Assessment:
    """What the catalogue says about a wanted model.

    Attributes:
        wanted: as the stack file has it, after `resolved`.
        offered: whether the service offers this version of it.
        latest: the version that the catalogue calls latest; None when there is none.
        retires_on: when the version that serves retires; None when there is no date.
        days_left: until then, negative once it is past.
        proposal: what to write instead; None when nothing is better, or when a person must choose.
        change: what is different with the proposal; None where the catalogue does not tell, or there is no proposal.
        choices: suggested models when a person must choose: several, or one without versions.
    """

    wanted: Wanted
    offered: bool
    latest: str | None = None
    deprecated: bool = False
    retires_on: dt.date | None = None
    days_left: int | None = None
    proposal: Proposal | None = None
    change: ModelChange | None = None
    choices: tuple[str, ...] = ()

    def ends_within(self, days: int) -> bool:
        """Whether it is not offered any more, or retires in so many days."""
        return not self.offered or (self.days_left is not None and self.days_left <= days)


def assess(wanted: Wanted, catalog: Catalog, policy: ModelPolicy, today: dt.date) -> Assessment:
    """Assess one model. A newer version of the same model is proposed before another model is.

    Another model is proposed when the retirement is at most the policy's `warn_days` away. `today` is in UTC.
    """
    wanted = resolved(wanted, catalog)
    entry = offer_of(wanted, catalog)
    if entry is None:
        return Assessment(wanted, offered=False)
    if wanted.version == NO_VERSION:
        return Assessment(wanted, offered=True, latest=entry.latest.name if entry.latest else None)
    serves = serving_version(wanted, entry)
    days_left = serves.days_left(today) if serves else None
    ages = serves is None or serves.deprecated or (days_left is not None and days_left <= policy.warn_days)
    newer = None if wanted.follows_latest else newer_version(entry, wanted.version or "")
    others = () if newer or not ages else _replacements(wanted, serves, catalog)
    proposal = Proposal(entry.model, newer, wanted.executable_id) if newer else None
    # A person must choose a model without versions: its entry has no key `version`.
    if len(others) == 1 and others[0].version != NO_VERSION:
        proposal = others[0]
    return Assessment(
        wanted,
        offered=serves is not None,
        latest=entry.latest.name if entry.latest else None,
        deprecated=bool(serves and serves.deprecated),
        retires_on=serves.retires_on if serves else None,
        days_left=days_left,
        proposal=proposal,
        change=compare(wanted, _with(wanted, proposal), catalog) if proposal else None,
        choices=() if proposal else tuple(each.model for each in others),
    )


def agreed(several: Sequence[Assessment]) -> list[Assessment]:
    """Return the assessments of one entry in several resource groups, without proposals that are not for all of them.

    An entry has one model and version, so each of its resource groups must offer what is proposed.
    """
    is_same = len({each.proposal for each in several}) == 1
    return list(several) if is_same else [replace(each, proposal=None) for each in several]


def _with(wanted: Wanted, proposal: Proposal) -> Wanted:
    return replace(wanted, model=proposal.model, version=proposal.version, executable_id=proposal.executable)


def _replacements(wanted: Wanted, serves: ModelVersion | None, catalog: Catalog) -> tuple[Proposal, ...]:
    """Return the suggested models, as far as this resource group offers them."""
    suggested = serves.suggested_replacements if serves else ()
    found = []
    for name in dict.fromkeys(suggested):
        if name == wanted.model:
            continue
        offers = [each for each in catalog.offers(name) if each.allows(FOUNDATION_MODELS)]
        entries = [each for each in offers if each.latest or not each.has_versions]
        # A model of the same executable can be switched in place.
        entries.sort(key=lambda each: each.executable_id != wanted.executable_id)
        if entries:
            latest = entries[0].latest
            version = LATEST if latest and wanted.follows_latest else latest.name if latest else NO_VERSION
            found.append(Proposal(name, version, entries[0].executable_id if wanted.executable_id else None))
    return tuple(found)
