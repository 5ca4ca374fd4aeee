"""What a kind consists of, what its calls are given, and what they return."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from aicore_provider.urn import logical_name

if TYPE_CHECKING:
    from aicore_provider.kinds.session import Session

Properties: TypeAlias = Mapping[str, Any]
"""Values of properties by name. `kinds.values` says what a value can be."""


class Change(enum.Enum):
    """What a front end does when an input of an existing object gets another value."""

    REPLACES = "replaces"
    IN_PLACE = "in place"
    NO_DIFFERENCE = "no difference"


@dataclass(frozen=True)
class Property:
    """One property of a kind.

    Attributes:
        name: in programs and states, in snake_case.
        doc: one sentence for people.
        type: of its value: `text` is a str, `map` a dict of str, `flag` a bool, `list` a list of str.
        change: what another value means; None for an output, which the program cannot give.
        rule: takes a text and returns a complaint, or None where it is acceptable.
        item_rule: takes a key and a value of a map and returns a complaint, or None where they are acceptable.
        is_required: whether the rule is applied to "" when the program gives no value.
        may_be_left_out: True to compare it only where program and state both have a value.
        default: its value where the service tells none; None for the empty value of its type.
    """

    name: str
    doc: str
    type: Literal["text", "map", "flag", "list"] = "text"
    change: Change | None = None
    rule: Callable[[str], str | None] | None = None
    item_rule: Callable[[str, str], str | None] | None = None
    is_required: bool = False
    may_be_left_out: bool = False
    default: Any = None

    @property
    def empty(self) -> Any:
        """Its value where neither program nor service tells one."""
        return {"text": "", "map": {}, "flag": False, "list": []}[self.type] if self.default is None else self.default


@dataclass(frozen=True)
class Failure:
    """A complaint about an input.

    Attributes:
        property: its name, or a path such as `parameter_bindings.plan`.
        reason: in words.
    """

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """What a check returns.

    Attributes:
        inputs: in their normal form.
        failures: what is wrong with them; empty for nothing.
    """

    inputs: dict[str, Any]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Difference:
    """How the inputs of the program differ from what the state holds.

    Attributes:
        changed: names of the inputs that differ.
        replaces: names of the properties that make a replacement necessary; empty for an update.
        is_due: True when no input differs and an update or replacement is necessary all the same.
    """

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    is_due: bool = False


@dataclass(frozen=True)
class Made:
    """The object exists as it is wanted.

    Attributes:
        id: of the object.
        outputs: all properties. A value that is `SecretText` is a secret, although the program did not say so.
    """

    id: str
    outputs: dict[str, Any]


@dataclass(frozen=True)
class CreatedButFailed:
    """The object exists and is not as it is wanted. The call fails, and the state must hold id and outputs.

    Attributes:
        id: of the object.
        outputs: all properties, as far as they are known.
        why: one to three lines for people.
        cause: the unexpected error, where one was the reason; else None.
    """

    id: str
    outputs: dict[str, Any]
    why: str
    cause: BaseException | None = None


@dataclass(frozen=True)
class RemovedAgain:
    """An object was made and removed again. The call fails, and the state must hold nothing of it.

    Attributes:
        why: one to three lines for people.
        cause: the unexpected error, where one was the reason; else None.
    """

    why: str
    cause: BaseException | None = None


@dataclass(frozen=True)
class Updated:
    """The object is as it is wanted.

    Attributes:
        outputs: all properties.
    """

    outputs: dict[str, Any]


@dataclass(frozen=True)
class UpdatedButFailed:
    """The object is not as it is wanted. The call fails, and the state must hold these outputs.

    Attributes:
        outputs: all properties.
        why: one to three lines for people.
    """

    outputs: dict[str, Any]
    why: str


@dataclass(frozen=True)
class Found:
    """The object as the service has it.

    Attributes:
        id: of the object.
        outputs: all properties.
        inputs: rewritten to what the service says, so that drift shows as a change; None to leave them as they are.
    """

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any] | None = None


@dataclass(frozen=True)
class Gone:
    """The service itself says that the object does not exist."""


@dataclass(frozen=True)
class Call:
    """What a front end tells about one call, besides the properties.

    Attributes:
        urn: of the resource; "" when unknown.
        timeout_s: time that the user allows, in seconds; 0 where the user says nothing.
        old_inputs: the inputs in the state, for a read; None when there are none, or they are unknown.
        is_active: whether the caller still waits for the answer.
        can_keep: whether the front end can store an id in the state although the call fails.
    """

    urn: str = ""
    timeout_s: float = 0.0
    old_inputs: Properties | None = None
    is_active: Callable[[], bool] = lambda: True
    can_keep: Callable[[], bool] = lambda: True

    @property
    def name(self) -> str:
        """The logical name of the resource; "" when unknown."""
        return logical_name(self.urn)

    @property
    def is_lookup(self) -> bool:
        """Whether a read is of an object that the program only looks at with `.get()`.

        The state holds no inputs of such an object; those of every other have a `service_url`, which `check` adds.
        """
        return bool(self.urn) and not (self.old_inputs or {}).get("service_url")


@dataclass(frozen=True)
class Kind:
    """A kind of object, with everything that a front end needs of it.

    The six functions take a session and a call first. What follows is given in brackets; `olds` is what the state
    holds, and is empty for a new object.

    Attributes:
        name: such as `AIDeployment`.
        properties: inputs and outputs.
        check: (inputs of the state, inputs of the program) returns the latter in their normal form, with complaints.
            Raises `AICoreError` for what is no complaint about one property.
        diff: (id, outputs of the state, checked inputs) returns what differs. Sends no request.
        create: (checked inputs) makes the object. Raises `AICoreError` when the state is to hold nothing of it.
        read: (id, outputs of the state) asks the service. Raises `AICoreError` when it does not tell.
        update: (id, outputs of the state, checked inputs) changes the object. Raises `AICoreError` when the state is to
            stay as it is.
        delete: (id, outputs of the state) removes the object, or forgets it where the service cannot delete. Raises
            `AICoreError` when it may still exist.
        path: of all objects of the kind in the API, below `/v2`.
    """

    name: str
    properties: tuple[Property, ...]
    check: Callable[[Session, Call, Properties, Properties], Checked]
    diff: Callable[[Session, Call, str, Properties, Properties], Difference]
    create: Callable[[Session, Call, Properties], Made | CreatedButFailed | RemovedAgain]
    read: Callable[[Session, Call, str, Properties], Found | Gone]
    update: Callable[[Session, Call, str, Properties, Properties], Updated | UpdatedButFailed]
    delete: Callable[[Session, Call, str, Properties], None]
    path: str

    @property
    def inputs(self) -> tuple[Property, ...]:
        """The properties that a program may give."""
        return tuple(each for each in self.properties if each.change)


class Host(Protocol):
    """The process that runs the calls of the kinds.

    A line is shown at the resource of the call; none of these raises.
    """

    @property
    def interrupted(self) -> threading.Event:
        """Set once the user has interrupted the command: every wait ends at once."""

    def info(self, text: str) -> None:
        """Show a line."""

    def warn(self, text: str) -> None:
        """Show a warning."""

    def progress(self, text: str) -> None:
        """Show what is being waited for, until the next such line or the end of the call."""

    def debug(self, text: str) -> None:
        """Show a line where the user has asked for debugging output."""
