"""Generic secrets, each in one of three scopes: a resource group, the main tenant, or the whole tenant [docs].

A tenant-wide secret is replicated to all resource groups. Its replicas are not shown in them [guess]; its sync status
tells where it has arrived. Of the values only digests are kept.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, field_validator

from aicore_provider.emulator.digests import digests
from aicore_provider.emulator.due import Due, due
from aicore_provider.emulator.errors import conflict, invalid, not_found, quota_exceeded
from aicore_provider.emulator.records import Pairs
from aicore_provider.emulator.validation import Body, Label, matching, refuse_null

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

TENANT_WIDE = "*"
"""The scope of tenant-wide secrets; the header AI-Resource-Group has this value for them [docs]."""
NAME = re.compile(r"[a-z0-9.-]+")
LONGEST_NAME = 252
MOST_TENANT_WIDE = 5
"""Per tenant [docs]."""
FIXED_LABELS = frozenset({"ext.ai.sap.com/document-grounding", "ext.ai.sap.com/documentRepositoryType"})
"""Labels that PATCH cannot change [docs]."""
REPLICATION_SHARE = 0.5
"""Replication takes this share of the transition seconds [guess]."""
SHADOW_S = 180.0
"""For so long after its last change a secret of a resource group replaces a tenant-wide one of the same name there
[guess]. According to the documentation, the tenant-wide one comes back "periodically"."""


def _check_base64(value: str) -> str:
    try:
        base64.b64decode(value, validate=True)
    except ValueError:
        raise ValueError("should be base64") from None
    return value


Data = Annotated[dict[str, Annotated[str, AfterValidator(_check_base64)]], Field(repr=False)]


class NewSecret(Body):
    """POST /admin/secrets."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), matching(NAME)]
    data: Data
    labels: list[Label] = Field(default_factory=list)


class SecretChange(Body):
    """PATCH /admin/secrets/{name}. `data` is required by the contract; the documentation says "data and/or labels"."""

    data: Data
    labels: list[Label] | None = None

    _not_null = field_validator("labels", mode="before")(refuse_null)


@dataclass(frozen=True)
class Secret:
    """A generic secret. Times are seconds since the epoch.

    Attributes:
        id: its name.
        resource_group: its scope: a resource group, `TENANT_WIDE`, or None for the main tenant.
        changed_at: when it was created or changed last.
        digests: of its values, by their keys.
        due: when a tenant-wide one has been replicated; None for others.
    """

    id: str
    resource_group: str | None
    created_at: float
    changed_at: float
    labels: Pairs = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    due: Due | None = None


def one(service: Service, scope: str | None, name: str) -> Secret:
    """One secret of a scope."""
    found = service.store.get(Secret, scope, name)
    if found is None:
        raise not_found(f"Secret {name} not found")
    return found


def create(service: Service, scope: str | None, body: NewSecret) -> Secret:
    """A new secret. A name that exists in the scope is refused with 409 [guess]."""
    if service.store.get(Secret, scope, body.name) is not None:
        raise conflict(f"Secret {body.name} already exists")
    limit = quota(service, scope)
    if limit is not None and len(service.store.all(Secret, scope)) >= limit:
        raise quota_exceeded(limit, "secrets")
    now = service.now()
    secret = Secret(
        id=body.name,
        resource_group=scope,
        created_at=now,
        changed_at=now,
        labels=tuple((label.key, label.value) for label in body.labels),
        digests=_digests(body.data),
        due=_replication(service, scope),
    )
    service.store.put(secret)
    return secret


def change(service: Service, scope: str | None, name: str, body: SecretChange) -> None:
    """Replace all data [spec], and the labels that are named; one with an empty value is removed [docs]."""
    secret = one(service, scope, name)
    labels = dict(secret.labels)
    for label in body.labels or ():
        if label.key in FIXED_LABELS and labels.get(label.key, "") != label.value:
            # [guess] The documentation only says that they cannot be updated.
            raise invalid(f"label {label.key} cannot be changed")
        labels[label.key] = label.value
    service.store.put(
        replace(
            secret,
            changed_at=service.now(),
            labels=tuple((key, value) for key, value in labels.items() if value),
            digests=_digests(body.data),
            due=_replication(service, scope),
        )
    )


def delete(service: Service, scope: str | None, name: str) -> None:
    """Delete a secret at once."""
    service.store.remove(one(service, scope, name))


def quota(service: Service, scope: str | None) -> int | None:
    """How many secrets a scope may have; None: any number. A fault rule does not limit those of a resource group."""
    if scope not in (None, TENANT_WIDE):
        return None
    return service.faults.quota("secret", MOST_TENANT_WIDE if scope == TENANT_WIDE else None)


def sync_status(service: Service, secret: Secret) -> dict[str, bool] | None:
    """Where a tenant-wide secret has arrived, by resource group; None for another one."""
    if secret.resource_group != TENANT_WIDE:
        return None
    now = service.now()
    arrived = secret.due is not None and secret.due.is_past(now)

    def is_shown(group: str) -> bool:
        own = service.store.get(Secret, group, secret.id)
        return own is None or now >= own.changed_at + SHADOW_S

    return {
        group.id: arrived and group.status(now) == "PROVISIONED" and is_shown(group.id)
        for group in service.resource_groups()
    }


def _replication(service: Service, scope: str | None) -> Due | None:
    if scope != TENANT_WIDE:
        return None
    return due(service.pacing.wait("replicating", REPLICATION_SHARE), service.now())


def _digests(data: Mapping[str, str]) -> dict[str, str]:
    return digests({key: base64.b64decode(value) for key, value in data.items()})
