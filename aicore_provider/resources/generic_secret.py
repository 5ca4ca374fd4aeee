"""The resource `AIGenericSecret`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.providers.generic_secret import AIGenericSecretProvider
from aicore_provider.resources.resource import ScopedResource, as_secret


class _Outputs(ScopedResource):
    """The outputs of `AIGenericSecret`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name, the same as `id`."""
    data: pulumi.Output[dict[str, str]]
    """The values as given. Secret."""
    labels: pulumi.Output[dict[str, str]]
    """Its labels, as the service has them."""
    resource_group: pulumi.Output[str]
    """Resource group that it is in; empty for the tenant."""
    scope: pulumi.Output[str]
    """As given."""
    take_over: pulumi.Output[bool]
    """As given."""
    created_at: pulumi.Output[str]
    """When it was created; ISO 8601, UTC."""


class AIGenericSecret(_Outputs, module="aicore", name="AIGenericSecret"):
    """Named secret values, for a resource group or for the tenant. Its Pulumi id is its name.

    The values are secret in the program, in the state and in every message, whether the program says so or not. The
    service never tells them, so a change that somebody else makes of them is not seen. Another value here is written
    with a PATCH, which is how a secret is rotated.
    """

    _provider_class = AIGenericSecretProvider

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        data: pulumi.Input[Mapping[str, pulumi.Input[str]]],
        labels: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        scope: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a generic secret.

        Args:
            resource_name: logical name in the stack.
            name: 1 to 252 small letters, digits, '-' or '.'. Replaces.
            data: the values by key, as they are; they are encoded with base64 for the service. In place.
            labels: all labels of the secret; the keys begin with `ext.ai.sap.com/`. Left out, they are left alone. In
                place.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`; an existing object stays where it is
                unless this names another group. Replaces.
            scope: `resource-group`, which is the default; `tenant-wide` for a secret that the service puts into all
                resource groups; or `main-tenant`. The latter two go with no `resource_group`. Replaces.
            take_over: True to manage a secret of this name that exists already: from the first creation on, or, where
                it is given anew, in place of a replacement. What the program says is written into it. Without it such
                an object is refused. No change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "name": name,
            "data": as_secret(data),
            "labels": labels,
            "resource_group": resource_group,
            "scope": scope,
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
