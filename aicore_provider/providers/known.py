"""What this plugin process has learned of the stack's state from the engine's own calls.

The engine reads every entry of the state before it changes anything (with `options.refresh: always`; in a process of
its own when the stack's configuration changed since the last `up`), and compares a resource before it replaces it. So
a `create` for a URN met before makes a replacement, whose predecessor must stay the live one when the `create` fails;
and an id met before belongs to an entry of the state.
"""

from __future__ import annotations

import threading
from collections import Counter

_lock = threading.Lock()
_urns: set[str] = set()
_holders: dict[str, str] = {}
_entries: Counter[str] = Counter()
_made_here: set[str] = set()


def remember_read(urn: str, id_: str) -> None:
    """An entry of the state is being refreshed: comes once for each entry."""
    with _lock:
        _urns.add(urn)
        _holders[id_] = urn
        _entries[id_] += 1


def remember_compared(urn: str, id_: str) -> None:
    """An entry of the state is being compared with the program."""
    with _lock:
        _urns.add(urn)
        _holders.setdefault(id_, urn)


def remember_made(urn: str, id_: str) -> None:
    """This process has made the object, or taken it over, for a new entry of the state."""
    with _lock:
        _urns.add(urn)
        _holders[id_] = urn
        _made_here.add(id_)


def is_in_state(urn: str) -> bool:
    """True when a resource with this URN is known to stand in the state."""
    with _lock:
        return urn in _urns


def is_made_here(id_: str) -> bool:
    """True when this process has made the object, or taken it over."""
    with _lock:
        return id_ in _made_here


def holder(id_: str) -> str | None:
    """URN of an entry that holds this id, or None when no entry is known to."""
    with _lock:
        return _holders.get(id_)


def forget_one_of_several(id_: str) -> bool:
    """True when another entry holds this id, too, so that deleting this one must leave the object alone.

    What this process has made stands in a new entry, so a delete of the same id in the same process is for an old one.
    """
    with _lock:
        several = id_ in _made_here or _entries[id_] > 1
        if several:
            _entries[id_] -= 1
        return several
