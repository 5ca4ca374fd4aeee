"""The resource `AIConfiguration`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.dynamic.outputs import Told, combined, told
from aicore_provider.providers.configuration import AIConfigurationProvider
from aicore_provider.resources.resource import GroupedResource


class _ConfigurationOutputs(GroupedResource):
    """The outputs of `AIConfiguration`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name at the service: the given one, or else the logical name in ASCII."""
    scenario_id: pulumi.Output[str]
    """Scenario that the executable belongs to."""
    executable_id: pulumi.Output[str]
    """The executable, such as `azure-openai`."""
    parameter_bindings: pulumi.Output[dict[str, str]]
    """Values of the executable's parameters."""
    input_artifact_bindings: pulumi.Output[dict[str, str]]
    """Artifact ids by the name of the executable's input."""
    version_id: pulumi.Output[str]
    """The user's own version reference, as given; the service does not tell it."""
    resource_group: pulumi.Output[str]
    """Resource group that it belongs to."""
    latest_version: pulumi.Output[str]
    """For a model whose version is `latest`: the version that the catalogue called so when it was last read.

    Empty for a pinned version, and when the catalogue could not be read."""
    take_over: pulumi.Output[str]
    """As given."""
    taken_over: pulumi.Output[bool]
    """True for a configuration that somebody else has made, and that came with a deployment that was taken over."""

    _given_bindings: Mapping[str, pulumi.Input[str]] | None = None


class AIConfiguration(_ConfigurationOutputs, module="aicore", name="AIConfiguration"):
    """What a deployment runs: an executable of a scenario, with values for its parameters.

    A configuration cannot be changed. Another value of an input makes a new one with a new id, and each `AIDeployment`
    that uses it is switched to it in place. The API has no DELETE for configurations: when one is destroyed, it is
    forgotten, stays at the service and costs nothing.

    An output without a value is empty ("", {}, [] or False), never None.
    """

    _provider_class = AIConfigurationProvider

    def __init__(
        self,
        resource_name: str,
        *,
        executable_id: pulumi.Input[str] | None = None,
        scenario_id: pulumi.Input[str] = "foundation-models",
        parameter_bindings: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        input_artifact_bindings: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        version_id: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a configuration.

        Args:
            resource_name: logical name in the stack.
            executable_id: such as `azure-openai` or `aws-bedrock`. May be left out for a foundation model: it is then
                looked up in the service's catalogue, and kept as long as the model stays the same. Replaces.
            scenario_id: `foundation-models` for generative models. Replaces.
            parameter_bindings: for foundation models `modelName` and `modelVersion`; at most 1000 bindings with keys
                up to 256 and values up to 5000 characters. The service checks them when a deployment uses them.
                Their order does not count. Replaces.
            input_artifact_bindings: artifact id for each input artifact of the executable. Replaces.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`; an existing configuration stays where it
                is unless this names another group. Replaces.
            name: 1 to 256 ASCII letters, digits, spaces and punctuation; need not be unique. Some tools find a
                deployment by it. Default: the logical name, what is not ASCII transliterated or as its code point.
                Replaces where it is given; leaving it out later is no change.
            version_id: your own version reference, such as `0.0.1`, sent as it is. Replaces.
            take_over: id of a deployment made by hand, the same as its `AIDeployment` has. Where the configuration
                that it runs says the same, that one is used and no other made, so that nothing is switched. The
                service does not tell a `version_id`, so with one another is made. For the first creation only:
                changing or removing it later is no change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "executable_id": executable_id,
            "scenario_id": scenario_id,
            "parameter_bindings": parameter_bindings,
            "input_artifact_bindings": input_artifact_bindings,
            "resource_group": resource_group,
            "name": name,
            "version_id": version_id,
            "take_over": take_over,
        }
        if isinstance(parameter_bindings, Mapping):
            self._given_bindings = parameter_bindings
        self._declare(resource_name, inputs, opts)

    async def tell_parameter(self, key: str) -> Told:
        """Return a parameter as the configuration has it; "" for none. It is known in a preview.

        With `ignore_changes` that is not what the program says. The result is secret only when this parameter is.
        """
        whole = combined(lambda bindings: str((bindings or {}).get(key, "")), await told(self.parameter_bindings))
        if self._given_bindings is None:
            return whole
        given = await told(self._given_bindings.get(key, ""))
        # The given value carries its own mark. Another value, from the state, may have been a secret before.
        known = given.is_known and whole.is_known
        is_secret = given.is_secret or (known and whole.is_secret and given.value != whole.value)
        return Told(whole.value if known else None, known, is_secret, given.resources | whole.resources)
