"""The resource `AIDockerRegistrySecret`."""

from __future__ import annotations

import pulumi

from aicore_provider.providers.docker_registry_secret import AIDockerRegistrySecretProvider
from aicore_provider.resources.resource import AICoreResource, as_secret


class _Outputs(AICoreResource):
    """The outputs of `AIDockerRegistrySecret`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name, the same as `id`."""
    registry: pulumi.Output[str]
    """Address of the registry, as given."""
    username: pulumi.Output[str]
    """User of the registry, as given."""
    password: pulumi.Output[str]
    """Password or access token as given. Secret."""
    take_over: pulumi.Output[bool]
    """As given."""


class AIDockerRegistrySecret(_Outputs, module="aicore", name="AIDockerRegistrySecret"):
    """The login at a container registry, for the images of one's own executables. Its Pulumi id is its name.

    It belongs to the tenant. The password is secret in the program, in the state and in every message, whether the
    program says so or not. The service tells the name alone, so a change that somebody else makes is not seen. Another
    value here is written with a PATCH.
    """

    _provider_class = AIDockerRegistrySecretProvider

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        registry: pulumi.Input[str],
        username: pulumi.Input[str],
        password: pulumi.Input[str],
        take_over: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a Docker registry secret.

        Args:
            resource_name: logical name in the stack.
            name: 2 to 63 small letters, digits, '-', '.' or '_'; templates name it in `imagePullSecrets`. Replaces.
            registry: address of the registry, such as `https://registry.example.com`. In place.
            username: user of the registry. In place.
            password: password or access token. In place.
            take_over: True to manage a secret of this name that exists already: from the first creation on, or, where
                it is given anew, in place of a replacement. What the program says is written into it. Without it such
                an object is refused. No change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "name": name,
            "registry": registry,
            "username": username,
            "password": as_secret(password),
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
