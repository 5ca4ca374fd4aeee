"""The sections of a stack file, a module for each: the keys that it may have, and the types of their values."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

NameProblem = Callable[[str], str | None]
"""Takes the name of an object at the service, and returns a complaint, or None for a valid one."""


class Keys(BaseModel):
    """Keys of a stack file. Unknown ones are refused."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")
