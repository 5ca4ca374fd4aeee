"""The component `ExecutableDeployment`, and the base of all components."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pulumi

from aicore_provider.components import (
    COMPONENTS,
    configuration_inputs,
    deployment_inputs,
    of_foundation_model,
    summary,
)
from aicore_provider.dynamic.outputs import Told, combined, output_of, told
from aicore_provider.dynamic.stack_trace import note_frames_of_the_program_only
from aicore_provider.resources.component_options import options_of_configuration, options_of_deployment
from aicore_provider.resources.configuration import AIConfiguration
from aicore_provider.resources.deployment import AIDeployment


class ConfiguredDeployment(pulumi.ComponentResource):
    """A configuration and a deployment of it, both under the component's own logical name."""

    configuration: AIConfiguration
    """The configuration made for it."""
    deployment: AIDeployment
    """The deployment made for it."""
    deployment_id: pulumi.Output[str]
    """Id of the deployment."""
    deployment_url: pulumi.Output[str]
    """URL of the deployment."""
    call: pulumi.Output[dict[str, Any]]
    """What a caller needs besides a token; see `AIDeployment.call`."""
    summary: dict[str, pulumi.Input[Any]]
    """`{id, url, model, version, executable, configurationId, resourceGroup, status, call}`, for exports. Model and
    version are empty for what is no single model."""

    def _declare(
        self, kind: str, resource_name: str, arguments: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        """Declare the component of this kind, and both its parts, with the arguments of each."""
        component = COMPONENTS[kind]
        wishes = opts or pulumi.ResourceOptions()
        note_frames_of_the_program_only()
        super().__init__(f"aicore:index:{kind}", resource_name, {}, opts)
        self.configuration = AIConfiguration(
            resource_name,
            **configuration_inputs(component, arguments),
            opts=options_of_configuration(self, wishes, component.of_configuration),
        )
        self.deployment = AIDeployment(
            resource_name,
            configuration=self.configuration,
            **deployment_inputs(arguments),
            opts=options_of_deployment(self, wishes, component.of_configuration),
        )
        self.deployment_id = self.deployment.id
        self.deployment_url = self.deployment.deployment_url
        self.call = self.deployment.call
        # Separate outputs: in a preview, one output of all would be unknown as soon as one of them is.
        self.summary = summary(
            functools.partial(getattr, self.configuration),
            functools.partial(getattr, self.deployment),
            self._of_model("modelName"),
            self._of_model("modelVersion"),
        )
        self.register_outputs(self.summary)

    def _of_model(self, key: str) -> pulumi.Output[str]:
        """Return a parameter of a foundation model; "" in other scenarios, where the name may mean something else."""

        async def find() -> Told:
            scenario = await told(self.configuration.scenario_id)
            parameter = await self.configuration.tell_parameter(key)
            return combined(of_foundation_model, scenario, parameter)

        return output_of(find())


class ExecutableDeployment(ConfiguredDeployment):
    """A configuration of any executable, such as your own serving template, and a deployment of it.

    Changing parameters or artifacts keeps id and URL.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        scenario_id: pulumi.Input[str],
        executable_id: pulumi.Input[str],
        parameters: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        artifacts: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        ttl: pulumi.Input[str] | None = None,
        configuration_name: pulumi.Input[str] | None = None,
        version_id: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        rollback: pulumi.Input[bool] | None = None,
        verify: pulumi.Input[bool | str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a deployment of an executable.

        Args:
            resource_name: logical name of this component and of both its parts.
            scenario_id: what the executable belongs to. Replaces.
            executable_id: the executable. Replaces.
            parameters: values of the executable's parameters; lists and objects as JSON text. In place.
            artifacts: artifact ids by the names of the executable's inputs. In place.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`. Replaces.
            ttl: life time such as `10h`; see `AIDeployment`. Replaces.
            configuration_name: name of the configuration; see `AIConfiguration`. In place.
            version_id: your own version reference; see `AIConfiguration`. In place.
            take_over: id of a deployment made by hand; see `AIDeployment`.
            rollback: False leaves a failed switch as it is; see `AIDeployment`.
            verify: a path such as `/v1/health`, which a GET must answer once it runs; see `AIDeployment`.
            opts: Pulumi's resource options; `docs/components.md` says what each of them means for both parts.
        """
        self._declare(
            "ExecutableDeployment",
            resource_name,
            {
                "scenario_id": scenario_id,
                "executable_id": executable_id,
                "parameters": parameters,
                "artifacts": artifacts,
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
