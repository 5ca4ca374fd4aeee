"""What a kind consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aicore_provider.kinds.call import Call
from aicore_provider.kinds.outcome import (
    Checked,
    CreatedButFailed,
    Difference,
    Found,
    Made,
    RemovedAgain,
    Updated,
    UpdatedButFailed,
)
from aicore_provider.kinds.property import Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.lifecycle.values import Gone


@dataclass(frozen=True)
class Kind:
    """A kind of object, with everything that a front end needs of it.

    The six functions take a session and a call first. What follows is given in brackets; `olds` is what the state
    holds, and is empty for a new object.

    Attributes:
        name: such as `AIDeployment`.
        doc: what an object of it is, for people.
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
    doc: str
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
