"""The client of one service: everything of the API is reached from here."""

from __future__ import annotations

import copy
import datetime as dt
import threading

from aicore_provider.api.configurations import Configurations
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.http import Http
from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.api.quotas import Quotas
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.scenarios import Scenarios


class AICore(Http):
    """A client of SAP AI Core. Safe for many threads, which share its token, its connections and its `clock`."""

    _identity: ServiceIdentity | None = None

    @property
    def identity(self) -> ServiceIdentity:
        """Service and tenant. Fetches a token the first time.

        Raises:
            CredentialsError: the token endpoint refused the credentials.
            TokenUnavailable: it did not answer.
        """
        # Not a cached property: before Python 3.12 that holds a lock, so that each caller in turn would try an endpoint
        # that is down, instead of sharing one failure.
        if self._identity is None:
            self._identity = ServiceIdentity(self.url, self.tenant)
        return self._identity

    def authenticate(self) -> None:
        """Fetch a token, so that afterwards no failing token request may lose what a POST has made."""
        _ = self.identity

    def uninterrupted(self) -> AICore:
        """Return the same client without the interruption, for work that must be done all the same."""
        same = copy.copy(self)
        same.interrupted = threading.Event()
        return same

    @property
    def today(self) -> dt.date:
        """The service's date in UTC."""
        return self.now.date()

    @property
    def resource_groups(self) -> ResourceGroups:
        """The resource groups of the tenant."""
        return ResourceGroups(self)

    @property
    def quotas(self) -> Quotas:
        """The quotas of the tenant."""
        return Quotas(self)

    def configurations(self, resource_group: str) -> Configurations:
        """The configurations of a resource group."""
        return Configurations(self, resource_group)

    def deployments(self, resource_group: str) -> Deployments:
        """The deployments of a resource group."""
        return Deployments(self, resource_group)

    def scenarios(self, resource_group: str) -> Scenarios:
        """The scenarios of a resource group, and the model catalogue."""
        return Scenarios(self, resource_group)
