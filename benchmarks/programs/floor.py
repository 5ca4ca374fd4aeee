"""The floor: as many components and dynamic resources as the product has, with a provider that does nothing.

What it costs is the cost of Pulumi's engine, of its SDK and of the backend. With as many properties as the product's
resources have, it is the cost that no other provider of these resources could be without.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider, UpdateResult

PROGRAM = "from benchmarks.programs.floor import declare\n\ndeclare()\n"
PROGRAM_OF_AS_MANY_PROPERTIES = "from benchmarks.programs.floor import OURS, declare\n\ndeclare(OURS)\n"


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
        return super().create(_filled(props, self.properties))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return super().update(_id, _olds, _filled(_news, self.properties))


def _filled(given: dict[str, Any], number: int, value: str | None = "2026-01-02T03:04:05Z") -> dict[str, Any]:
    # Pulumi adds the provider to what is given.
    missing = number - len(given.keys() - {"__provider"})
    return given | {f"output{each}": value for each in range(missing)}


@dataclass(frozen=True)
class Size:
    """How many properties a resource has.

    Attributes:
        more_inputs: inputs besides those that it needs here.
        properties: inputs and outputs together; 0: the inputs alone.
    """

    more_inputs: int = 0
    properties: int = 0

    def provider(self) -> EmptyProvider:
        """Return a provider of such a resource."""
        return _FilledProvider(self.properties) if self.properties else EmptyProvider()

    def inputs(self, needed: dict[str, Any]) -> dict[str, Any]:
        """Return the inputs, and None for each output, as a dynamic resource declares it."""
        more = {f"input{each}": "foundation-models" for each in range(self.more_inputs)}
        return _filled(needed | more, self.properties, None)


@dataclass(frozen=True)
class Sizes:
    """Of both resources of a deployment."""

    configuration: Size = Size()
    deployment: Size = Size()


BARE, OURS = Sizes(), Sizes(Size(2, 13), Size(5, 22))


class _Configuration(Resource, module="floor", name="Configuration"):
    pass


class _Deployment(Resource, module="floor", name="Deployment"):
    pass


class _Component(pulumi.ComponentResource):
    def __init__(self, name: str, entry: dict[str, str], sizes: Sizes) -> None:
        super().__init__("floor:index:Component", name)
        inside = pulumi.ResourceOptions(parent=self)
        # Another version replaces it, as it replaces a configuration of the product.
        replaced = pulumi.ResourceOptions(parent=self, replace_on_changes=["version"])
        first, second = sizes.configuration, sizes.deployment
        configuration = _Configuration(first.provider(), name, first.inputs(dict(entry)), replaced)
        inputs = second.inputs({"configuration_id": configuration.id})
        self.deployment = _Deployment(second.provider(), name, inputs, inside)
        self.register_outputs({})


def declare(sizes: Sizes = BARE) -> None:
    """Declare a component with two resources for each entry of `aicore:deployments`."""
    entries = pulumi.Config("aicore").require_object("deployments")
    components = {name: _Component(name, entry, sizes) for name, entry in entries.items()}
    pulumi.export("deployments", {name: each.deployment.id for name, each in components.items()})
