"""What an exported Pulumi state holds of AI Core, and what its stacks lay claim to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aicore_provider.api.address import recorded_address
from aicore_provider.lifecycle.strays import Claims
from aicore_provider.urn import logical_name

_TOKEN = "pulumi-python:dynamic/aicore:"  # noqa: S105 - a type token
_CONFIGURATION, _DEPLOYMENT = f"{_TOKEN}AIConfiguration", f"{_TOKEN}AIDeployment"


@dataclass(frozen=True)
class Resource:
    """An entry of a state, or of a pending operation.

    Attributes:
        urn: its URN.
        type: its type token.
        id: of the object at the service; "" while it is being created.
        external: True for what is only looked at (`.get()`).
        properties: inputs, and the outputs over them.
        configuration_from: URNs that its input `configuration_id` came from.
    """

    urn: str
    type: str = ""
    id: str = ""
    external: bool = False
    properties: Mapping[str, Any] = field(default_factory=dict)
    configuration_from: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`AIDeployment chat`, as people know it."""
        name = logical_name(self.urn)
        return f"{self.urn.removesuffix(f'::{name}').rpartition(':')[2]} {name}"

    def text(self, key: str) -> str:
        """A property that is plain text; "" for any other, an encrypted one as well."""
        value = self.properties.get(key)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class PendingOperation:
    """Something that an earlier run began and never reported the end of."""

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


@dataclass(frozen=True)
class Home:
    """The service and the tenant that the credentials are for; the tenant is "" where the token tells none."""

    service_url: str
    tenant: str

    def __str__(self) -> str:
        """For people."""
        return f"{self.service_url} (tenant {self.tenant})" if self.tenant else self.service_url

    def has(self, resource: Resource) -> bool:
        """Whether an object lives here, so that what this service says about it counts."""
        recorded = resource.text("tenant")
        return recorded_address(resource.text("service_url")) == self.service_url and (
            not recorded or not self.tenant or recorded == self.tenant
        )


def is_state(document: Mapping[str, Any]) -> bool:
    """Whether something is a state that can be read. A part that cannot must not be taken for empty."""

    def is_one(entry: Any) -> bool:
        return (
            isinstance(entry, Mapping)
            and all(isinstance(entry.get(key, ""), str | None) for key in ("urn", "type", "id"))
            and all(isinstance(entry.get(key), Mapping | None) for key in ("inputs", "outputs", "propertyDependencies"))
            and all(isinstance(urns, list | None) for urns in (entry.get("propertyDependencies") or {}).values())
        )

    deployment = document.get("deployment")
    if not isinstance(deployment, Mapping | None):
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
    entries = deployment.get("resources") or ()
    return State(stack, tuple(_resource(_mapping(each)) for each in entries), pending_operations(document))


def pending_operations(document: Mapping[str, Any]) -> tuple[PendingOperation, ...]:
    """The pending operations of an exported state."""
    pending = _mapping(document.get("deployment")).get("pending_operations") or ()
    return tuple(
        PendingOperation(str(each.get("type", "")), _resource(_mapping(each.get("resource")))) for each in pending
    )


def claims(states: Sequence[State], home: Home) -> Claims:
    """What stacks have made at a service, hold of it, and began to make without ever hearing of it.

    An id that stands in a state is held wherever its object lives: it can be no stray of anybody.
    """
    made: dict[str, str] = {}
    begun: dict[str, str] = {}
    cut_short: Counter[str] = Counter()
    foreign = {r.id for s in states for r in s.resources if r.type == _CONFIGURATION and _is_made_by_others(r)}
    for state in states:
        ours = (r for r in _own(state.resources, home) if r.type == _CONFIGURATION and not _is_made_by_others(r))
        made |= {r.id: state.stack for r in ours}
    for state in states:
        for create in _own(state.pending_creates, home):
            configuration = create.text("configuration_id")
            if create.type != _DEPLOYMENT or not configuration:
                continue
            begun[configuration] = state.stack
            # A configuration that was given by its id, is only looked at or was taken over may be deployed by others
            # as well; and who takes a deployment over posts none. So such a create is no evidence that a deployment is
            # its own.
            is_made = configuration in made or (_is_from_program(create) and configuration not in foreign)
            if is_made and not create.text("take_over"):
                cut_short[configuration] += 1
    held = {r.id: s.stack for s in states for r in s.resources if r.type == _DEPLOYMENT}
    return Claims(configurations=made | begun, held=held, cut_short=dict(cut_short))


def manager(state: State, deployment_id: str) -> Resource | None:
    """The entry that manages a deployment; None where the stack does not, or only looks at it."""
    managed = (each for each in state.resources if each.type == _DEPLOYMENT and not each.external)
    return next((each for each in managed if each.id == deployment_id), None)


def resource_groups(states: Sequence[State], home: Home) -> tuple[str, ...]:
    """Where the stacks have, or may have, something at this service; sorted."""
    found = {r.text("resource_group") for s in states for r in _own((*s.resources, *s.pending_creates), home)}
    return tuple(sorted(found - {""}))


def elsewhere(states: Sequence[State], home: Home) -> tuple[str, ...]:
    """A line for each stack and other home: what it has there is left out here."""
    lines = []
    for state in states:
        ours = [r for r in (*state.resources, *state.pending_creates) if _is_managed(r)]
        others = Counter(
            Home(recorded_address(r.text("service_url")), r.text("tenant")) for r in ours if not home.has(r)
        )
        lines += [
            f"Stack {state.stack}: {count} of {len(ours)} objects are left out; they live on {other}, "
            f"your credentials are for {home}."
            for other, count in others.items()
        ]
    return tuple(lines)


def encrypted_groups(states: Sequence[State], home: Home) -> tuple[str, ...]:
    """A line for each object whose resource group cannot be read in the state, so that it is not looked at here."""
    return tuple(
        f"Stack {state.stack}: the resource_group of {each.name} is encrypted in its state; that group is looked at"
        " only where another object names it."
        for state in states
        for each in _own((*state.resources, *state.pending_creates), home)
        if each.type in (_CONFIGURATION, _DEPLOYMENT) and isinstance(each.properties.get("resource_group"), Mapping)
    )


def explained(states: Sequence[State], home: Home, left_over: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The creates that were cut short and have left nothing over: by stack, all that clearing its state forgets.

    Args:
        states: of the stacks.
        home: the service that was asked.
        left_over: configurations with deployments that nobody holds; what may have made them must not be forgotten.
    """
    found = {}
    for state in states:
        deployments = [each for each in state.pending_creates if each.type == _DEPLOYMENT]
        if deployments and all(
            home.has(each) and each.text("configuration_id") not in left_over for each in deployments
        ):
            found[state.stack] = tuple(each.name for each in state.pending_creates)
    return found


def _own(resources: Sequence[Resource], home: Home) -> Iterator[Resource]:
    return (each for each in resources if _is_managed(each) and home.has(each))


def _is_managed(resource: Resource) -> bool:
    return resource.type in (_CONFIGURATION, _DEPLOYMENT) and not resource.external


def _is_made_by_others(configuration: Resource) -> bool:
    return configuration.external or bool(configuration.properties.get("taken_over"))


def _is_from_program(create: Resource) -> bool:
    """Whether the configuration is one that the program declares: it may have left the state again since."""
    return any(_CONFIGURATION in urn for urn in create.configuration_from)


def _resource(entry: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=str(entry.get("urn", "")),
        type=str(entry.get("type", "")),
        id=str(entry.get("id") or ""),
        external=bool(entry.get("external")),
        properties={**_mapping(entry.get("inputs")), **_mapping(entry.get("outputs"))},
        configuration_from=tuple(map(str, _mapping(entry.get("propertyDependencies")).get("configuration_id") or ())),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
