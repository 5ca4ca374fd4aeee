"""The floor: as many components and dynamic resources as the product has, with a provider that does nothing.

What it costs is the cost of Pulumi's engine, of its SDK and of the backend. With as many properties as the product's
resources have, it is the cost that no other provider of these resources could be without.
"""

from __future__ import annotations

import uuid
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider, UpdateResult

PROGRAM = "from benchmarks.programs.floor import declare\n\ndeclare()\n"
PROGRAM_OF_AS_MANY_PROPERTIES = "from benchmarks.programs.floor import declare\n\ndeclare(as_many_properties=True)\n"
CONFIGURATION_PROPERTIES = 13
DEPLOYMENT_PROPERTIES = 22
"""So many has each of the product's resources. Six inputs of a deployment and five of a configuration are given."""


class EmptyProvider(ResourceProvider):
    """Keeps what it is given. Pulumi's own `check`, `diff`, `read` and `delete` of a provider do nothing."""

    # Else the engine would encrypt the provider of each resource.
    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Return a new id."""
        return CreateResult(uuid.uuid4().hex, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Return the new inputs."""
        return UpdateResult(_news)


class _FilledProvider(EmptyProvider):
    """Adds outputs to what it is given, up to a number of properties."""

    def __init__(self, properties: int) -> None:
        self.properties = properties

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(uuid.uuid4().hex, _filled(props, self.properties))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(_filled(_news, self.properties))


def _filled(given: dict[str, Any], number: int, value: str | None = "2026-01-02T03:04:05Z") -> dict[str, Any]:
    # Pulumi adds the provider to what is given.
    missing = number - len(given.keys() - {"__provider"})
    return {**given, **{f"output{each}": value for each in range(missing)}}


class _Configuration(Resource, module="floor", name="Configuration"):
    pass


class _Deployment(Resource, module="floor", name="Deployment"):
    pass


class _Component(pulumi.ComponentResource):
    def __init__(self, name: str, entry: dict[str, str], *, as_many_properties: bool) -> None:
        super().__init__("floor:index:Component", name)
        inside = pulumi.ResourceOptions(parent=self)
        # Another version replaces it, as it replaces a configuration of the product.
        replaced = pulumi.ResourceOptions(parent=self, replace_on_changes=["version"])
        of_configuration, of_deployment = EmptyProvider(), EmptyProvider()
        inputs: dict[str, Any] = dict(entry)
        if as_many_properties:
            of_configuration = _FilledProvider(CONFIGURATION_PROPERTIES)
            of_deployment = _FilledProvider(DEPLOYMENT_PROPERTIES)
            inputs = _filled(inputs | _inputs(2), CONFIGURATION_PROPERTIES, None)
        configuration = _Configuration(of_configuration, name, inputs, replaced)
        inputs = {"configuration_id": configuration.id}
        if as_many_properties:
            inputs = _filled(inputs | _inputs(5), DEPLOYMENT_PROPERTIES, None)
        self.deployment = _Deployment(of_deployment, name, inputs, inside)
        self.register_outputs({})


def _inputs(number: int) -> dict[str, str]:
    return {f"input{each}": "foundation-models" for each in range(number)}


def declare(*, as_many_properties: bool = False) -> None:
    """Declare a component with two resources for each entry of `aicore:deployments`."""
    entries = pulumi.Config("aicore").require_object("deployments")
    components = {
        name: _Component(name, entry, as_many_properties=as_many_properties) for name, entry in entries.items()
    }
    pulumi.export("deployments", {name: each.deployment.id for name, each in components.items()})
