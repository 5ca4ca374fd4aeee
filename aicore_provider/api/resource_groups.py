"""`/admin/resourceGroups`: only what tells which groups are there."""

from __future__ import annotations

from dataclasses import dataclass

from aicore_provider.api.decoding import decode, decode_list
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.http import Http
from aicore_provider.api.paths import path_to
from aicore_provider.api.types import ResourceGroup

_PATH = "/admin/resourceGroups"


@dataclass(frozen=True)
class ResourceGroups:
    """The resource groups of the tenant."""

    http: Http

    def get(self, resource_group: str) -> ResourceGroup:
        """One resource group.

        Raises:
            NotFound: no such group.
        """
        path = path_to(_PATH, resource_group)
        return decode(ResourceGroup, self.http.request("GET", path), f"GET {path}", self.http.redact)

    def list(self) -> list[ResourceGroup]:
        """All of them; one page, since a tenant has 50 at most.

        Raises:
            Forbidden: the credentials do not cover administration.
        """
        return decode_list(ResourceGroup, self.http.request("GET", _PATH), f"GET {_PATH}", self.http.redact)

    def require_absence(self, resource_group: str, refusal: Forbidden | NotFound) -> None:
        """Return when the refusal of a list means that nothing is there, since the whole group is not.

        A gateway answers 404 as well, and a group that is not provisioned yet, is being deleted or belongs to somebody
        else answers 403; so only the service's own 404 counts, to the question for the group.

        Raises:
            AICoreError: the group exists, or nobody can tell.
        """
        try:
            found = self.get(resource_group)
        except NotFound as error:
            if error.is_service_error:
                return
            raise
        except Forbidden:
            raise refusal from None
        if found.status == "PROVISIONED":
            raise refusal
        raise AICoreError(
            f"Resource group {resource_group} is not ready: status {found.status}"
            + (f", {found.status_message}" if found.status_message else "")
            + ".\nNothing was changed. Run the command again once it is PROVISIONED."
        )

    def require_absence_of_one(self, resource_group: str, refusal: Forbidden | NotFound) -> None:
        """Return when the refusal of one object means that it is not there: by its own 404, or the group's.

        Raises:
            AICoreError: it may be there, or nobody can tell.
        """
        if not (isinstance(refusal, NotFound) and refusal.is_service_error):
            self.require_absence(resource_group, refusal)
