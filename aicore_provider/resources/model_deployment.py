"""The component `ModelDeployment`."""

from __future__ import annotations

from typing import cast

import pulumi

from aicore_provider.components import served_version, wanted_version
from aicore_provider.dynamic.outputs import derived
from aicore_provider.resources.executable_deployment import ConfiguredDeployment


class ModelDeployment(ConfiguredDeployment):
    """A configuration of a generative model, and a deployment of it.

    Changing model or version within one executable keeps id and URL.
    """

    version: pulumi.Output[str]
    """The version that is asked for: `latest` stays `latest`. Empty for a model that has no versions."""
    served_version: pulumi.Output[str]
    """The version that answers, as far as the service tells: for `latest` the one that its catalogue calls latest.
    Empty where the service does not tell."""

    def __init__(
        self,
        resource_name: str,
        *,
        model: pulumi.Input[str],
        version: pulumi.Input[str] | None = None,
        executable_id: pulumi.Input[str] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        ttl: pulumi.Input[str] | None = None,
        configuration_name: pulumi.Input[str] | None = None,
        version_id: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        rollback: pulumi.Input[bool] | None = None,
        verify: pulumi.Input[bool | str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a model deployment.

        Args:
            resource_name: logical name of this component and of both its parts.
            model: such as `gpt-5-mini`. In place.
            version: such as `2025-08-07`, or `latest` for automatic upgrades. An opaque string. In place. Left out only
                for a model of which the catalogue lists no version; a preview refuses that where it lists some.
            executable_id: what offers the model, such as `azure-openai`. Looked up in the service's catalogue where
                it is left out, and then kept as long as the model stays the same. Replaces.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`. Replaces.
            ttl: life time such as `10h`; see `AIDeployment`. Replaces.
            configuration_name: name of the configuration; see `AIConfiguration`. In place.
            version_id: your own version reference; see `AIConfiguration`. In place.
            take_over: id of a deployment made by hand; see `AIDeployment`.
            rollback: False leaves a failed switch as it is; see `AIDeployment`.
            verify: True sends the model one smallest request before it counts as running; see `AIDeployment`.
            opts: Pulumi's resource options; `docs/components.md` says what each of them means for both parts.
        """
        self._declare(
            "ModelDeployment",
            resource_name,
            {
                "model": model,
                "version": wanted_version(version)
                if version is None or isinstance(version, str)
                else derived(wanted_version, version),
                "executable_id": executable_id,
                "resource_group": resource_group,
                "ttl": ttl,
                "configuration_name": configuration_name,
                "version_id": version_id,
                "take_over": take_over,
                "rollback": rollback,
                "verify": verify,
            },
            opts,
        )
        self.version = cast("pulumi.Output[str]", self.summary["version"])
        self.served_version = derived(
            served_version, self.version, self.deployment.model_version, self.configuration.latest_version
        )
