"""What a kind is made of, and what its calls answer with."""

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
"""Properties by name, in the form that `kinds.values` describes."""


class Change(enum.Enum):
    """What another value of an input means for an object that exists."""

    REPLACES = "replaces"
    IN_PLACE = "in place"
    NO_DIFFERENCE = "no difference"


@dataclass(frozen=True)
class Property:
    """One property of a kind.

    Attributes:
        name: in programs and states.
        doc: one sentence for people.
        type: of its value.
        change: what another value means; None for an output, which only the service or the provider tells.
        rule: the complaint about a text, or None.
        is_required: whether the rule is applied to "" where there is no value.
        may_be_left_out: whether it is compared only where program and state both have a value.
        default: its value where nothing is told; None for the empty value of its type.
    """

    name: str
    doc: str
    type: Literal["text", "map", "flag", "list"] = "text"
    change: Change | None = None
    rule: Callable[[str], str | None] | None = None
    is_required: bool = False
    may_be_left_out: bool = False
    default: Any = None

    @property
    def empty(self) -> Any:
        """Its value where nothing is told."""
        return {"text": "", "map": {}, "flag": False, "list": []}[self.type] if self.default is None else self.default


@dataclass(frozen=True)
class Failure:
    """A complaint about an input."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """The inputs in their normal form, and what is wrong with them."""

    inputs: dict[str, Any]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Difference:
    """How what is wanted differs from what the state holds.

    Attributes:
        changed: names of the inputs that differ.
        replaces: names of those for which a new object is needed.
        is_due: True when no input differs and the object has to be brought to what is wanted all the same.
    """

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    is_due: bool = False


@dataclass(frozen=True)
class Made:
    """The object exists as it is wanted.

    Attributes:
        id: of the object.
        outputs: all properties; those that are `SecretText` are to be kept secret.
    """

    id: str
    outputs: dict[str, Any]


@dataclass(frozen=True)
class CreatedButFailed:
    """The object exists and is not as it is wanted. Its id and outputs belong into the state although the call failed.

    Attributes:
        id: of the object.
        outputs: all properties, as far as they are known.
        why: one to three lines for people.
        cause: an error that nobody foresaw, or None.
    """

    id: str
    outputs: dict[str, Any]
    why: str
    cause: BaseException | None = None


@dataclass(frozen=True)
class RemovedAgain:
    """What was made was removed, because nobody would have kept its id, or because it was to replace what serves."""

    why: str
    cause: BaseException | None = None


@dataclass(frozen=True)
class Updated:
    """The object is as it is wanted."""

    outputs: dict[str, Any]


@dataclass(frozen=True)
class UpdatedButFailed:
    """The object is not as it is wanted, and the state must note what became of it."""

    outputs: dict[str, Any]
    why: str


@dataclass(frozen=True)
class Found:
    """The object as the service has it.

    Attributes:
        id: of the object.
        outputs: all properties.
        inputs: rewritten after what the service says, so that drift shows as a change; None where they stay.
    """

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any] | None = None


@dataclass(frozen=True)
class Gone:
    """The service itself says that there is no such object."""


@dataclass(frozen=True)
class Call:
    """One call of a front end about one resource.

    Attributes:
        urn: of the resource; "" when unknown.
        timeout_s: seconds that the user allows; 0 for the kind's own.
        old_inputs: the inputs in the state, for a read; None when there are none, or they are unknown.
        is_active: whether anybody still takes the answer.
        can_keep: whether an id can be kept in the state although the call fails.
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
        """Whether a read refreshes what the program merely looks at with `.get()`.

        The state has no inputs of that, where `check` has written a service into those of everything else.
        """
        return bool(self.urn) and not (self.old_inputs or {}).get("service_url")


@dataclass(frozen=True)
class Kind:
    """A kind of object, with everything that a front end needs of it.

    Attributes:
        name: such as `AIDeployment`.
        properties: inputs and outputs.
        check: inputs of the state and of the program to their normal form; raises `AICoreError`.
        diff: outputs of the state and checked inputs to what differs; makes no request.
        create: makes the object; raises `AICoreError` where nothing is left of it.
        read: looks at it; raises `AICoreError` where nobody can tell.
        update: brings it to other inputs; raises `AICoreError` where the state is right as it is.
        delete: removes or forgets it; raises `AICoreError` where it may still be there.
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
    """Who runs these calls, and shows lines to people, at the resource of the call. No line may fail a call."""

    @property
    def interrupted(self) -> threading.Event:
        """Set once the user wants out; ends a wait at once."""

    def info(self, text: str) -> None:
        """A line that stays."""

    def warn(self, text: str) -> None:
        """A warning that stays."""

    def progress(self, text: str) -> None:
        """What is being waited for: shown live, and gone afterwards."""

    def debug(self, text: str) -> None:
        """A line for whoever looks for a fault."""
