"""The resource `AIResourceGroup`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.providers.resource_group import AIResourceGroupProvider
from aicore_provider.resources.resource import AICoreResource


class _ResourceGroupOutputs(AICoreResource):
    """The outputs of `AIResourceGroup`; see `property_names`."""

    resource_group_id: pulumi.Output[str]
    """Its id, the same as `id`."""
    labels: pulumi.Output[dict[str, str]]
    """Its labels, as the service has them."""
    take_over: pulumi.Output[bool]
    """As given."""
    status: pulumi.Output[str]
    """PROVISIONED, PROVISIONING, ERROR, or a new value that the service tells."""
    was_provisioned: pulumi.Output[bool]
    """Whether it has ever been PROVISIONED, as far as the state knows."""
    service_plan: pulumi.Output[str]
    """The service plan that covers it; empty when the service does not tell."""
    created_at: pulumi.Output[str]
    """When it was created; ISO 8601, UTC."""


class AIResourceGroup(_ResourceGroupOutputs, module="aicore", name="AIResourceGroup"):
    """A resource group of the tenant. Its Pulumi id is the group's own id.

    Pass `group.id` as `resource_group` to the resources in it: then the group is made first and deleted last. Deleting
    it deletes everything in it, so a group that holds deployments which this stack does not manage is not deleted.
    """

    _provider_class = AIResourceGroupProvider

    def __init__(
        self,
        resource_name: str,
        *,
        resource_group_id: pulumi.Input[str],
        labels: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        take_over: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a resource group.

        Waits until it is PROVISIONED: 30 minutes for a create, 10 for other labels, 15 for a delete, unless
        `custom_timeouts` in `opts` says otherwise.

        Args:
            resource_name: logical name in the stack.
            resource_group_id: 3 to 253 letters, digits, dots or dashes, with a letter or digit at both ends. Replaces.
            labels: all labels of the group; the keys begin with `ext.ai.sap.com/`. Left out, they are left alone; an
                empty map removes them. The service shows a change up to about a minute later, which is waited for. In
                place.
            take_over: True to manage a group of this id that exists already: from the first creation on, or, where it
                is given anew, in place of a replacement. Without it such a group is refused. No change of the group.
            opts: Pulumi's resource options. `protect` keeps it from being deleted.
        """
        inputs = {"resource_group_id": resource_group_id, "labels": labels, "take_over": take_over}
        self._declare(resource_name, inputs, opts)
