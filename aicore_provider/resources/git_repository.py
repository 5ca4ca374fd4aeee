"""The resource `AIGitRepository`."""

from __future__ import annotations

import pulumi

from aicore_provider.providers.git_repository import AIGitRepositoryProvider
from aicore_provider.resources.resource import AICoreResource, as_secret


class _Outputs(AICoreResource):
    """The outputs of `AIGitRepository`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name, the same as `id`."""
    url: pulumi.Output[str]
    """Address of the repository."""
    username: pulumi.Output[str]
    """User who may read the repository, as given."""
    password: pulumi.Output[str]
    """Password or access token as given. Secret."""
    take_over: pulumi.Output[bool]
    """As given."""
    status: pulumi.Output[str]
    """COMPLETED, IN-PROGRESS, ERROR, or a new value that the service tells."""


class AIGitRepository(_Outputs, module="aicore", name="AIGitRepository"):
    """A Git repository with one's own templates, and the login with which it is read. Its Pulumi id is its name.

    It belongs to the tenant. The password is secret in the program, in the state and in every message, whether the
    program says so or not. The service never tells the login, so a change that somebody else makes of it is not seen.
    """

    _provider_class = AIGitRepositoryProvider

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        url: pulumi.Input[str],
        username: pulumi.Input[str],
        password: pulumi.Input[str],
        take_over: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a repository.

        Waits until it is COMPLETED, for 10 minutes unless `custom_timeouts` in `opts` says otherwise.

        Args:
            resource_name: logical name in the stack.
            name: 1 to 51 small letters, digits or '-'. Replaces.
            url: address of the repository. Replaces; the old one is deleted first, since a name is given once.
            username: user who may read the repository. In place.
            password: password or access token. In place.
            take_over: True to manage a repository of this name that exists already: from the first creation on, or,
                where it is given anew, in place of a replacement. What the program says is written into it. Without it
                such an object is refused. No change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "name": name,
            "url": url,
            "username": username,
            "password": as_secret(password),
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
