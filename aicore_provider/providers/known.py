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


def remember_urn(urn: str) -> None:
    """A resource with this URN stands in the state."""
    if urn:
        with _lock:
            _urns.add(urn)


def remember_entry(urn: str, id_: str) -> None:
    """An entry of the state, or one that is about to be: called once for each."""
    remember_urn(urn)
    with _lock:
        _holders[id_] = urn
        _entries[id_] += 1


def is_in_state(urn: str) -> bool:
    """True when a resource with this URN is known to stand in the state."""
    with _lock:
        return urn in _urns


def holder(id_: str) -> str | None:
    """URN of an entry that holds this id, or None when no entry is known to."""
    with _lock:
        return _holders.get(id_)


def forget_one_of_several(id_: str) -> bool:
    """True when more than one entry holds this id, so that deleting one of them must leave the object alone."""
    with _lock:
        several = _entries[id_] > 1
        if several:
            _entries[id_] -= 1
        return several
