"""Secrets that the service itself uses: of object stores and of Docker registries. Both answer 202 and work alike.

A new one can be read at once [live test]. A change shows, and a deletion is complete, a little later [guess]. Of the
values only digests are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from aicore_provider.emulator.due import Due, due
from aicore_provider.emulator.errors import conflict, not_found, quota_exceeded
from aicore_provider.emulator.records import Pairs

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

CHANGE_SHARE = 0.25
"""A change and a deletion take this share of the transition seconds [guess]."""


@dataclass(frozen=True)
class Content:
    """What a secret holds.

    Attributes:
        metadata: what the API shows of it.
        digests: of its values, by their keys.
    """

    metadata: Pairs = ()
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SystemSecret:
    """A secret of an object store or a Docker registry.

    Attributes:
        id: its name.
        shown: the content that the API shows.
        next: the content after the change that is under way; None during a deletion, and when nothing is under way.
        due: the end of the change or deletion, or None.
    """

    id: str
    resource_group: str | None
    created_at: float
    shown: Content
    next: Content | None = None
    due: Due | None = None

    @property
    def accepted(self) -> Content:
        """The content that was accepted last."""
        return self.next or self.shown

    @property
    def digests(self) -> Mapping[str, str]:
        """Of the values that were accepted last."""
        return self.accepted.digests

    @property
    def is_being_deleted(self) -> bool:
        """Whether a deletion was accepted."""
        return self.due is not None and self.next is None

    @property
    def gone_at(self) -> float | None:
        """When its deletion is complete; None without one, and while that waits for reads."""
        return self.due.at if self.due is not None and self.next is None else None

    def is_gone(self, now: float) -> bool:
        """Whether its deletion is complete."""
        return self.gone_at is not None and now >= self.gone_at


AnySystemSecret = TypeVar("AnySystemSecret", bound=SystemSecret)


def advance(secret: AnySystemSecret, now: float) -> AnySystemSecret:
    """The secret with the content that it has at `now`."""
    if secret.due is None or secret.next is None or not secret.due.is_past(now):
        return secret
    return replace(secret, shown=secret.next, next=None, due=None)


def listed(service: Service, kind: type[AnySystemSecret], scope: str | None) -> list[AnySystemSecret]:
    """The secrets that a list shows."""
    then = service.listed_at()
    return [advance(each, then) for each in service.listed(kind, scope) if not each.is_gone(then)]


def one(service: Service, kind: type[AnySystemSecret], scope: str | None, name: str) -> AnySystemSecret:
    """One secret."""
    found = _find(service, kind, scope, name)
    if found is None:
        raise not_found(f"Secret {name} not found")
    return found


def create(
    service: Service,
    kind: type[AnySystemSecret],
    scope: str | None,
    name: str,
    content: Content,
    *,
    quota: int | None = None,
) -> None:
    """A new secret. A name that exists is refused with 409, and one more than the quota with 400 [guess]."""
    if _find(service, kind, scope, name) is not None:
        raise conflict(f"Secret {name} already exists")
    if quota is not None and count(service, kind, scope) >= quota:
        raise quota_exceeded(quota, "secrets")
    service.store.put(kind(name, scope, service.now(), content))


def change(service: Service, secret: SystemSecret, content: Content) -> None:
    """Replace the content of a secret. While it is being deleted, that is refused with 409 [guess]."""
    _not_being_deleted(secret)
    end = due(service.pacing.wait("changing-secret", CHANGE_SHARE), service.now())
    service.store.put(replace(secret, next=content, due=end))


def delete(service: Service, secret: SystemSecret) -> None:
    """Delete a secret. A second time that is refused with 409 [guess]."""
    _not_being_deleted(secret)
    end = due(service.pacing.wait("removing-secret", CHANGE_SHARE), service.now())
    service.store.put(replace(secret, next=None, due=end))


def count(service: Service, kind: type[AnySystemSecret], scope: str | None) -> int:
    """How many secrets there are, those being deleted included."""
    return sum(not each.is_gone(service.now()) for each in service.store.all(kind, scope))


def _find(service: Service, kind: type[AnySystemSecret], scope: str | None, name: str) -> AnySystemSecret | None:
    found = service.store.get(kind, scope, name)
    if found is None:
        return None
    if found.is_gone(service.now()):
        service.store.remove(found, found.gone_at)
        return None
    return advance(found, service.now())


def _not_being_deleted(secret: SystemSecret) -> None:
    if secret.is_being_deleted:
        raise conflict(f"Secret {secret.id} is being deleted")
