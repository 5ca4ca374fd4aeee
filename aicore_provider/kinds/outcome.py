"""What the calls of a kind return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CheckFailure:
    """A complaint about an input, in words; `property` is its name, or a path such as `parameter_bindings.plan`."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """The inputs in their normal form, and what is wrong with them."""

    inputs: dict[str, Any]
    failures: tuple[CheckFailure, ...] = ()


@dataclass(frozen=True)
class Difference:
    """How the inputs of the program differ from what the state holds.

    `changed` are the inputs that differ, `replaces` the properties that make a replacement necessary; empty for an
    update. `is_due` is True when no input differs and an update or replacement is necessary all the same.
    `delete_before_replace` is True when the new object cannot stand beside the old one.
    """

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    is_due: bool = False
    delete_before_replace: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.changed) or self.is_due


@dataclass(frozen=True)
class Made:
    """The object exists as it is wanted; the outputs are all properties.

    A value that is `SecretText` is a secret, although the program did not say so.
    """

    id: str
    outputs: dict[str, Any]


@dataclass(frozen=True)
class CreatedButFailed:
    """The object exists and is not as it is wanted. The call fails, and the state must hold id and outputs.

    The outputs are all properties, as far as they are known; `why` is one to three lines for people. `cause` is the
    unexpected error, where one was the reason.
    """

    id: str
    outputs: dict[str, Any]
    why: str
    cause: BaseException | None = None


@dataclass(frozen=True)
class RemovedAgain:
    """An object was made and removed again. The call fails, and the state must hold nothing of it.

    `why` is one to three lines for people; `cause` is the unexpected error, where one was the reason.
    """

    why: str
    cause: BaseException | None = None


@dataclass(frozen=True)
class Updated:
    """The object is as it is wanted; the outputs are all properties."""

    outputs: dict[str, Any]


@dataclass(frozen=True)
class UpdatedButFailed:
    """The object is not as it is wanted. The call fails, and the state must hold these outputs.

    They are all properties; `why` is one to three lines for people.
    """

    outputs: dict[str, Any]
    why: str


@dataclass(frozen=True)
class Found:
    """The object as the service has it; the outputs are all properties.

    The inputs are rewritten to what the service says, so that drift shows as a change; None to leave them as they are.
    """

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any] | None = None
