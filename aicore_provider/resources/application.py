"""The resource `AIApplication`."""

from __future__ import annotations

import pulumi

from aicore_provider.providers.application import AIApplicationProvider
from aicore_provider.resources.resource import AICoreResource


class _Outputs(AICoreResource):
    """The outputs of `AIApplication`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name, the same as `id`."""
    repository_url: pulumi.Output[str]
    """Address of the repository."""
    revision: pulumi.Output[str]
    """Branch, tag or commit."""
    path: pulumi.Output[str]
    """Folder in the repository."""
    take_over: pulumi.Output[bool]
    """As given."""
    sync_status: pulumi.Output[str]
    """`Synced`, `OutOfSync`, or another word of Argo CD."""
    health_status: pulumi.Output[str]
    """`Healthy`, `Progressing`, `Degraded`, or another word of Argo CD."""
    message: pulumi.Output[str]
    """What Argo CD tells of its health; empty for nothing."""


class AIApplication(_Outputs, module="aicore", name="AIApplication"):
    """A folder of a Git repository whose templates the service keeps in step with it. Its Pulumi id is its name.

    It belongs to the tenant. Pass the `url` of an `AIGitRepository` as `repository_url`: then the repository is made
    first and deleted last.
    """

    _provider_class = AIApplicationProvider

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        repository_url: pulumi.Input[str],
        revision: pulumi.Input[str],
        path: pulumi.Input[str],
        take_over: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an application.

        Waits until it is synced and healthy, for 10 minutes unless `custom_timeouts` in `opts` says otherwise.

        Args:
            resource_name: logical name in the stack.
            name: 3 to 54 small letters, digits or '-'. Replaces.
            repository_url: address of a repository that the service knows. In place.
            revision: branch, tag or commit, such as `HEAD`. In place.
            path: folder in the repository. In place.
            take_over: True to manage an application of this name that exists already: from the first creation on, or,
                where it is given anew, in place of a replacement. What the program says is written into it. Without it
                such an object is refused. No change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "name": name,
            "repository_url": repository_url,
            "revision": revision,
            "path": path,
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
