"""What entries have in common that put one object into a resource group, or one into each of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from aicore_provider.stack.fields import Flag, Formerly, ResourceGroup, ResourceGroups, TakeOver
from aicore_provider.stack.sections import Keys

_ENCRYPTED: JsonDict = {"required": ["secure"]}
_MAP: JsonDict = {"type": "object", "not": _ENCRYPTED}
_ONE_GROUP: JsonDict = {"not": {"required": ["resourceGroup"]}}
_SEVERAL: JsonDict = {"required": ["resourceGroups"]}
ONE_OR_SEVERAL: JsonDict = {
    "if": _SEVERAL,
    "then": _ONE_GROUP,
    "else": {"properties": {"formerly": {"type": "string"}}},
}
"""What goes together in an entry for one resource group, and in one for several."""
ONE_OR_SEVERAL_IDS: JsonDict = {
    "if": _SEVERAL,
    "then": {**_ONE_GROUP, "properties": {"takeOver": _MAP}},
    "else": {"properties": {"formerly": {"type": "string"}, "takeOver": {"not": _MAP}}},
}
"""The same where `takeOver` names objects by their ids."""


class Placed(Keys, json_schema_extra=ONE_OR_SEVERAL):
    """The keys of an entry that say where its objects are, and as what they go on."""

    resource_group: ResourceGroup | None = Field(None, description="Default: aicore:resourceGroup. Replaces.")
    resource_groups: ResourceGroups | None = Field(
        None,
        description="One object in each of these, or in all that aicore:resourceGroups declares. To add or remove a "
        "group changes nothing in the others.",
    )
    protect: Flag = Field(False, description="Refuse to delete or replace it.")
    formerly: Formerly | None = Field(
        None,
        description="The name that the entry had before, so that a renamed entry stays the same object; for several "
        "resource groups also by their ids.",
    )
    take_over: Any = None
    """A flag, an id, or ids by resource groups: each section has it in its own way."""

    @model_validator(mode="after")
    def _one_or_several_groups(self) -> Placed:
        if self.resource_groups is None:
            by_group: dict[str, object] = {"formerly": self.formerly, "takeOver": self.take_over}
            maps = [key for key, value in by_group.items() if isinstance(value, Mapping)]
            if maps:
                raise ValueError(f"{maps[0]} by resource group is for an entry with resourceGroups")
        elif self.resource_group is not None:
            raise ValueError("resourceGroup and resourceGroups exclude each other")
        elif isinstance(self.take_over, str):
            raise ValueError("write takeOver by resource group, as in takeOver: {team-a: ID}")
        return self


class PlacedById(Placed, json_schema_extra=ONE_OR_SEVERAL_IDS):
    """The same for objects to which the service gives an id."""

    take_over: TakeOver | None = Field(
        None,
        description="Manages the object of this id that exists already. Remove it after the first time. For several "
        "resource groups by their ids.",
    )
