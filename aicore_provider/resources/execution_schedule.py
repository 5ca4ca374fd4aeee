"""The resource `AIExecutionSchedule`."""

from __future__ import annotations

import pulumi

from aicore_provider.providers.execution_schedule import AIExecutionScheduleProvider
from aicore_provider.resources.resource import GroupedResource


class _Outputs(GroupedResource):
    """The outputs of `AIExecutionSchedule`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name."""
    configuration_id: pulumi.Output[str]
    """Id of the configuration that is executed."""
    cron: pulumi.Output[str]
    """When."""
    start: pulumi.Output[str]
    """From when on, as given."""
    end: pulumi.Output[str]
    """Until when, as given."""
    status: pulumi.Output[str]
    """`ACTIVE` or `INACTIVE`, as the service has it."""
    resource_group: pulumi.Output[str]
    """Resource group that it is in."""
    take_over: pulumi.Output[str]
    """As given."""
    created_at: pulumi.Output[str]
    """When it was created; ISO 8601, UTC."""


class AIExecutionSchedule(_Outputs, module="aicore", name="AIExecutionSchedule"):
    """Starts executions of a configuration again and again.

    The executions that it has started are not part of it: they stay when it is destroyed.
    """

    _provider_class = AIExecutionScheduleProvider

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        configuration_id: pulumi.Input[str],
        cron: pulumi.Input[str],
        start: pulumi.Input[str] | None = None,
        end: pulumi.Input[str] | None = None,
        status: pulumi.Input[str] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an execution schedule.

        Args:
            resource_name: logical name in the stack.
            name: 1 to 256 characters; need not be unique. Replaces.
            configuration_id: id of the configuration that is executed. In place.
            cron: when, in the five fields of cron and in UTC, such as `0 3 * * *`; once an hour at most. In place.
            start: from when on, in ISO 8601; default: now. In place; taken away it replaces the schedule.
            end: until when, in ISO 8601; default: for ever. In place; taken away it replaces the schedule.
            status: `ACTIVE`, or `INACTIVE` to pause it; left out, it is left alone. In place.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`; an existing object stays where it is
                unless this names another group. Replaces.
            take_over: id of a schedule that exists already and is managed from now on. For the
                first creation, or, where it is given anew, in place of a replacement; else it is no change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "name": name,
            "configuration_id": configuration_id,
            "cron": cron,
            "start": start,
            "end": end,
            "status": status,
            "resource_group": resource_group,
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
