"""The service that this process talks to, and the home of the objects in the state.

A connection is made once for each set of credentials and shared by all calls of the plugin process, so that they share
tokens, connections and one watcher for each resource group.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pulumi

from aicore_provider.api.address import recorded_address
from aicore_provider.api.credentials import Credentials, find_credentials, service_url
from aicore_provider.api.errors import AICoreError, WrongServiceError
from aicore_provider.dynamic import log
from aicore_provider.dynamic.process import interrupted
from aicore_provider.lifecycle.limits import Limits
from aicore_provider.lifecycle.watcher import DeploymentWatcher

if TYPE_CHECKING:
    from aicore_provider.api.configurations import Configurations
    from aicore_provider.catalog.catalog import Catalog
    from aicore_provider.catalog.source import Catalogs
    from aicore_provider.lifecycle.context import Context

_LIMITS = Limits()


class OtherService(WrongServiceError):
    """The credentials are for another service than the stack's."""


class Connection:
    """One service, as one client sees it."""

    def __init__(self, credentials: Credentials, *, limits: Limits = _LIMITS) -> None:
        # Late, because a program that only declares resources imports this module as well.
        from aicore_provider.api.client import AICore
        from aicore_provider.lifecycle.context import PostLocks

        self.limits = limits
        self._client = AICore(credentials, timeouts=limits.requests, retries=limits.retries, interrupted=interrupted)
        self._watchers: dict[str, DeploymentWatcher] = {}
        self._post_locks = PostLocks()
        self._catalogs: Catalogs | None = None
        self._lock = threading.Lock()

    @property
    def service_url(self) -> str:
        """The API's address without version."""
        return self._client.url

    @property
    def tenant(self) -> str:
        """Identity zone of the credentials; "" when the token does not tell. Fetches a token the first time."""
        return self._client.identity.tenant

    def authenticate(self) -> None:
        """Learn the tenant before anything is made: afterwards no failing token request may lose an id."""
        _ = self.tenant

    def require_home(self, what: str, service_url: str, tenant: str) -> None:
        """Make sure that an object of the state lives where this connection goes.

        Args:
            what: the object, for the text.
            service_url: as recorded in the state.
            tenant: as recorded in the state; "" when it was not known.

        Raises:
            WrongServiceError: it lives elsewhere. Nothing may be concluded from what this service says about it.
        """
        require_service(what, service_url, self.service_url)
        if tenant and self.tenant and tenant != self.tenant:
            raise WrongServiceError(
                f"{what} lives in tenant {tenant}, your credentials are for tenant {self.tenant}.\n"
                "Nothing was changed. Use the credentials of its tenant."
            )

    @property
    def now(self) -> dt.datetime:
        """The service's time in UTC."""
        return self._client.now

    def catalog(self, resource_group: str) -> Catalog:
        """The model catalogue of one resource group, asked for once by this process.

        Raises:
            ResourceGroupMissing: there is no such resource group.
            AICoreError: the service does not tell.
        """
        from aicore_provider.catalog.source import Catalogs

        with self._lock:
            self._catalogs = self._catalogs or Catalogs(self._client, log.warn)
        return self._catalogs.of(resource_group)

    def require_resource_group(self, resource_group: str) -> None:
        """Make sure that a resource group is not known to be missing.

        Raises:
            ResourceGroupMissing: it is.
        """
        from aicore_provider.api.resource_groups import ResourceGroupMissing

        try:
            self.catalog(resource_group)
        except ResourceGroupMissing:
            raise
        except AICoreError:
            return

    def not_there(self, what: str, resource_group: str) -> AICoreError:
        """The error for an object that is to be got by its id and is not there.

        Args:
            what: the object, such as `deployment d1`.
            resource_group: where it was looked for.
        """
        nothing = AICoreError(f"There is no {what} in {resource_group} on {self.service_url}.")
        return self._client.resource_groups.explain(resource_group, nothing)

    def configurations(self, resource_group: str) -> Configurations:
        """The configurations of one resource group."""
        return self._client.configurations(resource_group)

    def deployments(self, resource_group: str, report: Callable[[str], None] = lambda _: None) -> Context:
        """What the reconcile loop works with in one resource group."""
        from aicore_provider.lifecycle.context import Context

        client = self._client
        with self._lock:
            watcher = self._watchers.setdefault(
                resource_group, DeploymentWatcher(client.deployments(resource_group).list, client.clock)
            )
        return Context(
            client,
            resource_group,
            watcher,
            post_locks=self._post_locks,
            limits=self.limits,
            interrupted=interrupted,
            report=report,
        )


def require_service(what: str, recorded: str, current: str) -> None:
    """Compare an object's recorded service with the one the credentials are for; needs no network.

    Raises:
        WrongServiceError: they differ.
    """
    if recorded and (there := recorded_address(recorded)) != current:
        raise WrongServiceError(
            f"{what} lives on {there}, your credentials are for {current}.\n"
            "Nothing was changed. Use the credentials of its service."
        )


def credentials(config: pulumi.dynamic.Config | None) -> Credentials:
    """The credentials of the environment, else of the stack, for the service that the stack pins, if it pins one.

    The environment comes first because a refresh or destroy sees the stack's configuration of the last `up`.

    Raises:
        CredentialsError: there are none, or they are incomplete.
        OtherService: the stack's `aicore:baseUrl` is another one.
    """
    found = find_credentials(os.environ, config.get("aicore:serviceKey") if config else None)
    log.debug(f"credentials from {found.source}, for {found.base_url}")
    pinned = pinned_service(config)
    if pinned and pinned != found.base_url:
        raise OtherService(
            f"The stack's aicore:baseUrl is {pinned}, the credentials from {found.source} are for {found.base_url}.\n"
            "Nothing was changed. Use the credentials of the stack's service."
        )
    return found


def pinned_service(config: pulumi.dynamic.Config | None) -> str | None:
    """The stack's `aicore:baseUrl` in its normal form; None where it pins none.

    Raises:
        CredentialsError: it is no address that may be used.
    """
    pinned = config.get("aicore:baseUrl") if config else None
    return service_url(pinned, "The stack's aicore:baseUrl") if pinned else None


connection = functools.cache(Connection)
"""The connection for these credentials, the same for every call in this process."""
