"""Checks of models before anything is changed: looks up executables, warns of what the catalogue says, or refuses it.

Pulumi's engine checks one resource after another and stops at the first that fails. So a refusal also says what is
found about the other entries of the stack file, and a person reads all of it at once. Whether those entries are new or
changed is not known then: a provider is shown the state of a resource only in the call about that resource.

An executable that was looked up is kept in the inputs of the state. The engine checks a replacement a second time, with
empty olds (`continueStepsFromDiff` in pulumi/pulumi), and with `pulumi up --replace` it never shows the olds. So this
module remembers what was decided in the first check, and what a refresh has read.
"""

from __future__ import annotations

import datetime as dt
import functools
import threading
from collections.abc import Callable, Mapping

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.resource_groups import ResourceGroupMissing
from aicore_provider.catalog.catalog import NO_VERSION, Catalog
from aicore_provider.catalog.change_texts import line
from aicore_provider.catalog.changes import compare
from aicore_provider.catalog.findings import (
    NOT_OFFERED,
    Finding,
    SameModel,
    duplicate,
    examine,
    find_executable,
    missing_version,
    resolved,
    same_models,
)
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.kinds.call import Host
from aicore_provider.kinds.rules import Rules
from aicore_provider.kinds.several_groups import as_one


class ModelsRefused(AICoreError):
    """The service does not offer a model of the stack, or the stack's policy does not allow it."""


class ModelChecks:
    """The checks of all models of one session. Safe for many threads."""

    def __init__(
        self,
        catalog: Callable[[str], Catalog],
        rules: Callable[[], Rules],
        today: Callable[[], dt.date],
        host: Host,
        *,
        is_awaited: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Begin; asks the service nothing.

        `catalog` returns the catalogue of a resource group, or raises `AICoreError`; `rules` returns those of the
        stack, or raises one. `today` returns the service's date in UTC, and is called after the service has answered.
        `is_awaited` tells whether a resource group is still to be made, so that nothing can be asked in it.
        """
        self._host = host
        self._catalog = catalog
        self._read_rules = rules
        self._today = today
        self._is_awaited = is_awaited
        self._lock = threading.Lock()
        self._kept: dict[str, Wanted] = {}
        self._met: dict[str, Wanted] = {}
        self._same: dict[SameModel, list[Wanted]] = {}
        self._told: set[str] = set()

    @property
    def _rules(self) -> Rules:
        return self._read_rules()

    @functools.cached_property
    def _planned(self) -> Mapping[SameModel, list[Wanted]]:
        return same_models(self._rules.plan)

    def remember(self, urn: str, wanted: Wanted) -> None:
        """Note model and executable of a resource in the state. The executable is kept while the model is the same."""
        with self._lock:
            self._kept[urn or str(wanted)] = wanted

    def executable(self, urn: str, wanted: Wanted, before: Wanted | None) -> str | None:
        """Return the executable of a model for which the program names none.

        What the state holds is `before`; None for a new resource. Returns None when the catalogue cannot be read and
        the checks are off. Then only a preview succeeds.

        Raises:
            AICoreError: the catalogue cannot be read, does not offer the model, or offers it by several executables.
        """
        for known in (before, self._kept.get(urn or str(wanted))):
            if known and known.executable_id and _same_model(known, wanted):
                return known.executable_id
        try:
            catalog = self._catalog(wanted.resource_group)
        except AICoreError as error:
            text = f"the executable of model {wanted.model} cannot be looked up in resource group"
            text += f" {wanted.resource_group}: {error.first_line}"
            if not self._rules.is_on:
                self._tell(self._host.info, text, urn)
                return None
            if isinstance(error, ResourceGroupMissing):
                raise
            advice = str(error).partition("\n")[2] or "Run the command again, or write the executable."
            raise AICoreError(f"{text}\n{advice}") from None
        found = find_executable(wanted, catalog, preferred=before.executable_id if before else None)
        if isinstance(found, Finding):
            everything = self._examine(wanted, unchanged=False) if self._rules.is_on else [found]
            raise self._refusal(urn, wanted, everything)
        return found

    def check(self, urn: str, wanted: Wanted, before: Wanted | None, *, unchanged: bool) -> None:
        """Check the model of one configuration; show the warnings, and what the catalogue tells of a change.

        `wanted` has its executable, and is `unchanged` when the state holds the same. `before` is what the state holds;
        None for a new resource, or where it is not known. The second check of a resource does nothing.

        Raises:
            ModelsRefused: something is refused; with what is found about the rest of the stack file.
            ResourceGroupMissing: a new or changed configuration is in a resource group that does not exist.
        """
        key = urn or str(wanted)
        is_held = unchanged or self._is_kept(urn, wanted)
        if not self._rules.is_on:
            if wanted.version == NO_VERSION and not is_held:
                raise self._refusal(urn, wanted, [_unasked(wanted, "aicore:checks is off")])
            return
        wanted = self._resolved(wanted)
        with self._lock:
            if key in self._met:
                return
            is_first = not self._met
            self._met[key] = wanted
            twins = self._twins(wanted)
        found = [*self._examine(wanted, unchanged=unchanged, is_held=is_held), *twins]
        # What is an error for every entry of the stack file ends the preview before the engine does anything else.
        ahead = self._ahead() if is_first else []
        if any(each.level == "error" for each in found) or any(_is_certain(each) for each in ahead):
            raise self._refusal(urn, wanted, found)
        for finding in found:
            # The engine shows the line at the resource, so the text need not name it.
            said = finding.line if finding.others else f"{finding.message}; {finding.advice}"
            self._tell(self._host.warn, said, urn)
        if before and not unchanged:
            self._tell_change(urn, before, wanted)

    def latest(self, wanted: Wanted) -> str | None:
        """Return the version that the catalogue calls latest now; None for a pinned version, or if it is not known."""
        if not self._rules.is_on or not wanted.model or not wanted.follows_latest:
            return None
        try:
            offer = self._catalog(wanted.resource_group).offer(wanted.model, wanted.executable_id)
        except AICoreError:
            return None
        return offer.latest.name if offer and offer.latest else None

    def _is_kept(self, urn: str, wanted: Wanted) -> bool:
        """Whether the state already holds this model without a version."""
        kept = self._kept.get(urn or str(wanted))
        return kept is not None and _same_model(kept, wanted) and kept.version in (None, NO_VERSION)

    def _resolved(self, wanted: Wanted) -> Wanted:
        try:
            return resolved(wanted, self._catalog(wanted.resource_group))
        except AICoreError:
            return wanted

    def _examine(self, wanted: Wanted, *, unchanged: bool, is_held: bool = False) -> list[Finding]:
        try:
            catalog = self._catalog(wanted.resource_group)
        except AICoreError as error:
            # The calls of an unchanged resource tell that its group is missing; the check must not stop it.
            if isinstance(error, ResourceGroupMissing) and not unchanged:
                raise
            # Once for each group, since the cause is the same for all its resources.
            self._tell(
                self._host.warn,
                f"the models of resource group {wanted.resource_group} were not checked: {error.first_line}",
                f"group {wanted.resource_group}",
            )
            needs_it = wanted.version == NO_VERSION and not is_held
            return [_unasked(wanted, "it cannot be asked")] if needs_it else []
        return examine(wanted, catalog, self._rules.policy, self._today(), unchanged=unchanged)

    def _tell_change(self, urn: str, before: Wanted, wanted: Wanted) -> None:
        try:
            change = compare(before, wanted, self._catalog(wanted.resource_group))
        except AICoreError:
            return
        if change:
            self._tell(self._host.info, line(change), urn)

    def _twins(self, wanted: Wanted) -> list[Finding]:
        """Return once, for the second that is checked, that several deployments serve one model. Needs the lock."""
        found = []
        for same in same_models([wanted]):
            met = self._same.setdefault(same, [])
            if len(met) == 1:
                names = {wanted.name, *(each.name for each in met)}
                planned = [each for each in self._planned.get(same, ()) if each.name not in names]
                found.append(duplicate(same, [*met, wanted, *planned]))
            met.append(wanted)
        return found

    def _refusal(self, urn: str, wanted: Wanted, found: list[Finding]) -> ModelsRefused:
        """Return the refusal of one deployment, with what is found about the entries that were not checked yet."""
        with self._lock:
            self._met[urn or str(wanted)] = wanted
        lines = [f"{each.level}: {each.line}" for each in found]
        ahead = self._ahead() if self._rules.is_on else []
        for each in ahead:
            is_open = each.level == "error" and each.kind in NOT_OFFERED
            lines.append(f"{'error, if new or changed' if is_open else each.level}: {each.line}")
        about = "The models of this stack are refused:"
        if not any(each.level == "error" for each in found):
            others = sorted({name for each in ahead if _is_certain(each) for name in each.names})
            about = f"This is about {', '.join(others)}, not about {wanted.name}. {about}"
        return ModelsRefused("\n".join([about, *(f"  {line}" for line in lines)]))

    def _ahead(self) -> list[Finding]:
        """Return what is found about the entries of the stack file that were not checked yet, as if they were new."""
        with self._lock:
            met = list(self._met.values())
            told = {same for same, those in self._same.items() if len(those) > 1}
        done = {each.name for each in met}
        left = (each for each in self._rules.plan if each.name not in done)
        ahead = [self._resolved(each) for each in left if not self._is_awaited(each.resource_group)]
        found: list[Finding] = []
        for wanted in ahead:
            try:
                catalog = self._catalog(wanted.resource_group)
            except AICoreError:
                continue
            found += examine(wanted, catalog, self._rules.policy, self._today(), unchanged=False)
        groups = same_models([*met, *ahead])
        found = as_one(found, {each.name: each.resource_group for each in ahead})
        return found + [duplicate(same, group) for same, group in groups.items() if len(group) > 1 and same not in told]

    def _tell(self, tell: Callable[[str], None], text: str, about: str) -> None:
        """Show a text with `tell`, once for each `about`: a URN, or what several resources have in common."""
        key = about + text
        with self._lock:
            is_new = key not in self._told
            self._told.add(key)
        if is_new:
            tell(text)


def require_offered(wanted: Wanted, catalog: Callable[[str], Catalog], rules: Rules, today: dt.date) -> None:
    """Make sure that a deployment can be made again of an unchanged configuration.

    The check of an unchanged configuration only warns when its model is not offered any more. When `catalog`, which
    returns that of a resource group, raises `AICoreError`, nothing is refused. `today` is the service's date in UTC.

    Raises:
        ModelsRefused: the service does not offer it.
    """
    if not rules.is_on:
        return
    try:
        found = examine(wanted, catalog(wanted.resource_group), rules.policy, today, unchanged=False)
    except AICoreError:
        return
    lines = [f"  error: {each.line}" for each in found if each.level == "error" and each.kind in NOT_OFFERED]
    if lines:
        raise ModelsRefused("\n".join(["A new deployment of an unchanged configuration is refused:", *lines]))


def _unasked(wanted: Wanted, why: str) -> Finding:
    """Return the error that a version must be given, because it is not known whether the model has versions."""
    return missing_version(wanted, "error", f"only the catalogue can tell that a model has no versions, and {why}")


def _is_certain(found: Finding) -> bool:
    """Whether it is an error for an unchanged configuration as well."""
    return found.level == "error" and found.kind not in NOT_OFFERED


def _same_model(one: Wanted, other: Wanted) -> bool:
    return (one.model, one.scenario_id, one.resource_group) == (other.model, other.scenario_id, other.resource_group)
