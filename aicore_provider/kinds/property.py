"""Properties of a kind: how each is described."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Properties: TypeAlias = Mapping[str, Any]
"""Values of properties by name. `kinds.values` says what a value can be."""


class Change(enum.Enum):
    """What a front end does when an input of an existing object gets another value."""

    REPLACES = "replaces"
    IN_PLACE = "in place"
    NO_DIFFERENCE = "no difference"


@dataclass(frozen=True)
class Property:
    """One property of a kind. Its name in programs and states is in snake_case, its `doc` is one sentence for people.

    Attributes:
        change: what another value means; None for an output, which the program cannot give.
        type: of its value: `text` is a str, `map` a dict of str, `flag` a bool, `list` a list of str.
        rule: takes a text and returns a complaint, or None where it is acceptable.
        item_rule: takes a key and a value of a map and returns a complaint, or None where they are acceptable.
        is_required: whether the program must give a value. Without one, a rule is applied to "".
        is_untold: True where the service never tells the value, so that it may be left out for an object that is taken
            over.
        may_be_left_out: True to compare it only where program and state both have a value.
        is_left_alone: True where an input that the program leaves out keeps the service's value, which the outputs
            tell.
        is_secret: True for an input that is secret whether the program says so or not.
        is_constant: True for an output that stays as it is as long as the object lives.
        choices: the texts that the service takes; empty where there is no such list.
        default: its value where the service tells none; None for the empty value of its type.
    """

    name: str
    doc: str
    change: Change | None = None
    type: Literal["text", "map", "flag", "list"] = "text"
    rule: Callable[[str], str | None] | None = None
    item_rule: Callable[[str, str], str | None] | None = None
    is_required: bool = False
    is_untold: bool = False
    may_be_left_out: bool = False
    is_left_alone: bool = False
    is_secret: bool = False
    is_constant: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None

    @property
    def empty(self) -> Any:
        """Its value where neither program nor service tells one."""
        return {"text": "", "map": {}, "flag": False, "list": []}[self.type] if self.default is None else self.default
