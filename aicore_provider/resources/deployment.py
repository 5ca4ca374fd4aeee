"""The resource `AIDeployment`."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pulumi

from aicore_provider.api.naming import deployment_url
from aicore_provider.dynamic.outputs import Told, combined, derived, output_of, told
from aicore_provider.inference import call_of
from aicore_provider.providers.deployment import AIDeploymentProvider
from aicore_provider.resources.configuration import AIConfiguration
from aicore_provider.resources.refresh_hint import hint_at_refresh
from aicore_provider.resources.resource import GroupedResource


class _DeploymentOutputs(GroupedResource):
    """The outputs of `AIDeployment`; see `property_names`."""

    configuration_id: pulumi.Output[str]
    """The configuration that is wanted."""
    executable_id: pulumi.Output[str]
    """Executable of the configuration."""
    scenario_id: pulumi.Output[str]
    """Scenario of the executable."""
    resource_group: pulumi.Output[str]
    """Resource group that it belongs to."""
    ttl: pulumi.Output[str]
    """Life time, counted from creation, such as `10h`; empty for no end."""
    take_over: pulumi.Output[str]
    """As given."""
    rollback: pulumi.Output[bool]
    """Whether a switch that fails is rolled back."""
    verify: pulumi.Output[str]
    """As given: `true`, a path, or empty."""
    status: pulumi.Output[str]
    """UNKNOWN, PENDING, RUNNING, STOPPING, STOPPED, DEAD, or a new value that the service tells."""
    target_status: pulumi.Output[str]
    """The status that the service is bringing it to: RUNNING, STOPPED or DELETED."""
    latest_running_configuration_id: pulumi.Output[str]
    """The last configuration that reached RUNNING."""
    model_name: pulumi.Output[str]
    """The model, as the service tells it; empty for what is no single model, such as orchestration."""
    model_version: pulumi.Output[str]
    """The version that was asked for, as the service tells it: `latest` stays `latest`."""
    created_at: pulumi.Output[str]
    """When it was created; ISO 8601, UTC."""
    modified_at: pulumi.Output[str]
    """ISO 8601, UTC. The service does not set it at every change of status."""
    submission_time: pulumi.Output[str]
    """When the runtime took up the last create or switch; ISO 8601, UTC."""
    start_time: pulumi.Output[str]
    """When it last started to run; ISO 8601, UTC."""
    switch_refused: pulumi.Output[bool]
    """True when it is DEAD and the service has refused to switch it; the next `up` replaces it."""
    unverified: pulumi.Output[bool]
    """True when an earlier command was to verify it, and it has not answered yet; the next `up` asks again."""
    deployment_url: pulumi.Output[str]
    """Its URL. Known in a preview once the deployment exists, since a switch keeps it."""
    call: pulumi.Output[dict[str, Any]]
    """What a caller needs: `{method, url, apiVersion, headers, authorization}`. `url` has the path for the executable
    and the `api-version` that SAP's documentation shows, and is empty where it shows none, as for a serving template of
    your own; `authorization` says how to sign in. Known in a preview as `deployment_url` is, except for a bare
    `configuration_id`, whose model only the service knows."""

    _model: Callable[[], Awaitable[Told]] | None = None
    """Tells the model from the configuration that is given."""


class AIDeployment(_DeploymentOutputs, module="aicore", name="AIDeployment"):
    """A running configuration, with an id and a URL that stay.

    Another configuration of the same executable is switched in by a PATCH: id and URL are kept, and the deployment goes
    on answering meanwhile. When the new configuration does not reach RUNNING, the one before is switched back. Another
    executable, resource group or ttl makes a new deployment, which runs before the old one is stopped and deleted.

    An output without a value is empty ("", [] or False), never None.
    """

    _provider_class = AIDeploymentProvider
    _computed = frozenset({"deployment_url", "call"})

    def __init__(
        self,
        resource_name: str,
        *,
        configuration: AIConfiguration | None = None,
        configuration_id: pulumi.Input[str] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        ttl: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        rollback: pulumi.Input[bool] | None = None,
        verify: pulumi.Input[bool | str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a deployment. Give one of `configuration` and `configuration_id`.

        Waits for RUNNING: 30 minutes for a create, 10 for a switch, 15 for a delete, unless `custom_timeouts` in
        `opts` says otherwise.

        Args:
            resource_name: logical name in the stack.
            configuration: what it runs. A change to a configuration of the same executable switches the deployment in
                place; a change to one of another executable replaces it. A preview tells which.
            configuration_id: what it runs, by its id. In place. Only `up` finds out its executable, and refuses
                another executable than that of the deployment.
            resource_group: default: the configuration's, else `AICORE_RESOURCE_GROUP`, else `default`. Replaces.
            ttl: a whole number and one unit of m, h, d, such as `10h`; `10m` at least. Then the service stops and
                deletes the deployment. Replaces.
            take_over: id of a deployment made by hand, to be managed from now on instead of making a new one. For the
                first creation only: changing or removing it later is no change. Remove it then: after a `destroy` it
                names what is gone, which a preview refuses. The deployment is switched when it runs another
                configuration (give `take_over` to `AIConfiguration` as well, and one that says the same is kept), and
                destroyed with the stack unless `retain_on_delete` is set.
            rollback: False leaves a switch that fails as it is, so that its cause can be looked into; by default the
                configuration that served before is switched back. Another value changes nothing at the service.
            verify: what a deployment that was made, switched or taken over must answer once it runs; otherwise it has
                failed, and a switch is rolled back. True: one smallest request to the model or to orchestration, which
                costs a token, or some more of a reasoning model of OpenAI. A path below the URL, such as `/v1/health`:
                a GET of it, for any executable. By default nothing is asked. Another value counts from the next
                change on.
            opts: Pulumi's resource options. `delete_before_replace` for a quota that allows no second deployment.

        Raises:
            pulumi.RunError: not exactly one of `configuration` and `configuration_id` is given.
        """
        if (configuration is None) == (configuration_id is None):
            raise pulumi.RunError(f"AIDeployment {resource_name!r}: give either configuration or configuration_id.")
        inputs: dict[str, Any] = {
            "configuration_id": configuration_id,
            "resource_group": resource_group,
            "ttl": ttl,
            "take_over": take_over,
            "rollback": rollback,
            "verify": verify,
        }
        if configuration is not None:
            inputs |= {
                "configuration_id": configuration.id,
                "executable_id": configuration.executable_id,
                "scenario_id": configuration.scenario_id,
                "resource_group": configuration.resource_group if resource_group is None else resource_group,
            }
        # Known in a preview, unlike what only the service tells.
        self._model = None if configuration is None else functools.partial(configuration.tell_parameter, "modelName")
        self._declare(resource_name, inputs, opts)

    def _declare(self, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        hint_at_refresh()
        super()._declare(resource_name, inputs, opts)
        # No outputs of the provider: those vanish in the preview of an update, the id and the inputs do not.
        self.deployment_url: pulumi.Output[str] = derived(deployment_url, self.service_url, self.id)
        self.call: pulumi.Output[dict[str, Any]] = output_of(self._tell_call())

    async def _tell_call(self) -> Told:
        inputs = (self.service_url, self.id, self.resource_group, self.scenario_id, self.executable_id)
        parts = [await told(each) for each in inputs]
        return combined(_call, *parts, await (self._model() if self._model else told(self.model_name)))


def _call(*parts: str | None) -> dict[str, Any]:
    service_url, deployment_id, resource_group, scenario_id, executable_id, model = (each or "" for each in parts)
    return call_of(
        service_url=service_url,
        deployment_id=deployment_id,
        resource_group=resource_group,
        scenario_id=scenario_id,
        executable_id=executable_id,
        model=model,
    )
