"""`ModelDeployment`: a model and a version, running."""

from __future__ import annotations

from typing import Any

import pulumi

from aicore_provider.resources.configuration import AIConfiguration
from aicore_provider.resources.deployment import AIDeployment


class ModelDeployment(pulumi.ComponentResource):
    """A generative model, as a configuration and a deployment of it.

    Changing model or version within one executable keeps id and URL.
    """

    configuration: AIConfiguration
    """The configuration made for it."""
    deployment: AIDeployment
    """The deployment made for it."""
    deployment_id: pulumi.Output[str]
    """Id of the deployment."""
    deployment_url: pulumi.Output[str]
    """Where the model answers."""
    summary: dict[str, pulumi.Input[Any]]
    """`{id, url, model, version, executable, configurationId, resourceGroup, status}`, for exports."""

    def __init__(
        self,
        resource_name: str,
        *,
        model: pulumi.Input[str],
        version: pulumi.Input[str],
        executable_id: pulumi.Input[str],
        resource_group: pulumi.Input[str] | None = None,
        ttl: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        rollback: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a model deployment.

        Args:
            resource_name: logical name of this component and of both its parts.
            model: such as `gpt-5-mini`. In place.
            version: such as `2025-08-07`, or `latest` for automatic upgrades. An opaque string. In place.
            executable_id: what offers the model, such as `azure-openai`. Replaces.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`. Replaces.
            ttl: life time such as `10h`; see `AIDeployment`. Replaces.
            take_over: id of a deployment made by hand; see `AIDeployment`.
            rollback: False leaves a failed switch as it is; see `AIDeployment`.
            opts: Pulumi's resource options; `protect`, `delete_before_replace`, `retain_on_delete` and
                `custom_timeouts` are meant for the deployment.
        """
        wishes = opts or pulumi.ResourceOptions()
        super().__init__("aicore:index:ModelDeployment", resource_name, {}, opts)
        self.configuration = AIConfiguration(
            resource_name,
            executable_id=executable_id,
            parameter_bindings={"modelName": model, "modelVersion": version},
            resource_group=resource_group,
            # A protected configuration could never be replaced, which every change of the model does.
            opts=pulumi.ResourceOptions(parent=self, protect=False),
        )
        self.deployment = AIDeployment(
            resource_name,
            configuration=self.configuration,
            ttl=ttl,
            take_over=take_over,
            rollback=rollback,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=wishes.protect,
                delete_before_replace=wishes.delete_before_replace,
                retain_on_delete=wishes.retain_on_delete,
                custom_timeouts=wishes.custom_timeouts,
            ),
        )
        self.deployment_id = self.deployment.id
        self.deployment_url = self.deployment.deployment_url
        # Not one output of all of them: a preview would then hide the known ones, the URL above all.
        self.summary = {
            "id": self.deployment.id,
            "url": self.deployment_url,
            "model": model,
            "version": version,
            "executable": executable_id,
            "configurationId": self.configuration.id,
            "resourceGroup": self.deployment.resource_group,
            "status": self.deployment.status,
        }
        self.register_outputs(self.summary)
