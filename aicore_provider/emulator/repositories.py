"""Git repositories, which belong to the tenant. Nothing is fetched from them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from aicore_provider.emulator.digests import digests
from aicore_provider.emulator.due import Due, due
from aicore_provider.emulator.errors import conflict, not_found, quota_exceeded
from aicore_provider.emulator.validation import Body, matching

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

NAME = re.compile(r"[a-z0-9-]+")
LONGEST_NAME = 51
MOST = 50
"""Per tenant [docs]."""
ONBOARDING_SHARE = 0.5
"""Onboarding takes this share of the transition seconds [guess]."""

RepositoryStatus = Literal["IN-PROGRESS", "COMPLETED", "ERROR"]


class RepositoryCredentials(Body):
    """PATCH /admin/repositories/{name}."""

    username: Annotated[str, Field(repr=False)]
    password: Annotated[str, Field(repr=False)]


class NewRepository(RepositoryCredentials):
    """POST /admin/repositories."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), matching(NAME)] | None = None
    url: str


@dataclass(frozen=True)
class Repository:
    """A repository.

    Attributes:
        id: its name.
        fails: its onboarding ends in ERROR.
        due: when its onboarding ends.
        digests: of user name and password.
    """

    id: str
    created_at: float
    url: str
    due: Due
    fails: bool = False
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def resource_group(self) -> None:
        """A repository is in no resource group."""

    def status(self, now: float) -> RepositoryStatus:
        """What the API shows."""
        if not self.due.is_past(now):
            return "IN-PROGRESS"
        return "ERROR" if self.fails else "COMPLETED"


def one(service: Service, name: str) -> Repository:
    """One repository."""
    found = service.store.get(Repository, None, name)
    if found is None:
        raise not_found(f"Repository {name} not found")
    return found


def create(service: Service, body: NewRepository) -> Repository:
    """A new repository, whose onboarding begins.

    Refused with 409 when the name exists, and when the URL does: upper and lower case and a slash at the end make no
    difference [docs]. The form of a name that the service chooses is a guess, and so is the refusal of one more than
    the quota with 400.
    """
    present = service.store.all(Repository, None)
    name = body.name or f"repository-{secrets.token_hex(4)}"
    for each in present:
        if each.id == name or _same(each.url) == _same(body.url):
            raise conflict(f"Repository {each.id} already exists")
    if len(present) >= (limit := quota(service)):
        raise quota_exceeded(limit, "repositories")
    repository = Repository(
        id=name,
        created_at=service.now(),
        url=body.url,
        due=_onboarding(service),
        fails=service.faults.onboarding_fails(name),
        digests=_digests(body),
    )
    service.store.put(repository)
    return repository


def change(service: Service, name: str, body: RepositoryCredentials) -> None:
    """Replace the credentials. Onboarding begins again [guess]; the contract says "will eventually be synced"."""
    service.store.put(
        replace(
            one(service, name),
            due=_onboarding(service),
            fails=service.faults.onboarding_fails(name),
            digests=_digests(body),
        )
    )


def delete(service: Service, name: str) -> None:
    """Delete a repository at once. One that applications use can be deleted; their next sync fails [guess]."""
    service.store.remove(one(service, name))


def quota(service: Service) -> int:
    """How many the tenant may have."""
    return service.faults.quota("repository", MOST)


def _same(url: str) -> str:
    return url.rstrip("/").casefold()


def _onboarding(service: Service) -> Due:
    return due(service.pacing.wait("onboarding", ONBOARDING_SHARE), service.now())


def _digests(body: RepositoryCredentials) -> dict[str, str]:
    return digests({"username": body.username, "password": body.password})
