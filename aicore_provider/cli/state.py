"""What an exported Pulumi state holds of AI Core. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.resource_types import InSnakeCase, kind_name
from aicore_provider.urn import logical_name

CONFIGURATION, DEPLOYMENT, RESOURCE_GROUP = "AIConfiguration", "AIDeployment", "AIResourceGroup"
GENERIC_SECRET = "AIGenericSecret"  # noqa: S105  (the name of a kind)


class _Part(BaseModel):
    """A part of a state, in which null stands for what is not there."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, given: Any) -> Any:
        return {key: each for key, each in given.items() if each is not None} if isinstance(given, Mapping) else given


class Resource(_Part):
    """An entry of a state, or of a pending operation.

    The id is "" while the object is being created. What is only looked at (`.get()`) is external. The dependencies are
    the URNs that each input came from. Properties have their names in snake_case, of whichever front end they are.
    """

    urn: str = ""
    type: str = ""
    id: str = ""
    external: bool = False
    inputs: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    dependencies: dict[str, list[Any] | None] = Field(default={}, validation_alias="propertyDependencies")

    @field_validator("inputs", "outputs", "dependencies")
    @classmethod
    def _name_as_python(cls, given: dict[str, Any]) -> dict[str, Any]:
        return dict(InSnakeCase(given))

    @property
    def kind(self) -> str:
        """The name of the kind, such as `AIDeployment`; "" for what is no object of AI Core."""
        return kind_name(self.type)

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
        return self.kind in (CONFIGURATION, DEPLOYMENT, RESOURCE_GROUP) and not self.external

    def value(self, key: str) -> Any:
        """An output, else an input; None where there is neither."""
        return self.outputs.get(key, self.inputs.get(key))

    def text(self, key: str) -> str:
        """A property that is plain text; "" for any other, an encrypted one as well."""
        value = self.value(key)
        return value if isinstance(value, str) else ""


class PendingOperation(_Part):
    """An operation that an earlier run began and did not end."""

    operation: str = Field(default="", validation_alias="type")
    resource: Resource = Resource()


class State(_Part):
    """The state of one stack. Entries that are marked for deletion are entries like the others."""

    stack: str
    resources: tuple[Resource, ...] = ()
    pending: tuple[PendingOperation, ...] = Field(default=(), validation_alias="pending_operations")

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
        return tuple(each for each in self.resources if each.kind == DEPLOYMENT and each.is_managed and each.id)


def read_state(stack: str, document: Mapping[str, Any]) -> State:
    """The state in the answer to `pulumi stack export`. A part that cannot be read is a `ValueError`, and not empty."""
    deployment = document.get("deployment")
    if not isinstance(deployment, Mapping | None):
        raise ValueError("no state")
    return State.model_validate({**(deployment or {}), "stack": stack})


def manager(state: State, deployment_id: str) -> Resource | None:
    """The entry that manages a deployment; None where the stack does not, or only looks at it."""
    return next((each for each in state.deployments if each.id == deployment_id), None)
