"""`AIConfiguration`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.providers.configuration import AIConfigurationProvider
from aicore_provider.resources.resource import AICoreResource


class AIConfiguration(AICoreResource, module="aicore", name="AIConfiguration"):
    """What a deployment shall run: an executable of a scenario, with values for its parameters.

    A configuration is immutable. Every change of meaning makes a new one with a new id, and each `AIDeployment` that
    uses it is switched to it in place. The API has no DELETE for configurations: destroying one forgets it, the object
    stays at the service and costs nothing.

    An output of which nothing is told is empty ("", {} or False), never None.
    """

    name: pulumi.Output[str]
    """Its name at the service: the given one, or the logical name, in ASCII."""
    scenario_id: pulumi.Output[str]
    """Scenario that the executable belongs to."""
    executable_id: pulumi.Output[str]
    """The executable, such as `azure-openai`."""
    parameter_bindings: pulumi.Output[dict[str, str]]
    """Values of the executable's parameters."""
    input_artifact_bindings: pulumi.Output[dict[str, str]]
    """Artifact ids by the name of the executable's input."""
    version_id: pulumi.Output[str]
    """The version reference of one's own, as it was given; the service does not tell it."""
    resource_group: pulumi.Output[str]
    """Resource group that it belongs to."""
    service_url: pulumi.Output[str]
    """The service that it lives on, without version."""
    tenant: pulumi.Output[str]
    """Identity zone of the tenant that it lives in; empty when the token does not tell."""
    latest_version: pulumi.Output[str]
    """For a model whose version is `latest`: the version that the catalogue called so when it was last looked at; empty
    for a pinned one, and where the catalogue did not tell."""
    take_over: pulumi.Output[str]
    """As given."""
    taken_over: pulumi.Output[bool]
    """True for one that somebody else has made, and a deployment that was taken over brought along."""
    secret_inputs: pulumi.Output[list[str]]
    """Which inputs are secret, such as `parameter_bindings.apiKey`; empty for none. Their values are not in it."""

    _given_bindings: Mapping[str, pulumi.Input[str]] | None = None

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
                Order means nothing. Replaces.
            input_artifact_bindings: artifact id for each input artifact of the executable. Replaces.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`; an existing configuration stays where it
                is unless this names another group. Replaces.
            name: 1 to 256 ASCII letters, digits, spaces and punctuation; need not be unique. Some tools find a
                deployment by it. Default: the logical name, what is not ASCII transliterated or as its code point.
                Replaces where it is given; leaving it out later is no change.
            version_id: a version reference of your own, such as `0.0.1`, sent as it is. Replaces.
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

    def _parameter(self, key: str) -> pulumi.Output[str]:
        """A parameter as the configuration has it, "" for none; known in a preview.

        That is not what the program says where a change is ignored. It is no secret because another parameter is one.
        """

        def of(bindings: Mapping[str, str] | None) -> str:
            return str((bindings or {}).get(key, ""))

        whole = self.parameter_bindings.apply(of)
        if self._given_bindings is None:
            return whole
        given = pulumi.Output.from_input(self._given_bindings.get(key, ""))
        plain = pulumi.Output.unsecret(self.parameter_bindings).apply(of)
        # What the program gives is secret where it is; what stands in the state instead may be a secret of before.
        return pulumi.Output.all(given, plain).apply(lambda both: both[0] if both[0] == both[1] else whole)
