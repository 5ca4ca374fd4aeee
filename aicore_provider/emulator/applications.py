"""Applications, which synchronise a path of a Git repository. They belong to the tenant.

Nothing is fetched: a sync succeeds, and brings no resources, unless its repository is missing, its path is empty,
another application has the same source, or a fault rule lets it fail.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from aicore_provider.emulator.due import Due, due
from aicore_provider.emulator.errors import conflict, invalid, not_found, quota_exceeded
from aicore_provider.emulator.repositories import Repository
from aicore_provider.emulator.validation import Body, matching

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

NAME = re.compile(r"[a-z0-9-]+")
SHORTEST_NAME = 3
LONGEST_NAME = 54
LONGEST_ID = 63
"""An id is the name with a prefix of nine characters [live test, spec]."""
MOST = 50
"""Per tenant [docs]."""
SYNC_SHARE = 0.5
"""A sync takes this share of the transition seconds [guess]."""
SYNC_INTERVAL_S = 180.0
"""So long after a sync the next one begins by itself [docs]."""

UNKNOWN = "Unknown"
"""Stands for a status, text or time that the service cannot tell [docs]."""

SyncStatus = Literal["Synced", "OutOfSync", "Unknown"]


class ApplicationChange(Body):
    """PATCH /admin/applications/{name}."""

    repository_url: str
    revision: str
    path: str


class NewApplication(Body):
    """POST /admin/applications, with either the URL or the name of a repository."""

    repository_url: str | None = None
    repository_name: str | None = None
    revision: str
    path: str
    application_name: (
        Annotated[str, Field(min_length=SHORTEST_NAME, max_length=LONGEST_NAME), matching(NAME)] | None
    ) = None

    @model_validator(mode="after")
    def _one_repository(self) -> NewApplication:
        if (self.repository_url is None) == (self.repository_name is None):
            raise ValueError("either repositoryUrl or repositoryName is needed")
        return self


@dataclass(frozen=True)
class SyncProblem:
    """Why a sync fails.

    Attributes:
        status: the sync status that it leaves: "OutOfSync", or "Unknown", where the application cannot be compared with
            its repository at all.
        message: what the status of the application says.
    """

    status: SyncStatus
    message: str


@dataclass(frozen=True)
class Sync:
    """A sync that has ended. Times are seconds since the epoch; `problem` is None after a success."""

    started_at: float
    finished_at: float
    problem: SyncProblem | None = None


@dataclass(frozen=True)
class Application:
    """An application.

    Attributes:
        id: its name, as it was requested.
        started_at: when the sync under way, or the last one, began.
        due: when the sync under way ends; None: there is none.
        fault: why it will fail, if a fault rule says so.
        synced: the last sync of this source that has ended, or None.
    """

    id: str
    created_at: float
    repository_url: str
    revision: str
    path: str
    started_at: float
    due: Due | None = None
    fault: SyncProblem | None = None
    synced: Sync | None = None

    @property
    def resource_group(self) -> None:
        """An application is in no resource group."""

    @property
    def source(self) -> tuple[str, str, str]:
        """What it synchronises."""
        return self.repository_url, self.revision, self.path

    @property
    def commit(self) -> str:
        """The commit that its revision stands for. It is made up, and the same for the same source."""
        return hashlib.sha1("\n".join(self.source).encode(), usedforsecurity=False).hexdigest()


def prefix(service: Service) -> str:
    """What the service puts before the names of a tenant's applications [live test]. The form is a guess."""
    return f"{hashlib.sha256(service.store.tenant.encode()).hexdigest()[:8]}-"


def one(service: Service, name: str) -> Application:
    """One application as it is now, by its name [live test] or its id [guess]."""
    for known in (name, name.removeprefix(prefix(service))):
        found = service.store.get(Application, None, known)
        if found is not None:
            return advance(service, found)
    raise not_found(f"Application {name} not found")


def create(service: Service, body: NewApplication) -> Application:
    """A new application, whose first sync begins.

    A URL that is not onboarded is accepted, and the sync fails [docs]. A name that is not is refused with 400, a name
    of an application that exists with 409, and one more than the quota with 400 [guess].
    """
    url = body.repository_url if body.repository_name is None else _url_of(service, body.repository_name)
    name = body.application_name or f"application-{secrets.token_hex(4)}"
    if service.store.get(Application, None, name) is not None:
        raise conflict(f"Application {name} already exists")
    if len(service.store.all(Application, None)) >= (limit := quota(service)):
        raise quota_exceeded(limit, "applications")
    now = service.now()
    application = Application(name, now, url or "", body.revision, body.path, now)
    return _begin_sync(service, application, now)


def change(service: Service, name: str, body: ApplicationChange) -> Application:
    """Another source, whose first sync begins."""
    changed = replace(
        one(service, name),
        repository_url=body.repository_url,
        revision=body.revision,
        path=body.path,
        synced=None,
    )
    return _begin_sync(service, changed, service.now())


def refresh(service: Service, name: str) -> Application:
    """Begin a sync; one that is under way begins anew [guess]."""
    return _begin_sync(service, one(service, name), service.now())


def delete(service: Service, name: str) -> Application:
    """Delete an application at once."""
    application = one(service, name)
    service.store.remove(application)
    return application


def quota(service: Service) -> int:
    """How many the tenant may have."""
    return service.faults.quota("application", MOST)


def advance(service: Service, application: Application) -> Application:
    """The application as it is now. Syncs that begin by themselves are left out, but for the last one."""
    now = service.now()
    application = _finish(service, application, now)
    if application.due is None and application.synced is not None:
        rounds = (now - application.synced.finished_at) // SYNC_INTERVAL_S
        if rounds >= 1:
            began = application.synced.finished_at + rounds * SYNC_INTERVAL_S
            return _finish(service, _begin_sync(service, application, began), now)
    return application


def words(application: Application) -> tuple[str, str, str]:
    """Health, sync status and message of an application.

    The first two after a success are documented, and those after a sync that could not compare anything; the others are
    guesses.
    """
    if application.synced is None:
        return "Progressing", "OutOfSync", "sync is under way"
    problem = application.synced.problem
    if problem is None:
        return "Healthy", "Synced", "successfully synced (all tasks run)"
    return UNKNOWN if problem.status == UNKNOWN else "Degraded", problem.status, problem.message


def _begin_sync(service: Service, application: Application, now: float) -> Application:
    begun = replace(
        application,
        started_at=now,
        due=due(service.pacing.wait("syncing", SYNC_SHARE), now),
        fault=service.faults.sync_problem(application.id),
    )
    service.store.put(begun)
    return begun


def _finish(service: Service, application: Application, now: float) -> Application:
    ended = None if application.due is None else application.due.passed(now)
    if ended is None:
        return application
    end = Sync(application.started_at, ended, application.fault or _problem(service, application))
    finished = replace(application, due=None, fault=None, synced=end)
    service.store.put(finished)
    return finished


def _problem(service: Service, application: Application) -> SyncProblem | None:
    """Why a sync fails that ends now; None: it succeeds. The first two texts are documented."""
    if not application.path:
        return SyncProblem("Unknown", "spec.source.repoURL and spec.source.path either spec.source.chart are required")
    url = application.repository_url
    # Case matters here [docs], although it does not when a repository is onboarded.
    repository = next((each for each in service.store.all(Repository, None) if each.url == url), None)
    if repository is None:
        project = prefix(service).rstrip("-")
        return SyncProblem("Unknown", f"application repo {url} is not permitted in project '{project}'")
    if repository.status(service.now()) == "ERROR":
        return SyncProblem("Unknown", f"rpc error: code = Unknown desc = repository {repository.id} is not accessible")
    for each in service.store.all(Application, None):
        if each.id == application.id:
            return None
        if each.source == application.source:
            return SyncProblem("OutOfSync", f"application {each.id} synchronises the same source")
    return None


def _url_of(service: Service, repository_name: str) -> str:
    repository = service.store.get(Repository, None, repository_name)
    if repository is None:
        raise invalid(f"Repository {repository_name} not found for tenant")
    return repository.url
