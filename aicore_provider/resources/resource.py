"""The base of the resources that stand for one object at the service."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar

import pulumi
from pulumi.dynamic import Resource, ResourceProvider

from aicore_provider.dynamic.debug_messages import send_debug_messages_together
from aicore_provider.dynamic.outputs import Told, derived, leave_unwatched, output_of
from aicore_provider.dynamic.stack_trace import note_frames_of_the_program_only
from aicore_provider.stack.project import PLAIN_CREDENTIALS

_SERVICE_KEY = "aicore:serviceKey"

Self = TypeVar("Self", bound="AICoreResource")
Grouped = TypeVar("Grouped", bound="GroupedResource")
Scoped = TypeVar("Scoped", bound="ScopedResource")


class AICoreResource(Resource):
    """Base of the resources that stand for one object at the service."""

    _provider_class: ClassVar[type[ResourceProvider]]
    _computed: ClassVar[frozenset[str]] = frozenset()
    """Outputs that the program computes, so that the provider has no property of that name."""
    _given_id: pulumi.Input[str] | None = None

    service_url: pulumi.Output[str]
    """The service that it is on, without version."""
    tenant: pulumi.Output[str]
    """Identity zone of the tenant that it belongs to; empty when the token does not tell."""
    secret_inputs: pulumi.Output[list[str]]
    """Paths of the inputs that are secret, such as `data` or `parameter_bindings.apiKey`; empty for none."""

    @classmethod
    @functools.cache
    def property_names(cls) -> tuple[str, ...]:
        """Names of the provider's properties: the outputs that the class declares, without the computed ones.

        A class declares them in a base of its own. Pulumi's SDK evaluates the annotations of a resource's class again
        whenever one is registered, and looks at none of its bases.
        """
        bases = (base for base in cls.__mro__ if issubclass(base, AICoreResource))
        declared = [key for base in bases for key in inspect.get_annotations(base)]
        return tuple(key for key in declared if not key.startswith("_") and key not in cls._computed)

    @property
    def id(self) -> pulumi.Output[str]:
        """Id at the service."""
        if self._given_id is None:
            return super().id
        # Older engines, 3.259 among them, do not answer with the id, which newer SDKs take for unknown in a preview.
        return derived(lambda _, given: str(given), self.urn, self._given_id)

    @classmethod
    def get(
        cls: type[Self],
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (the name that Pulumi's own resources use)
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """Look at an object that is managed elsewhere. It is never changed.

        Args:
            resource_name: logical name in the stack.
            id: of the object. If there is none, the command fails, a preview as well.
            opts: Pulumi's resource options.
        """
        return cls._get(resource_name, id, {}, opts)

    @classmethod
    def _get(
        cls: type[Self],
        resource_name: str,
        id_: pulumi.Input[str],
        inputs: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> Self:
        found = cls.__new__(cls)
        found._given_id = id_
        found._declare(resource_name, inputs, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id_)))
        return found

    def _declare(self, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        _require_encrypted_credentials()
        send_debug_messages_together()
        note_frames_of_the_program_only()
        # A dynamic resource has only the outputs that are named here, with a value or with None.
        properties = dict.fromkeys(self.property_names()) | dict(inputs) | {"secret_inputs": secret_inputs(inputs)}
        Resource.__init__(self, self._provider_class(), resource_name, properties, opts)
        # Its URN stays, for which the SDK waits until it is registered.
        leave_unwatched(output for key, output in vars(self).items() if key in properties or key == "id")


class GroupedResource(AICoreResource):
    """Base of the resources that stand for one object in a resource group."""

    @classmethod
    def get(
        cls: type[Grouped],
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (as above)
        *,
        resource_group: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Grouped:
        """Look at an object that is managed elsewhere. It is never changed.

        Args:
            resource_name: logical name in the stack.
            id: of the object. If there is none, the command fails, a preview as well.
            resource_group: where it is; default: `AICORE_RESOURCE_GROUP`, else `default`.
            opts: Pulumi's resource options.
        """
        return cls._get(resource_name, id, {"resource_group": resource_group}, opts)


class ScopedResource(AICoreResource):
    """Base of the resources that stand for one object in a resource group or of the tenant."""

    @classmethod
    def get(
        cls: type[Scoped],
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (as above)
        *,
        resource_group: pulumi.Input[str] | None = None,
        scope: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Scoped:
        """Look at an object that is managed elsewhere. It is never changed.

        Args:
            resource_name: logical name in the stack.
            id: of the object. If there is none, the command fails, a preview as well.
            resource_group: where it is; default: `AICORE_RESOURCE_GROUP`, else `default`.
            scope: `resource-group`, which is the default, `tenant-wide` or `main-tenant`.
            opts: Pulumi's resource options.
        """
        return cls._get(resource_name, id, {"resource_group": resource_group, "scope": scope}, opts)


def as_secret(value: Any) -> Any:
    """Return an input as a secret of Pulumi, whether the program says that it is one or not; None for none."""
    return None if value is None else pulumi.Output.secret(value)


def secret_inputs(inputs: Mapping[str, Any]) -> pulumi.Output[list[str] | None] | None:
    """Return the paths of the inputs that are secret, such as `parameter_bindings.apiKey`; None for none.

    The engine passes a provider plain values and does not say which of them are secret.
    """
    given = {
        ".".join(path): value
        for key, each in inputs.items()
        for path, value in _within((key,), each)
        if isinstance(value, pulumi.Output)
    }
    if not given:
        return None

    async def find() -> Told:
        return Told([path for path, value in given.items() if await value.is_secret()] or None)

    return output_of(find())


def _within(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _within((*path, str(key)), each)
    else:
        yield path, value


def _require_encrypted_credentials() -> None:
    """Refuse a service key in plain text. A provider gets the configuration decrypted, so only a program can tell.

    Raises:
        pulumi.RunError: the stack's `aicore:serviceKey` is not encrypted.
    """
    if pulumi.Config("aicore").get("serviceKey") is not None and not pulumi.runtime.is_config_secret(_SERVICE_KEY):
        raise pulumi.RunError(f"{_SERVICE_KEY}: {PLAIN_CREDENTIALS}")
