"""`/admin/resourceGroups`: create, get, list, label, delete; and what an error within a group means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aicore_provider.api.decoding import decode_list, get_one
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.http import Http, path_to
from aicore_provider.api.types import ResourceGroup
from aicore_provider.secret_text import revealed

PATH = "/admin/resourceGroups"


class ResourceGroupMissing(AICoreError):
    """The service itself says that there is no such resource group."""


@dataclass(frozen=True)
class ResourceGroups:
    """The resource groups of the tenant."""

    http: Http

    def create(self, resource_group: str, *, labels: Mapping[str, str]) -> None:
        """Schedule a resource group; it can be used once it is PROVISIONED.

        The id must not be empty, since the service would choose one then.

        Raises:
            WrongState: there is one of this id already.
            InvalidRequest: the id, or a label, breaks the contract's patterns.
        """
        self.http.request("POST", PATH, body={"resourceGroupId": resource_group, "labels": _listed(labels)})

    def get(self, resource_group: str) -> ResourceGroup:
        """Return one resource group; errors as in `decoding.get_one`."""
        return get_one(self.http, ResourceGroup, PATH, resource_group)

    def find(self, resource_group: str) -> ResourceGroup | None:
        """Return one resource group; None when the service itself says that it does not exist.

        Raises:
            AICoreError: the service does not tell; a 404 of a gateway counts as such an error.
        """
        try:
            return self.get(resource_group)
        except NotFound as error:
            if error.message.is_from_service:
                return None
            raise

    def list(self) -> list[ResourceGroup]:
        """All of them; one page, since a tenant has 50 at most.

        Raises:
            Forbidden: the credentials do not cover administration.
        """
        return decode_list(ResourceGroup, self.http.request("GET", PATH), f"GET {PATH}", self.http.redact)

    def readable_ids(self) -> tuple[str, ...]:
        """Return the ids of all groups, sorted, for advice; none when they cannot be read."""
        try:
            return tuple(sorted(each.id for each in self.list()))
        except AICoreError:
            return ()

    def update_labels(self, resource_group: str, labels: Mapping[str, str]) -> None:
        """Replace all labels; reads show it up to about a minute later.

        Raises:
            NotFound: no such group.
            InvalidRequest: a label breaks the contract's patterns.
        """
        # The whole list is sent, so that the request is idempotent.
        self.http.request("PATCH", path_to(PATH, resource_group), body={"labels": _listed(labels)}, idempotent=True)

    def delete(self, resource_group: str) -> None:
        """Schedule the deletion; the group stays readable until it is done.

        Raises:
            NotFound: no such group.
            WrongState: something in it is under way.
        """
        self.http.request("DELETE", path_to(PATH, resource_group))

    def confirm_absent(self, resource_group: str, refusal: Forbidden | NotFound) -> None:
        """Make sure that a list was refused because the resource group does not exist, so that the list is empty.

        The service answers 403 for a list in a group that is not provisioned yet, is being deleted or belongs to
        somebody else. Only its own 404 for the group itself counts.

        Raises:
            AICoreError: the group exists, or the service does not tell.
        """
        try:
            found = self.find(resource_group)
        except Forbidden:
            raise refusal from None
        if found:
            raise _not_ready(found, resource_group) or refusal

    def confirm_object_absent(self, resource_group: str, refusal: Forbidden | NotFound) -> None:
        """Make sure that one object does not exist: the service says so of the object, or of its resource group.

        Raises:
            AICoreError: the object may exist, or the service does not tell.
        """
        if not (isinstance(refusal, NotFound) and refusal.message.is_from_service):
            self.confirm_absent(resource_group, refusal)

    def explain(self, resource_group: str, otherwise: AICoreError) -> AICoreError:
        """Return the error to show when something in a resource group is refused or missing.

        It is `ResourceGroupMissing` with the ids of all groups, as far as they can be read; an error that the group is
        not ready; or `otherwise`, when nothing is wrong with the group or the service does not tell.
        """
        try:
            found = self.find(revealed(resource_group))
        except AICoreError:
            return otherwise
        if found:
            return _not_ready(found, resource_group) or otherwise
        names = self.readable_ids()
        there = f", there are: {', '.join(names)}" if names else ""
        return ResourceGroupMissing(
            f"Resource group {resource_group} does not exist on {self.http.url}{there}.\n"
            "Correct the name (resource_group in a program, resourceGroup in a stack file, AICORE_RESOURCE_GROUP), or "
            "create it in SAP AI Launchpad, or declare it as `AIResourceGroup`."
        )


def _listed(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in labels.items()]


def _not_ready(found: ResourceGroup, name: str) -> AICoreError | None:
    """Return the error of a group that is not PROVISIONED. It has the caller's name, which may be a secret text."""
    if found.status == "PROVISIONED":
        return None
    return AICoreError(
        f"Resource group {name} is not ready: status {found.status}"
        + (f", {found.status_message.rstrip('.')}" if found.status_message else "")
        + ".\nNothing was changed. Run the command again once it is PROVISIONED."
    )
