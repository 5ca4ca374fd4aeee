"""What this plugin process has learned of the stack's state from the engine's own calls.

The engine reads or compares a resource before it replaces it, in the same process. So a `create` for a URN that was met
before makes a replacement, whose predecessor must stay the live one when the `create` fails. (With
`options.refresh: always` every resource in the state is read first, except when the stack's configuration changed
since the last `up`: then `diff` alone tells.)
"""

from __future__ import annotations

import threading

_lock = threading.Lock()
_urns: set[str] = set()


def remember(urn: str) -> None:
    """A resource with this URN stands in the state."""
    if urn:
        with _lock:
            _urns.add(urn)


def is_in_state(urn: str) -> bool:
    """True when a resource with this URN is known to stand in the state."""
    with _lock:
        return urn in _urns
