"""Which version an entry of a stack file has, where a configuration names none."""

from __future__ import annotations

from collections.abc import Callable

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.types import Configuration
from aicore_provider.catalog.catalog import LATEST
from aicore_provider.catalog.findings import resolved
from aicore_provider.catalog.source import Catalogs
from aicore_provider.catalog.wanted import Wanted


def default_versions(client: AICore) -> Callable[[Configuration, str], str]:
    """Return a function of a configuration and its resource group, which asks each group's catalogue once.

    It returns `latest` for a configuration that names no version, or `NO_VERSION` for a model without versions.
    """
    catalogs = Catalogs(client)

    def version_of(configuration: Configuration, resource_group: str) -> str:
        wanted = Wanted.from_parameters(
            "", resource_group, configuration.scenario_id, configuration.executable_id, configuration.parameter_bindings
        )
        if not wanted.model or wanted.version is not None:
            return LATEST
        try:
            version = resolved(wanted, catalogs.of(resource_group)).version
        except AICoreError:
            return LATEST
        return LATEST if version is None else version

    return version_of
