"""`/admin/resourceQuota`: how many objects a tenant may have, and how many it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import Field

from aicore_provider.api.decoding import decode
from aicore_provider.api.http import Http
from aicore_provider.api.types import ApiObject

PATH = "/admin/resourceQuota"


@dataclass(frozen=True)
class Quota:
    """How many there may be, and how many there are; 0 allowed ones means that there may be none."""

    allowed: int
    used: int


class _Limit(ApiObject):
    max_count: int


class _Usage(ApiObject):
    count: int = 0


class _Common(ApiObject):
    quota: _Limit
    usage: _Usage = _Usage(count=0)


class _OfPlan(ApiObject):
    limit: _Limit = Field(alias="deploymentQuota")


class _OfDeployments(ApiObject):
    quotas: tuple[_OfPlan, ...]
    usage: _Usage = _Usage(count=0)


@dataclass(frozen=True)
class Quotas:
    """The quotas of the tenant.

    All methods raise an `AICoreError` when the service does not tell, a `Forbidden` when the credentials do not cover
    administration.
    """

    http: Http

    def resource_groups(self) -> Quota:
        """The quota of resource groups, `default` included."""
        path = f"{PATH}/resourceGroups"
        found = decode(_Common, self.http.request("GET", path), f"GET {path}", self.http.redact)
        return Quota(found.quota.max_count, found.usage.count)

    def deployments(self) -> Quota:
        """The quota of deployments in all resource groups, with those of all resource plans together."""
        path = f"{PATH}/deployments"
        found = decode(_OfDeployments, self.http.request("GET", path), f"GET {path}", self.http.redact)
        return Quota(sum(each.limit.max_count for each in found.quotas), found.usage.count)

    def secrets(self, resource_group: str | None, headers: Mapping[str, str]) -> Quota:
        """The quota of generic secrets in a resource group, or where the headers say."""
        path = f"{PATH}/secrets"
        answer = self.http.request("GET", path, resource_group=resource_group, headers=headers)
        found = decode(_Common, answer, f"GET {path}", self.http.redact)
        return Quota(found.quota.max_count, found.usage.count)
