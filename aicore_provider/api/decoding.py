"""Makes the service's objects from the JSON of its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from aicore_provider.api.errors import UnexpectedAnswer
from aicore_provider.api.http import Http, path_to
from aicore_provider.api.naming import is_id
from aicore_provider.api.types import ApiObject, IdentifiedObject

Decoded = TypeVar("Decoded", bound=ApiObject)
Identified = TypeVar("Identified", bound=IdentifiedObject)


def decode(kind: type[Decoded], document: Any, label: str, redact: Callable[[str], str]) -> Decoded:
    """Read one object. `label` names the request in errors; `redact` returns a text without secrets.

    Raises:
        UnexpectedAnswer: a field that the contract requires is missing or of another type.
    """
    try:
        return kind.model_validate(document, context={"redact": redact})
    except ValidationError as error:
        fields = redact(unreadable_fields(error, "the body"))
        raise UnexpectedAnswer(
            f"{label} answered with something else than a {kind.__name__.lower()}: {fields}."
        ) from None


def get_one(
    http: Http, kind: type[Identified], collection: str, id_: str, resource_group: str | None = None
) -> Identified:
    """Request one object by its id.

    Raises:
        NotFound: there is none, or it is not visible yet.
        UnexpectedAnswer: it cannot be read, or has another id, so that the wrong object would be used.
    """
    path = path_to(collection, id_)
    found = decode(kind, http.request("GET", path, resource_group=resource_group), f"GET {path}", http.redact)
    if found.id != id_:
        raise UnexpectedAnswer(f"GET {path} answered about another {kind.__name__.lower()}, {http.redact(found.id)}.")
    return found


def decode_list(kind: type[Decoded], document: Any, label: str, redact: Callable[[str], str]) -> list[Decoded]:
    """Read the `resources` of a list.

    Raises:
        UnexpectedAnswer: there is no list, or an item cannot be read, which would look as if that object were gone.
    """
    return [decode(kind, item, label, redact) for item in items_of(document, label)]


def items_of(document: Any, label: str) -> list[Any]:
    """Return the `resources` of a list as JSON.

    Raises:
        UnexpectedAnswer: there is no list.
    """
    resources = document.get("resources") if isinstance(document, Mapping) else None
    if not isinstance(resources, list):
        raise UnexpectedAnswer(f"{label} answered without the list `resources`.")
    return resources


def unreadable_fields(error: ValidationError, whole: str) -> str:
    """The fields of a document that cannot be read; `whole` where it is none."""
    return ", ".join(sorted({".".join(map(str, each["loc"])) or whole for each in error.errors()}))


def id_of(document: Any, label: str) -> str:
    """Return the `id` in the answer to a create.

    Raises:
        UnexpectedAnswer: there is none. It is `maybe_committed`, since the object exists and its id is not known.
    """
    told = document.get("id") if isinstance(document, Mapping) else None
    if isinstance(told, (str, int)) and is_id(str(told)):
        return str(told)
    raise UnexpectedAnswer(f"{label} succeeded, but its answer has no id that can be used.", maybe_committed=True)
