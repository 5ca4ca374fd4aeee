"""Asks the service for catalogues: once for each resource group, however many want to know."""

from __future__ import annotations

import threading
from collections.abc import Callable

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.catalog.catalog import Catalog
from aicore_provider.secret_text import revealed


class Catalogs:
    """The catalogues of a service as they were when each was first asked for. Safe for many threads."""

    def __init__(self, client: AICore, report: Callable[[str], None] = lambda _: None) -> None:
        """Make a source; asks nothing.

        Args:
            client: of the service.
            report: told what of a catalogue could not be read, in one line for each resource group.
        """
        self._client = client
        self._report = report
        self._known: dict[str, Catalog | AICoreError] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, resource_group: str) -> Catalog:
        """The catalogue of one resource group. A failure is remembered as well: asking again would take as long.

        Raises:
            ResourceGroupMissing: there is no such resource group.
            AICoreError: the service does not tell.
        """
        with self._lock:
            lock = self._locks.setdefault(resource_group, threading.Lock())
        with lock:
            if resource_group not in self._known:
                self._known[resource_group] = self._ask(resource_group)
        found = self._known[resource_group]
        if isinstance(found, AICoreError):
            raise found
        return found

    def _ask(self, resource_group: str) -> Catalog | AICoreError:
        asked = revealed(resource_group)
        try:
            scenarios = self._scenarios(asked)
            if FOUNDATION_MODELS not in scenarios:
                return Catalog(resource_group, scenarios, elsewhere=self._elsewhere(asked))
            listed = self._client.models(asked).list()
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

    def _scenarios(self, resource_group: str) -> frozenset[str]:
        return frozenset(each.id for each in self._client.scenarios(resource_group).list())

    def _elsewhere(self, resource_group: str) -> dict[str, frozenset[str]]:
        """The scenarios of the other groups, as far as we may know: for advice, never for a verdict."""
        found = {}
        try:
            groups = [each.resource_group_id for each in self._client.resource_groups.list()]
        except AICoreError:
            return {}
        for group in groups:
            if group != resource_group:
                try:
                    found[group] = self._scenarios(group)
                except AICoreError:
                    continue
        return found
