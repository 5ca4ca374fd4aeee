"""The resource `AIExecution`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.providers.execution import AIExecutionProvider
from aicore_provider.resources.resource import GroupedResource


class _Outputs(GroupedResource):
    """The outputs of `AIExecution`; see `property_names`."""

    configuration_id: pulumi.Output[str]
    """Id of the configuration that is executed."""
    triggers: pulumi.Output[dict[str, str]]
    """As given."""
    resource_group: pulumi.Output[str]
    """Resource group that it is in."""
    wait: pulumi.Output[bool]
    """As given; True by default."""
    take_over: pulumi.Output[str]
    """As given."""
    status: pulumi.Output[str]
    """COMPLETED, DEAD, STOPPED, PENDING, RUNNING, or a new value that the service tells."""
    status_message: pulumi.Output[str]
    """What the service tells of its status; empty for nothing."""
    scenario_id: pulumi.Output[str]
    """Scenario of its executable."""
    executable_id: pulumi.Output[str]
    """Its executable."""
    output_artifacts: pulumi.Output[dict[str, str]]
    """Ids of the artifacts that it has made, by name."""
    created_at: pulumi.Output[str]
    """When it was created; ISO 8601, UTC."""
    completed_at: pulumi.Output[str]
    """When it ended; ISO 8601, UTC; empty while it runs."""


class AIExecution(_Outputs, module="aicore", name="AIExecution"):
    """One run of a configuration, such as a training. It runs once, and again whenever an input changes.

    The old run of a new one is deleted from the service, and its artifacts stay. A run that failed is repeated by the
    next `pulumi up`. One that is COMPLETED is never repeated because the service has deleted its record.
    """

    _provider_class = AIExecutionProvider

    def __init__(
        self,
        resource_name: str,
        *,
        configuration_id: pulumi.Input[str],
        triggers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        wait: pulumi.Input[bool] | None = None,
        take_over: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a run.

        Waits until it is COMPLETED, for 30 minutes unless `custom_timeouts` in `opts` says otherwise.

        Args:
            resource_name: logical name in the stack.
            configuration_id: id of the configuration that is executed. Replaces.
            triggers: texts of any meaning, such as a date; another one means another run. Replaces.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`; an existing object stays where it is
                unless this names another group. Replaces.
            wait: False to go on while it runs: then nobody looks whether it succeeds. Default: waits until it is
                COMPLETED. No change.
            take_over: id of an execution that exists already, which counts as this run. For the
                first creation, or, where it is given anew, in place of a replacement; else it is no change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "configuration_id": configuration_id,
            "triggers": triggers,
            "resource_group": resource_group,
            "wait": wait,
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
