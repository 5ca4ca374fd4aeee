"""What a front end passes to a kind besides properties: the call, and itself as the host."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aicore_provider.kinds.property import Properties
from aicore_provider.urn import logical_name


@dataclass(frozen=True)
class Call:
    """What a front end tells about one call, besides the properties; `urn` is "" when unknown.

    The user allows `timeout_s` seconds; 0 where the user says nothing. `old_inputs` are those in the state; None when
    there are none, or they are unknown, as for a check and a create. `is_active` tells whether the caller still waits
    for the answer, and `can_keep` whether the front end can store an id in the state although the call fails.
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


def is_given_anew(name: str, call: Call, olds: Properties, news: Properties) -> bool:
    """Whether the program gives an input that it did not give before.

    Of an input that is no difference, the outputs of the state, `olds`, may hold an older value than its inputs.
    """
    before = olds if call.old_inputs is None else call.old_inputs
    return news.get(name) not in (None, False, "", before.get(name))


class Host(Protocol):
    """The process that runs the calls of the kinds.

    A line is shown at the resource of the call, unless it says otherwise; none of these raises.
    """

    @property
    def interrupted(self) -> threading.Event:
        """Set once the user has interrupted the command: every wait ends at once."""

    def info(self, text: str) -> None:
        """Show a line."""

    def warn(self, text: str) -> None:
        """Show a warning."""

    def announce(self, text: str) -> None:
        """Show a line about the whole stack, at no resource."""

    def progress(self, text: str) -> None:
        """Show what is being waited for, until the next such line or the end of the call."""

    def debug(self, text: str) -> None:
        """Show a line where the user has asked for debugging output."""
