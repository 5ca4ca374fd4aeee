"""The resource `AIArtifact`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.providers.artifact import AIArtifactProvider
from aicore_provider.resources.resource import GroupedResource


class _Outputs(GroupedResource):
    """The outputs of `AIArtifact`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name."""
    kind: pulumi.Output[str]
    """What it is."""
    url: pulumi.Output[str]
    """Where it is."""
    scenario_id: pulumi.Output[str]
    """Scenario that it is for."""
    description: pulumi.Output[str]
    """For people."""
    labels: pulumi.Output[dict[str, str]]
    """Its labels."""
    resource_group: pulumi.Output[str]
    """Resource group that it is in."""
    take_over: pulumi.Output[str]
    """As given."""
    execution_id: pulumi.Output[str]
    """Execution that has made it; empty for one that was registered."""
    created_at: pulumi.Output[str]
    """When it was created; ISO 8601, UTC."""


class AIArtifact(_Outputs, module="aicore", name="AIArtifact"):
    """A reference to data or a model in an object store, for the input of an executable.

    An artifact cannot be changed. Another value of an input makes a new one with a new id. The API has no DELETE for
    artifacts: when one is destroyed, it is forgotten and stays at the service.
    """

    _provider_class = AIArtifactProvider

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        kind: pulumi.Input[str],
        url: pulumi.Input[str],
        scenario_id: pulumi.Input[str],
        description: pulumi.Input[str] | None = None,
        labels: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an artifact.

        Args:
            resource_name: logical name in the stack.
            name: 1 to 256 ASCII letters, digits, spaces and punctuation; need not be unique. Replaces.
            kind: `model`, `dataset`, `resultset` or `other`. Replaces.
            url: where it is: `ai://OBJECT_STORE/path` with the name of an `AIObjectStoreSecret` of the resource group.
                Replaces.
            scenario_id: scenario that it is for. Replaces.
            description: for people; at most 5000 characters. Replaces.
            labels: labels; the keys begin with `ext.ai.sap.com/`. Replaces.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`; an existing object stays where it is
                unless this names another group. Replaces.
            take_over: id of an artifact that exists already and says the same, so that no other is made. For the first
                creation only: changing or removing it later is no change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "name": name,
            "kind": kind,
            "url": url,
            "scenario_id": scenario_id,
            "description": description,
            "labels": labels,
            "resource_group": resource_group,
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
