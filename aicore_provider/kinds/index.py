"""What a process has learned of the state that it works on, from the calls that it was asked to make.

Pulumi's engine reads every entry of the state before it changes anything (with `options.refresh: always`; in a process
of its own when the stack's configuration changed since the last `up`), and compares a resource before it replaces it.
So a `create` for a URN met before makes a replacement, whose predecessor must stay the live one when the `create`
fails; and an id met before belongs to an entry of the state.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aicore_provider.catalog.wanted import Wanted


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


class StateIndex:
    """Ids, URNs and configurations of one state. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._urns: set[str] = set()
        self._holders: dict[str, str] = {}
        self._entries: Counter[str] = Counter()
        self._looked_up: set[str] = set()
        self._made_here: set[str] = set()
        self._found: set[str] = set()
        self._groups: dict[str, str] = {}
        self._deleted: defaultdict[str, list[str]] = defaultdict(list)
        self._claims: dict[str, str] = {}
        self._configurations: defaultdict[str, set[str]] = defaultdict(set)
        self._secrets: dict[str, frozenset[str]] = {}
        self._wanted: dict[str, Wanted] = {}
        self._reads = 0
        self._failed_reads = 0

    @contextmanager
    def reading(self, urn: str, id_: str, *, is_lookup: bool) -> Iterator[None]:
        """An entry of the state is being refreshed: comes once for each entry, and ends the command when it fails.

        Args:
            urn: of the entry.
            id_: of its object.
            is_lookup: True for one that the program only looks at: it holds nothing.
        """
        with self._lock:
            if is_lookup:
                self._looked_up.add(id_)
            else:
                self._urns.add(urn)
                self._holders[id_] = urn
                self._entries[id_] += 1
            self._reads += 1
        try:
            yield
        except Exception:
            with self._lock:
                self._failed_reads += 1
            raise

    def add_held(self, urn: str, id_: str, resource_group: str) -> None:
        """An entry of the state holds this id, or will."""
        with self._lock:
            self._urns.add(urn)
            self._holders.setdefault(id_, urn)
            self._groups[id_] = resource_group

    def add_found(self, id_: str) -> None:
        """The service has shown this object to this process, and it is not being deleted."""
        with self._lock:
            self._found.add(id_)

    def add_made(self, urn: str, id_: str) -> None:
        """This process has made the object, or taken it over, for a new entry of the state."""
        with self._lock:
            self._urns.add(urn)
            self._holders[id_] = urn
            self._made_here.add(id_)

    def add_deleted(self, urn: str, id_: str) -> None:
        """This process has deleted the object of an entry."""
        with self._lock:
            self._deleted[urn].append(id_)
            self._holders.pop(id_, None)

    def claim(self, urn: str, id_: str) -> str | None:
        """A new resource takes this object over: the URN of another that manages it or claims it as well, or None."""
        with self._lock:
            other = self._holders.get(id_, self._claims.setdefault(id_, urn))
            return None if other == urn else other

    def claimant(self, id_: str) -> str | None:
        """URN of a new resource that takes this object over, or None."""
        with self._lock:
            return self._claims.get(id_)

    def before(self, urn: str) -> Before:
        """What stood under this URN before."""
        with self._lock:
            held = [id_ for id_, holder in self._holders.items() if holder == urn and id_ not in self._made_here]
            standing = tuple(id_ for id_ in held if id_ in self._found)
            unseen = tuple((id_, self._groups[id_]) for id_ in held if id_ in self._groups and id_ not in self._entries)
            return Before(standing, unseen, tuple(self._deleted[urn]))

    def is_in_state(self, urn: str) -> bool:
        """Whether a resource with this URN is known to stand in the state."""
        with self._lock:
            return urn in self._urns

    def is_made_here(self, id_: str) -> bool:
        """Whether this process has made the object, or taken it over."""
        with self._lock:
            return id_ in self._made_here

    def holder(self, id_: str) -> str | None:
        """URN of an entry that holds this id, or None when no entry is known to."""
        with self._lock:
            return self._holders.get(id_)

    @property
    def held(self) -> frozenset[str]:
        """Every id that stands in the state, as far as it is known."""
        with self._lock:
            return frozenset(self._holders) | self._looked_up

    def has_all(self) -> bool:
        """Whether this process has refreshed entries of the state and no read failed: then it was shown them all."""
        with self._lock:
            return self._reads > 0 and self._failed_reads == 0

    def forget_one_of_several(self, id_: str) -> bool:
        """Whether another entry holds this id, too, so that deleting this one must leave the object alone.

        What this process has made stands in a new entry, so a delete of the same id in the same process is for an old
        one.
        """
        with self._lock:
            several = id_ in self._made_here or self._entries[id_] > 1
            if several:
                self._entries[id_] -= 1
            return several

    def add_configuration(self, id_: str, resource_group: str) -> None:
        """This stack has made this configuration, so nobody else has a reason to deploy it."""
        with self._lock:
            self._configurations[resource_group].add(id_)

    @property
    def configurations(self) -> dict[str, frozenset[str]]:
        """The configurations that this stack has made, by resource group."""
        with self._lock:
            return {group: frozenset(ids) for group, ids in self._configurations.items()}

    def add_secrets(self, configuration_id: str, secret_inputs: frozenset[str]) -> None:
        """Which inputs of a configuration are secret, since its deployments are told of them by the service."""
        with self._lock:
            self._secrets[configuration_id] = secret_inputs

    def secrets_of(self, configuration_id: str) -> frozenset[str]:
        """The secret inputs of a configuration; none where nothing is known of it."""
        with self._lock:
            return self._secrets.get(configuration_id, frozenset())

    def add_wanted(self, configuration_id: str, wanted: Wanted) -> None:
        """What a configuration of the state wants, for the check of a deployment that is made anew of it."""
        with self._lock:
            self._wanted[configuration_id] = wanted

    def wanted_by(self, configuration_id: str) -> Wanted | None:
        """What a configuration of the state wants; None where nothing is known of it."""
        with self._lock:
            return self._wanted.get(configuration_id)
