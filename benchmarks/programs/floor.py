"""The floor: as many components and dynamic resources as the product has, with a provider that does nothing.

What it costs is the cost of Pulumi's engine, of its SDK and of the backend.
"""

from __future__ import annotations

import uuid
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider, UpdateResult

PROGRAM = "from benchmarks.programs.floor import declare\n\ndeclare()\n"


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


class _Configuration(Resource, module="floor", name="Configuration"):
    pass


class _Deployment(Resource, module="floor", name="Deployment"):
    pass


class _Component(pulumi.ComponentResource):
    def __init__(self, name: str, entry: dict[str, str]) -> None:
        super().__init__("floor:index:Component", name)
        inside = pulumi.ResourceOptions(parent=self)
        # Another version replaces it, as it replaces a configuration of the product.
        replaced = pulumi.ResourceOptions(parent=self, replace_on_changes=["version"])
        configuration = _Configuration(EmptyProvider(), name, dict(entry), replaced)
        self.deployment = _Deployment(EmptyProvider(), name, {"configuration_id": configuration.id}, inside)
        self.register_outputs({})


def declare() -> None:
    """Declare a component with two resources for each entry of `aicore:deployments`."""
    entries = pulumi.Config("aicore").require_object("deployments")
    components = {name: _Component(name, entry) for name, entry in entries.items()}
    pulumi.export("deployments", {name: each.deployment.id for name, each in components.items()})
