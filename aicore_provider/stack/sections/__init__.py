"""The sections of a stack file, a module for each: the keys that it may have, and the types of their values.

What several sections have in common is here, and in `placed` for those whose objects are in resource groups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from aicore_provider.stack.fields import Flag, Name, Text, lacking

NameProblem = Callable[[str], str | None]
"""Takes the name of an object at the service, and returns a complaint, or None for a valid one."""


class Keys(BaseModel):
    """Keys of a stack file. Unknown ones are refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")


class Named(Keys):
    """An entry whose object has the name of the entry, unless it says another one."""

    name_problem: ClassVar[NameProblem]
    name: Text | None = Field(None, description="Its name at the service. Default: the key of the entry. Replaces.")


class TakenOverByName(Named):
    """An entry that may manage an object of its name which exists already.

    The service does not tell what is `untold`, so it may be left out of such an entry: it stays as it is then.
    """

    untold: ClassVar[tuple[str, ...]] = ()
    take_over: Flag = Field(
        False, description="Manages the object of this name that exists already, and writes this into it."
    )

    @model_validator(mode="after")
    def _has_what_is_untold(self) -> TakenOverByName:
        missing = [] if self.take_over else [key for key in self.untold if getattr(self, key) is None]
        if missing:
            raise lacking(missing[0])
        return self


class OfTenant(TakenOverByName):
    """An entry whose object is in no resource group."""

    protect: Flag = Field(False, description="Refuse to delete or replace it.")
    formerly: Name | None = Field(
        None, description="The name that the entry had before, so that a renamed entry stays the same object."
    )
