"""What this plugin process has learned of the stack's state from the engine's own calls.

The engine reads every entry of the state before it changes anything (with `options.refresh: always`; in a process of
its own when the stack's configuration changed since the last `up`), and compares a resource before it replaces it. So
a `create` for a URN met before makes a replacement, whose predecessor must stay the live one when the `create` fails;
and an id met before belongs to an entry of the state.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aicore_provider.catalog.wanted import Wanted

_lock = threading.Lock()
_urns: set[str] = set()
_holders: dict[str, str] = {}
_entries: Counter[str] = Counter()
_looked_at: set[str] = set()
_made_here: set[str] = set()
_found: set[str] = set()
_groups: dict[str, str] = {}
_deleted: defaultdict[str, list[str]] = defaultdict(list)
_secrets: dict[str, frozenset[str]] = {}
_wanted: dict[str, Wanted] = {}
_claims: dict[str, str] = {}
_configurations: defaultdict[str, set[str]] = defaultdict(set)
_reads = 0
_failed_reads = 0


@dataclass(frozen=True)
class Before:
    """The objects that stood in the state under the URN of a new one, as far as this process has met them.

    An entry alone says nothing: one that waits for its replacement may have been deleted by an earlier run.

    Attributes:
        standing: ids of those that the service has shown, and that this process has not deleted.
        unseen: id and resource group of those for which it was not asked.
        deleted: ids of those that it has: the engine deletes first where `delete_before_replace` says so.
    """

    standing: tuple[str, ...] = ()
    unseen: tuple[tuple[str, str], ...] = ()
    deleted: tuple[str, ...] = ()


@contextmanager
def reading(urn: str, id_: str, *, is_look: bool) -> Iterator[None]:
    """An entry of the state is being refreshed: comes once for each entry, and ends the command when it fails.

    Args:
        urn: of the entry.
        id_: of its object.
        is_look: True for one that the program only looks at: it holds nothing.
    """
    global _reads, _failed_reads  # noqa: PLW0603  (one process, one state)
    with _lock:
        if is_look:
            _looked_at.add(id_)
        else:
            _urns.add(urn)
            _holders[id_] = urn
            _entries[id_] += 1
        _reads += 1
    try:
        yield
    except Exception:
        with _lock:
            _failed_reads += 1
        raise


def remember_held(urn: str, id_: str, resource_group: str) -> None:
    """An entry of the state holds this id, or will."""
    with _lock:
        _urns.add(urn)
        _holders.setdefault(id_, urn)
        _groups[id_] = resource_group


def remember_found(id_: str) -> None:
    """The service has shown this object to this process, and it is not being deleted."""
    with _lock:
        _found.add(id_)


def remember_made(urn: str, id_: str) -> None:
    """This process has made the object, or taken it over, for a new entry of the state."""
    with _lock:
        _urns.add(urn)
        _holders[id_] = urn
        _made_here.add(id_)


def claim(urn: str, id_: str) -> str | None:
    """A new resource takes this object over: the URN of another that manages it or claims it as well, or None."""
    with _lock:
        other = _holders.get(id_, _claims.setdefault(id_, urn))
        return None if other == urn else other


def claimant(id_: str) -> str | None:
    """URN of a new resource that takes this object over, or None."""
    with _lock:
        return _claims.get(id_)


def remember_deleted(urn: str, id_: str) -> None:
    """This process has deleted the object of an entry."""
    with _lock:
        _deleted[urn].append(id_)
        _holders.pop(id_, None)


def before(urn: str) -> Before:
    """What stood under this URN before."""
    with _lock:
        held = [id_ for id_, holder in _holders.items() if holder == urn and id_ not in _made_here]
        standing = tuple(id_ for id_ in held if id_ in _found)
        unseen = tuple((id_, _groups[id_]) for id_ in held if id_ in _groups and id_ not in _entries)
        return Before(standing, unseen, tuple(_deleted[urn]))


def remember_configuration(id_: str, resource_group: str) -> None:
    """This stack has made this configuration, so nobody else has a reason to deploy it."""
    with _lock:
        _configurations[resource_group].add(id_)


def remember_secrets(id_: str, secret_inputs: frozenset[str]) -> None:
    """Which inputs of a configuration are secret, since its deployments are told of them by the service."""
    with _lock:
        _secrets[id_] = secret_inputs


def secrets_of(id_: str) -> frozenset[str]:
    """The secret inputs of a configuration; none where nothing is known of it."""
    with _lock:
        return _secrets.get(id_, frozenset())


def remember_wanted(id_: str, wanted: Wanted) -> None:
    """What a configuration of the state wants, for the check of a deployment that is made anew of it."""
    with _lock:
        _wanted[id_] = wanted


def wanted_by(id_: str) -> Wanted | None:
    """What a configuration of the state wants; None where nothing is known of it."""
    with _lock:
        return _wanted.get(id_)


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


def held() -> frozenset[str]:
    """Every id that stands in the state, as far as it is known."""
    with _lock:
        return frozenset(_holders) | _looked_at


def configurations() -> dict[str, frozenset[str]]:
    """The configurations that this stack has made, by resource group."""
    with _lock:
        return {group: frozenset(ids) for group, ids in _configurations.items()}


def has_read_the_state() -> bool:
    """True when this process has refreshed entries of the state and no read failed: then it was shown them all."""
    with _lock:
        return _reads > 0 and _failed_reads == 0


def forget_one_of_several(id_: str) -> bool:
    """True when another entry holds this id, too, so that deleting this one must leave the object alone.

    What this process has made stands in a new entry, so a delete of the same id in the same process is for an old one.
    """
    with _lock:
        several = id_ in _made_here or _entries[id_] > 1
        if several:
            _entries[id_] -= 1
        return several
