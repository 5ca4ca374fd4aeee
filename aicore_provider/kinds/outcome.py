"""What the calls of a kind return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CheckFailure:
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
    failures: tuple[CheckFailure, ...] = ()


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
