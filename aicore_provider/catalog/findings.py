"""Compares what deployments want with the catalogue, and returns findings. No requests; today's date is passed in.

A model or version that is not offered is an error for a new or changed deployment and a warning for an unchanged one,
so that a change of the catalogue never blocks a deployment that runs. For retirement and `latest` the stack's policy
decides, for both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.api.scenarios import ModelVersion, OfferedModel
from aicore_provider.catalog.catalog import LATEST, NO_VERSION, Catalog
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted

Kind = Literal[
    "scenario", "model", "executable", "version", "latest", "deprecated", "retirement", "duplicate", "cleanUp"
]
Level = Literal["error", "warning"]
VERSION_CHOICE = (
    'write the version to stay on until you change it, in quotes, or "latest" to be moved to new versions by the'
    " service, which is what it would silently take"
)
NOT_OFFERED: frozenset[Kind] = frozenset({"scenario", "model", "executable", "version"})
"""The kinds that are an error for a new or changed deployment only."""
_NAMED = 3
"""Names of deployments in one line."""


class SameModel(NamedTuple):
    """What deployments of the same have in common; `version` is `latest` where none is given."""

    resource_group: str
    model: str
    version: str


@dataclass(frozen=True)
class Finding:
    """Something that a user must or should know before an `up`; an `error` makes a preview fail.

    `about` and `others` are logical names of the deployments to which it applies. Neither the message, which is the
    fact, nor the advice, which is what to do, has a full stop.
    """

    about: str
    kind: Kind
    level: Level
    message: str
    advice: str
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Logical names of all deployments that it is about."""
        return self.about, *self.others

    @property
    def subject(self) -> str:
        """The same as a text: of more than three the first two, and how many more there are."""
        if len(self.names) <= _NAMED:
            return ", ".join(self.names)
        return f"{', '.join(self.names[: _NAMED - 1])} and {len(self.names) - _NAMED + 1} more"

    @property
    def line(self) -> str:
        """The finding as one line, without its level."""
        return f"{self.subject}: {self.message}; {self.advice}"


def examine(wanted: Wanted, catalog: Catalog, policy: ModelPolicy, today: dt.date, *, unchanged: bool) -> list[Finding]:
    """Return the findings about one deployment.

    `today` is in UTC. The deployment is `unchanged` when the state holds it as it is wanted.
    """
    offered: Level = "warning" if unchanged else "error"
    if missing := _missing_scenario(wanted, catalog, offered):
        return [missing]
    if wanted.filtered and catalog.models:
        return [each for one in wanted.filtered for each in _misfiltered(wanted, *one, catalog, offered)]
    if wanted.model is None or wanted.scenario_id != FOUNDATION_MODELS:
        return []
    wanted = resolved(wanted, catalog)
    found = [_forbidden_latest(wanted, catalog)] if wanted.follows_latest and not policy.allow_latest else []
    entry = _entry(wanted, catalog, offered, unchanged=unchanged)
    if isinstance(entry, Finding):
        return [*found, entry]
    if wanted.version == NO_VERSION:
        # The service would take `latest`, so that the policy about `latest` counts.
        level = offered if policy.allow_latest else "error"
        return [missing_version(wanted, level, _offered_versions(entry))] if entry.has_versions else []
    version = serving_version(wanted, entry)
    if version is None and not wanted.follows_latest:
        return [*found, _unknown_version(wanted, entry, offered)]
    if version and (aging := _aging(wanted, entry, version, policy, today)):
        found.append(aging)
    return found


def find_executable(wanted: Wanted, catalog: Catalog, *, preferred: str | None = None) -> str | Finding:
    """Return the executable that offers a model, or a finding when there is not exactly one.

    When several offer the model, those with the wanted version count. The `preferred` one, that of the running
    deployment, is taken if it is one of several, so that the deployment can be switched in place. The executable of
    `wanted` is ignored.
    """
    if missing := _missing_scenario(wanted, catalog, "error"):
        return missing
    if preferred:
        entry = _entry(replace(wanted, executable_id=preferred), catalog, "error", unchanged=False)
        if isinstance(entry, OfferedModel) and _has_version(entry, wanted):
            return preferred
    entry = _entry(replace(wanted, executable_id=None), catalog, "error", unchanged=False)
    return entry.executable_id if isinstance(entry, OfferedModel) else entry


def same_models(wanted: Iterable[Wanted]) -> dict[SameModel, list[Wanted]]:
    """Group deployments by model and version, without those that serve no single model."""
    found: dict[SameModel, list[Wanted]] = {}
    for each in wanted:
        if each.model:
            version = LATEST if each.version is None else each.version
            found.setdefault(SameModel(each.resource_group, each.model, version), []).append(each)
    return found


def resolved(wanted: Wanted, catalog: Catalog) -> Wanted:
    """Return the same, with `NO_VERSION` if it names no version and the catalogue lists none for the model."""
    if wanted.version is not None or not wanted.model:
        return wanted
    entries = catalog.offers(wanted.model, wanted.executable_id)
    has_none = bool(entries) and not any(each.has_versions for each in entries)
    return replace(wanted, version=NO_VERSION) if has_none else wanted


def offer_of(wanted: Wanted, catalog: Catalog) -> OfferedModel | None:
    """Return the catalogue's entry for a wanted model; of several executables, the one with the wanted version."""
    offers = catalog.offers(wanted.model or "", wanted.executable_id or None)
    entries = [each for each in offers if each.allows(FOUNDATION_MODELS)]
    return next((each for each in entries if each.version(wanted.version or "")), entries[0] if entries else None)


def serving_version(wanted: Wanted, entry: OfferedModel) -> ModelVersion | None:
    """Return the version that serves; None when it is not offered. Correct only for what `resolved` has returned."""
    return entry.latest if wanted.follows_latest else entry.version(wanted.version or "")


def missing_version(wanted: Wanted, level: Level, known: str) -> Finding:
    """Return the finding that a version is missing. `known` tells the versions of the model."""
    return Finding(wanted.name, "version", level, "version is missing", f"{VERSION_CHOICE}; {known}")


def duplicates(wanted: Iterable[Wanted]) -> list[Finding]:
    """Return a finding for each model and version that several deployments of one resource group serve.

    Source: SAP's documentation, "you can do so one time for each model and model version, and for each resource
    group". It does not say that the service refuses a second one, so it is a warning.
    """
    return [duplicate(same, group) for same, group in same_models(wanted).items() if len(group) > 1]


def duplicate(same: SameModel, group: Sequence[Wanted]) -> Finding:
    """Return the finding that several deployments serve the same model and version."""
    what = f"version {same.version} of model {same.model}" if same.version else f"model {same.model}"
    deploy = f"deploy {what} in resource group {same.resource_group}"
    return about_several([each.name for each in group], "duplicate", deploy, "one is enough, its URL can be shared")


def about_several(names: Sequence[str], kind: Kind, what: str, advice: str) -> Finding:
    """Return a warning about deployments of which `what` tells what all, or both, of them do."""
    first, *others = names
    return Finding(first, kind, "warning", f"{'all' if others[1:] else 'both'} {what}", advice, tuple(others))


def replacements(entry: OfferedModel, version: ModelVersion) -> list[str]:
    """Return what can replace a version: the newest version of the model, or else the names of the suggested models."""
    if newer := newer_version(entry, version.name):
        return [f"version {newer}"]
    return [each for each in version.suggested_replacements if each != entry.model]


def newer_version(entry: OfferedModel, version: str) -> str | None:
    """Return the latest version, unless it is this one or is deprecated itself."""
    latest = entry.latest
    return latest.name if latest and latest.name != version and not latest.deprecated else None


def missing_scenario(catalog: Catalog, scenario_id: str = FOUNDATION_MODELS) -> tuple[str, str] | None:
    """Return the fact that a resource group lacks a scenario, and advice; None when it has the scenario.

    Source: SAP's documentation says that the scenarios of generative AI need the service plan `extended`.
    """
    if scenario_id in catalog.scenarios:
        return None
    having = sorted(group for group, scenarios in catalog.elsewhere.items() if scenario_id in scenarios)
    advice = (
        f"resource groups that have it: {', '.join(having)}"
        if having
        else "the service plan must be extended, or use another resource group"
    )
    return f"resource group {catalog.resource_group} has no scenario {scenario_id}", advice


def _missing_scenario(wanted: Wanted, catalog: Catalog, level: Level) -> Finding | None:
    missing = missing_scenario(catalog, wanted.scenario_id)
    return Finding(wanted.name, "scenario", level, *missing) if missing else None


def _entry(wanted: Wanted, catalog: Catalog, level: Level, *, unchanged: bool) -> OfferedModel | Finding:
    """Return the catalogue's entry for a wanted model, or a finding when there is not exactly one that fits."""
    model, group = wanted.model or "", catalog.resource_group
    entries = catalog.offers(model)
    if not entries:
        near = catalog.nearest(model)
        advice = f"did you mean {_either(near)}?" if near else "`aicore-provider models` lists those that are"
        return Finding(wanted.name, "model", level, f"model {model} is not offered in resource group {group}", advice)
    usable = [each for each in entries if each.allows(FOUNDATION_MODELS)]
    if not usable:
        others = ", ".join(sorted({allowed.scenario_id for each in entries for allowed in each.allowed_scenarios}))
        message = f"model {model} is not offered for scenario {FOUNDATION_MODELS}, only for {others}"
        return Finding(wanted.name, "model", level, message, "use it there, or take another model")
    if wanted.executable_id:
        fitting = [each for each in usable if each.executable_id == wanted.executable_id]
        if fitting:
            return fitting[0]
        executables = [each.executable_id for each in usable]
        there = f"`executable: {executables[0]}`"
        message = f"model {model} is not offered by executable {wanted.executable_id}, but by {_either(executables)}"
        advice = f"{there} moves it there, with a new id and URL" if unchanged else f"write {there}"
        return Finding(wanted.name, "executable", level, message, advice)
    candidates = [each for each in usable if _has_version(each, wanted)] or usable
    if len(candidates) == 1:
        return candidates[0]
    message = f"model {model} is offered by several executables: {', '.join(each.executable_id for each in candidates)}"
    return Finding(wanted.name, "executable", level, message, "write which one as `executable`")


def _misfiltered(wanted: Wanted, model: str, versions: Sequence[str], catalog: Catalog, level: Level) -> list[Finding]:
    """Return a finding for each model or version of a filter that is not offered, so that it has no effect."""
    filtered = f"model {model} of the modelFilterList"
    entries = [each for each in catalog.offers(model) if each.allows(wanted.scenario_id)]
    if not entries:
        near = catalog.nearest(model)
        message = f"{filtered} is not offered for scenario {wanted.scenario_id}"
        advice = f"did you mean {_either(near)}?" if near and model not in near else "take it out"
        return [Finding(wanted.name, "model", level, message, advice)]
    known = {version.name for each in entries for version in each.versions} | {LATEST}
    messages = [f"version {each} of {filtered} is not offered" for each in versions if each not in known]
    return [Finding(wanted.name, "version", level, each, _offered_versions(entries[0])) for each in messages]


def _has_version(entry: OfferedModel, wanted: Wanted) -> bool:
    if wanted.version == NO_VERSION:
        return not entry.has_versions
    return wanted.follows_latest or entry.version(wanted.version or "") is not None


def _unknown_version(wanted: Wanted, entry: OfferedModel, level: Level) -> Finding:
    message = f"version {wanted.version} of model {wanted.model} is not offered"
    return Finding(wanted.name, "version", level, message, _offered_versions(entry))


def _offered_versions(entry: OfferedModel) -> str:
    offered = ", ".join(f"{each.name} (latest)" if each.is_latest else each.name for each in entry.versions)
    if offered:
        return f"offered are {offered}"
    return "what is offered cannot be read" if entry.has_versions else "the model has no versions, leave it out"


def _forbidden_latest(wanted: Wanted, catalog: Catalog) -> Finding:
    entry = catalog.offer(wanted.model or "", wanted.executable_id)
    advice = f'pin it: version: "{entry.latest.name}"' if entry and entry.latest else "pin a version"
    if entry and not entry.has_versions:
        advice = _offered_versions(entry)
    message = f"this stack does not allow version {LATEST} (aicore:versions)"
    return Finding(wanted.name, "latest", "error", message, advice)


def _aging(
    wanted: Wanted, entry: OfferedModel, version: ModelVersion, policy: ModelPolicy, today: dt.date
) -> Finding | None:
    """Return one finding about deprecation and retirement; None when neither is near."""
    days = version.days_left(today)
    if not version.deprecated and (days is None or days > max(policy.warn_days, policy.fail_days or 0)):
        return None
    fails = days is not None and policy.fail_days is not None and days <= policy.fail_days
    what = f"model {wanted.model}, whose latest version is {version.name}," if wanted.follows_latest else ""
    what = what or f"version {wanted.version} of model {wanted.model}"
    facts = ["is deprecated"] if version.deprecated else []
    if days is not None and days > 0:
        facts.append(f"retires on {version.retires_on}, in {days} {'day' if days == 1 else 'days'}")
    elif days is not None:
        facts.append(f"was retired on {version.retires_on}")
    instead = replacements(entry, version)
    advice = f"take {_either(instead)}" if instead else "choose another one, `aicore-provider models` lists them"
    kind: Kind = "deprecated" if days is None else "retirement"
    return Finding(wanted.name, kind, "error" if fails else "warning", f"{what} {' and '.join(facts)}", advice)


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
