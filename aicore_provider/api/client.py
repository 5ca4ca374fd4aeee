"""The client of one service: everything of the API is reached from here."""

from __future__ import annotations

import copy
import datetime as dt
import threading

from aicore_provider.api import paths
from aicore_provider.api.collection import Collection
from aicore_provider.api.configurations import Configurations
from aicore_provider.api.decoding import decode
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.http import Http, path_to
from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.api.logs import last_log_lines
from aicore_provider.api.naming import IN_GROUP, IN_MAIN_TENANT, TENANT_WIDE
from aicore_provider.api.quotas import Quota, Quotas
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.scenarios import Scenarios
from aicore_provider.api.types import (
    Application,
    ApplicationStatus,
    Artifact,
    DockerRegistrySecret,
    Execution,
    ExecutionSchedule,
    GenericSecret,
    LogLine,
    ObjectStoreSecret,
    Repository,
)

_MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
_SCOPE_HEADERS = {
    IN_GROUP: {},
    IN_MAIN_TENANT: {"AI-Tenant-Scope": "true"},
    TENANT_WIDE: {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"},
}


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
        same._tokens = self._tokens.fetched_by(same._fetch_token)
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

    def generic_secrets(self, scope: str, resource_group: str = "") -> Collection[GenericSecret]:
        """The generic secrets of one of the `SECRET_SCOPES`; the resource group is for that of a group.

        Those that are tenant-wide are replicated to all resource groups (SAP's page on generic secrets).
        """
        group = resource_group if scope == IN_GROUP else None
        return Collection(self, GenericSecret, paths.GENERIC_SECRETS, group, headers=_SCOPE_HEADERS[scope])

    def secret_quota(self, scope: str, resource_group: str = "") -> Quota:
        """The quota of generic secrets of one of the `SECRET_SCOPES`. Raises an `AICoreError` when it is not told."""
        return self.quotas.secrets(resource_group if scope == IN_GROUP else None, _SCOPE_HEADERS[scope])

    def object_store_secrets(self, resource_group: str) -> Collection[ObjectStoreSecret]:
        """The object store secrets of a resource group."""
        return Collection(self, ObjectStoreSecret, paths.OBJECT_STORE_SECRETS, resource_group)

    @property
    def docker_registry_secrets(self) -> Collection[DockerRegistrySecret]:
        """The Docker registry secrets of the tenant."""
        return Collection(self, DockerRegistrySecret, paths.DOCKER_REGISTRY_SECRETS, patch_headers=_MERGE_PATCH)

    @property
    def repositories(self) -> Collection[Repository]:
        """The Git repositories of the tenant."""
        return Collection(self, Repository, paths.REPOSITORIES)

    @property
    def applications(self) -> Collection[Application]:
        """The applications of the tenant, which bring what is in a repository to the service.

        Their names are told with a prefix, and requested without (live test in SAP's Python SDK, `sap-ai-core-sdk`).
        """
        return Collection(self, Application, paths.APPLICATIONS, is_prefixed=True)

    def application_status(self, name: str) -> ApplicationStatus:
        """Return what Argo CD tells of an application.

        Raises:
            NotFound: there is none, or Argo CD has not met it yet.
        """
        path = f"{path_to(paths.APPLICATIONS, name)}/status"
        return decode(ApplicationStatus, self.request("GET", path), f"GET {path}", self.redact)

    def refresh_application(self, name: str) -> None:
        """Let Argo CD look at the repository of an application now, and not within its next minutes."""
        self.request("POST", f"{path_to(paths.APPLICATIONS, name)}/refresh", idempotent=True)

    def artifacts(self, resource_group: str) -> Collection[Artifact]:
        """The artifacts of a resource group."""
        return Collection(self, Artifact, paths.ARTIFACTS, resource_group, is_paged=True)

    def executions(self, resource_group: str) -> Collection[Execution]:
        """The executions of a resource group."""
        return Collection(self, Execution, paths.EXECUTIONS, resource_group, is_paged=True)

    def stop_execution(self, resource_group: str, execution_id: str) -> None:
        """Stop an execution.

        Raises:
            WrongState: it is neither PENDING nor RUNNING.
        """
        path = path_to(paths.EXECUTIONS, execution_id)
        self.request("PATCH", path, resource_group=resource_group, body={"targetStatus": "STOPPED"})

    def execution_logs(self, resource_group: str, execution_id: str, lines: int) -> tuple[LogLine, ...]:
        """Return the last lines, 1 to 5000, of an execution's log of the last hour, oldest first."""
        return last_log_lines(self, path_to(paths.EXECUTIONS, execution_id), resource_group, lines)

    def execution_schedules(self, resource_group: str) -> Collection[ExecutionSchedule]:
        """The execution schedules of a resource group."""
        return Collection(self, ExecutionSchedule, paths.EXECUTION_SCHEDULES, resource_group, is_paged=True)
