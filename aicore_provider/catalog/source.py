"""Requests catalogues from the service, once for each resource group."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.catalog.catalog import Catalog
from aicore_provider.secret_text import revealed


class Catalogs:
    """The catalogues of a service, each as it was when it was first requested. Safe for many threads."""

    def __init__(self, client: AICore, report: Callable[[str], None] = lambda _: None) -> None:
        """Make a source; `report` is passed a line for each catalogue with entries that could not be read."""
        self._client = client
        self._report = report
        self._known: dict[str, Catalog | AICoreError] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, resource_group: str) -> Catalog:
        """Return the catalogue of one resource group. The first result is kept, also when it is an error.

        Raises:
            ResourceGroupMissing: there is no such resource group.
            AICoreError: the catalogue cannot be read.
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
            listed = self._client.scenarios(asked).models()
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
        """Return the scenarios of the other groups, as far as they can be read. They serve for advice only."""
        found = {}
        for group in self._client.resource_groups.readable_ids():
            if group != resource_group:
                with suppress(AICoreError):
                    found[group] = self._scenarios(group)
        return found
