"""What `pulumi import` and the `get` of a resource need: an id that tells where an object is, and inputs for code."""

from __future__ import annotations

from typing import Any

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.naming import IN_GROUP, SECRET_SCOPES
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.property import Change, Properties

_OF_TENANT = tuple(each for each in SECRET_SCOPES if each != IN_GROUP)


def located(kind: Kind, id_: str) -> tuple[str, dict[str, Any]]:
    """Return the id of an object alone, and the inputs that its id for an import tells: where the object is.

    That is `GROUP/ID` for what is in a resource group, `SCOPE:NAME` for a generic secret of the tenant, and otherwise
    the id alone. Without a group, it is the one of every object without `resource_group`.

    Raises:
        AICoreError: there is no such scope.
    """
    names = {each.name for each in kind.properties}
    scope, colon, name = id_.partition(":")
    if "scope" in names and colon:
        if scope not in _OF_TENANT:
            forms = ", ".join(["GROUP/NAME", *(f"{each}:NAME" for each in _OF_TENANT)])
            raise AICoreError(f"{id_} is no id for an import of {kind.name}: the forms are {forms}.")
        return name, {"scope": scope}
    group, slash, alone = id_.partition("/")
    if "resource_group" in names and slash:
        return alone, {"resource_group": group}
    return id_, {}


def inputs_for_code(kind: Kind, outputs: Properties) -> dict[str, Any]:
    """Return the inputs by which a program declares an object as it is: those that differ from their defaults."""
    given = {
        each.name: outputs[each.name]
        for each in kind.inputs
        if each.change is not Change.NO_DIFFERENCE and outputs.get(each.name) not in (None, each.empty)
    }
    return {**given, "service_url": outputs.get("service_url")}
