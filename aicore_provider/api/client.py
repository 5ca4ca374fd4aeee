"""The client of one service: everything of the API is reached from here."""

from __future__ import annotations

import datetime as dt
import threading

from aicore_provider.api.configurations import Configurations
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.http import RETRIES, TIMEOUTS, Http
from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.api.request_limits import RequestTimeouts, RetryPolicy
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.scenarios import Scenarios
from aicore_provider.clock import Clock


class AICore:
    """A client of SAP AI Core. Safe for many threads, which share its token, its connections and its `clock`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        clock: Clock | None = None,
        timeouts: RequestTimeouts = TIMEOUTS,
        retries: RetryPolicy = RETRIES,
        interrupted: threading.Event | None = None,
    ) -> None:
        """Make a client; sends nothing.

        The clock is the real one by default. Once `interrupted` is set, nothing is tried again and no wait goes on.

        Raises:
            CredentialsError: the client certificate cannot be used.
        """
        self._http = Http(credentials, clock=clock, timeouts=timeouts, retries=retries, interrupted=interrupted)
        self.clock = self._http.clock
        self._tenant: str | None = None

    @property
    def url(self) -> str:
        """The API's address without version."""
        return self._http.service_url

    @property
    def identity(self) -> ServiceIdentity:
        """Service and tenant. Fetches a token the first time.

        Raises:
            CredentialsError: the token endpoint refused the credentials.
            TokenUnavailable: it did not answer.
        """
        # Not a cached property: before Python 3.12 that holds a lock, so that each caller in turn would try an endpoint
        # that is down, instead of sharing one failure.
        if self._tenant is None:
            self._tenant = self._http.tenant
        return ServiceIdentity(self.url, self._tenant)

    def authenticate(self) -> None:
        """Fetch a token, so that afterwards no failing token request may lose what a POST has made."""
        _ = self.identity

    @property
    def now(self) -> dt.datetime:
        """The service's time in UTC, as its latest answer told it; this machine's before the first answer."""
        return self._http.now

    @property
    def today(self) -> dt.date:
        """The service's date in UTC."""
        return self.now.date()

    @property
    def resource_groups(self) -> ResourceGroups:
        """The resource groups of the tenant."""
        return ResourceGroups(self._http)

    def configurations(self, resource_group: str) -> Configurations:
        """The configurations of a resource group."""
        return Configurations(self._http, resource_group)

    def deployments(self, resource_group: str) -> Deployments:
        """The deployments of a resource group."""
        return Deployments(self._http, resource_group)

    def scenarios(self, resource_group: str) -> Scenarios:
        """The scenarios of a resource group, and the model catalogue."""
        return Scenarios(self._http, resource_group)
