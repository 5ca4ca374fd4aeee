"""`/admin/resourceGroups`: only what tells which groups are there."""

from __future__ import annotations

from dataclasses import dataclass

from aicore_provider.api.decoding import decode, decode_list
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.http import Http
from aicore_provider.api.paths import path_to
from aicore_provider.api.types import ResourceGroup
from aicore_provider.secret_text import revealed

_PATH = "/admin/resourceGroups"


class ResourceGroupMissing(AICoreError):
    """The service itself says that there is no such resource group."""


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

    def confirm_absent(self, resource_group: str, refusal: Forbidden | NotFound) -> None:
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
        raise _not_ready(found) or refusal

    def explain(self, resource_group: str, otherwise: AICoreError) -> AICoreError:
        """The error to tell where something in a resource group is refused or missing.

        Args:
            resource_group: that group.
            otherwise: the error where nothing is wrong with the group, or nobody can tell.

        Returns:
            `ResourceGroupMissing` with the names of those that there are, as far as they may be read; that the group is
            not ready; or `otherwise`.
        """
        try:
            return _not_ready(self.get(revealed(resource_group))) or otherwise
        except NotFound as error:
            if not error.is_service_error:
                return otherwise
        except AICoreError:
            return otherwise
        try:
            names = sorted(each.resource_group_id for each in self.list())
        except AICoreError:
            names = []
        there = f", there are: {', '.join(names)}" if names else ""
        return ResourceGroupMissing(
            f"Resource group {resource_group} does not exist on {self.http.service_url}{there}.\n"
            "Correct the name (resource_group in a program, resourceGroup in a stack file, AICORE_RESOURCE_GROUP), or "
            "create it in SAP AI Launchpad."
        )

    def confirm_one_absent(self, resource_group: str, refusal: Forbidden | NotFound) -> None:
        """Return when the refusal of one object means that it is not there: by its own 404, or the group's.

        Raises:
            AICoreError: it may be there, or nobody can tell.
        """
        if not (isinstance(refusal, NotFound) and refusal.is_service_error):
            self.confirm_absent(resource_group, refusal)


def _not_ready(found: ResourceGroup) -> AICoreError | None:
    if found.status == "PROVISIONED":
        return None
    return AICoreError(
        f"Resource group {found.resource_group_id} is not ready: status {found.status}"
        + (f", {found.status_message}" if found.status_message else "")
        + ".\nNothing was changed. Run the command again once it is PROVISIONED."
    )
