"""What an exported Pulumi state holds of AI Core. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.urn import logical_name

_TOKEN = "pulumi-python:dynamic/aicore:"  # noqa: S105 - a type token
CONFIGURATION, DEPLOYMENT = f"{_TOKEN}AIConfiguration", f"{_TOKEN}AIDeployment"


@dataclass(frozen=True)
class Resource:
    """An entry of a state, or of a pending operation.

    Attributes:
        urn: its URN.
        type: its type token.
        id: of the object at the service; "" while it is being created.
        external: True for what is only looked at (`.get()`).
        inputs: as the program gave them.
        properties: inputs, and the outputs over them.
        configuration_from: URNs that its input `configuration_id` came from.
    """

    urn: str
    type: str = ""
    id: str = ""
    external: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    configuration_from: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`AIDeployment chat`, as people know it."""
        name = logical_name(self.urn)
        return f"{self.urn.removesuffix(f'::{name}').rpartition(':')[2]} {name}"

    @property
    def identity(self) -> ServiceIdentity:
        """Service and tenant, as recorded."""
        return ServiceIdentity.recorded(self.text("service_url"), self.text("tenant"))

    @property
    def is_managed(self) -> bool:
        """Whether it is an object of AI Core that the stack manages."""
        return self.type in (CONFIGURATION, DEPLOYMENT) and not self.external

    def text(self, key: str) -> str:
        """A property that is plain text; "" for any other, an encrypted one as well."""
        value = self.properties.get(key)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class PendingOperation:
    """An operation that an earlier run began and did not end."""

    operation: str
    resource: Resource


@dataclass(frozen=True)
class State:
    """The state of one stack. Entries that are marked for deletion are entries like the others."""

    stack: str
    resources: tuple[Resource, ...] = ()
    pending: tuple[PendingOperation, ...] = ()

    @property
    def pending_creates(self) -> tuple[Resource, ...]:
        """What was being created. The engine carries these over from run to run, until a person clears them."""
        return tuple(each.resource for each in self.pending if each.operation == "creating")

    @property
    def entries(self) -> tuple[Resource, ...]:
        """What there is, and what was being created."""
        return (*self.resources, *self.pending_creates)

    @property
    def deployments(self) -> tuple[Resource, ...]:
        """The deployments that the stack manages."""
        return tuple(each for each in self.resources if each.type == DEPLOYMENT and each.is_managed and each.id)


def is_state(document: Mapping[str, Any]) -> bool:
    """Whether something is a state that can be read as a whole: no part that cannot is taken for empty."""

    def is_one(entry: Any) -> bool:
        return (
            isinstance(entry, Mapping)
            and all(isinstance(entry.get(key, ""), str | None) for key in ("urn", "type", "id"))
            and all(isinstance(entry.get(key), Mapping | None) for key in ("inputs", "outputs", "propertyDependencies"))
            and all(isinstance(urns, list | None) for urns in (entry.get("propertyDependencies") or {}).values())
        )

    deployment = document.get("deployment")
    if "deployment" not in document or not isinstance(deployment, Mapping | None):
        return False
    resources, pending = ((deployment or {}).get(key) or [] for key in ("resources", "pending_operations"))
    return (
        isinstance(resources, list)
        and isinstance(pending, list)
        and all(map(is_one, resources))
        and all(isinstance(each, Mapping) and is_one(each.get("resource") or {}) for each in pending)
    )


def read_state(stack: str, document: Mapping[str, Any]) -> State:
    """The state in the answer to `pulumi stack export`."""
    deployment = _mapping(document.get("deployment"))
    return State(
        stack,
        tuple(_resource(_mapping(each)) for each in deployment.get("resources") or ()),
        tuple(
            PendingOperation(str(each.get("type", "")), _resource(_mapping(each.get("resource"))))
            for each in deployment.get("pending_operations") or ()
        ),
    )


def manager(state: State, deployment_id: str) -> Resource | None:
    """The entry that manages a deployment; None where the stack does not, or only looks at it."""
    return next((each for each in state.deployments if each.id == deployment_id), None)


def _resource(entry: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=str(entry.get("urn", "")),
        type=str(entry.get("type", "")),
        id=str(entry.get("id") or ""),
        external=bool(entry.get("external")),
        inputs=_mapping(entry.get("inputs")),
        properties={**_mapping(entry.get("inputs")), **_mapping(entry.get("outputs"))},
        configuration_from=tuple(map(str, _mapping(entry.get("propertyDependencies")).get("configuration_id") or ())),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
