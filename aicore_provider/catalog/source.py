"""Requests catalogues from the service, once for each resource group."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.api.scenarios import KnownModels
from aicore_provider.background import begin
from aicore_provider.catalog.catalog import Catalog
from aicore_provider.secret_text import revealed

_AHEAD_AT_ONCE = 16
"""Resource groups whose catalogues are fetched ahead at the same time."""


class Catalogs:
    """The catalogues of a service, each as it was when it was first requested. Safe for many threads."""

    def __init__(self, client: AICore, report: Callable[[str], None] = lambda _: None) -> None:
        """Make a source; `report` is passed a line for each catalogue with entries that could not be read."""
        self._client = client
        self._report = report
        self._known: dict[str, Catalog | AICoreError] = {}
        self._models = KnownModels()
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._scenarios: dict[str, frozenset[str]] = {}
        self._ahead = threading.Semaphore(_AHEAD_AT_ONCE)

    def of(self, resource_group: str) -> Catalog:
        """Return the catalogue of one resource group. The first result is kept, also when it is an error.

        Raises:
            ResourceGroupMissing: there is no such resource group.
            AICoreError: the catalogue cannot be read.
        """
        with self._locked(resource_group):
            if resource_group not in self._known:
                self._known[resource_group] = self._ask(resource_group)
        found = self._known[resource_group]
        if isinstance(found, AICoreError):
            raise found
        return found

    def fetch_ahead(self, resource_groups: Iterable[str]) -> None:
        """Begin to request the catalogues of these groups, and return at once.

        No error is kept: a group may be made before its catalogue is wanted.
        """
        for resource_group in resource_groups:
            begin(partial(self._fetch, resource_group))

    def _fetch(self, resource_group: str) -> None:
        with self._ahead, self._locked(resource_group):
            if resource_group not in self._known:
                found = self._ask(resource_group)
                if isinstance(found, Catalog):
                    self._known[resource_group] = found

    def _locked(self, resource_group: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(resource_group, threading.Lock())

    def _ask(self, resource_group: str) -> Catalog | AICoreError:
        asked = revealed(resource_group)
        # Before it is known whether the group has models, as nearly all groups do.
        models = begin(partial(self._client.scenarios(asked).models, self._models))
        try:
            scenarios = self._ask_scenarios(asked)
            if FOUNDATION_MODELS not in scenarios:
                return Catalog(resource_group, scenarios, elsewhere=self._elsewhere(asked))
            listed = models.result()
        except (Forbidden, NotFound) as refusal:
            return self._client.resource_groups.explain(resource_group, refusal)
        except AICoreError as error:
            return error
        if listed.unreadable:
            self._report(
                f"the model catalogue of resource group {resource_group} has entries that cannot be read, left out:"
                f" {'; '.join(listed.unreadable)}"
            )
        return Catalog(resource_group, scenarios, listed.models)

    def _ask_scenarios(self, resource_group: str) -> frozenset[str]:
        if resource_group not in self._scenarios:
            listed = self._client.scenarios(resource_group).list()
            self._scenarios[resource_group] = frozenset(each.id for each in listed)
        return self._scenarios[resource_group]

    def _elsewhere(self, resource_group: str) -> dict[str, frozenset[str]]:
        """Return the scenarios of the other groups, as far as they can be read. They serve for advice only."""
        found = {}
        for group in self._client.resource_groups.readable_ids():
            if group != resource_group:
                with suppress(AICoreError):
                    found[group] = self._ask_scenarios(group)
        return found
