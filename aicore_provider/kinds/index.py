"""What a process has learned of the state that it works on, from the calls that it was asked to make.

A provider is not shown the state. But with `options.refresh: always` Pulumi's engine reads every entry of it before it
changes anything, and it compares a resource before it replaces it. So a `create` for a URN that was read or compared
before is a replacement, whose predecessor must stay in use when the `create` fails; and an id that was read or compared
before stands in the state. When the stack's configuration changed since the last `up`, the engine refreshes in a
process of its own, and only the comparisons are seen here.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aicore_provider.api.resource_groups import PATH as RESOURCE_GROUPS
from aicore_provider.catalog.wanted import Wanted


@dataclass(frozen=True)
class Before:
    """The objects that a new one replaces, as far as this process knows of them.

    That an object stands in the state does not say that it exists: an earlier run may have deleted it.

    Attributes:
        standing: ids of those that the service has shown to this process, and that it has not deleted.
        unseen: id and resource group of those for which this process has not asked the service.
        deleted: ids of those that this process has deleted, as with the resource option `delete_before_replace`.
    """

    standing: tuple[str, ...] = ()
    unseen: tuple[tuple[str, str], ...] = ()
    deleted: tuple[str, ...] = ()


def group_key(resource_group: str) -> str:
    """Return what the index knows a resource group by: its id alone may be that of another kind of object."""
    return f"{RESOURCE_GROUPS}/{resource_group}"


class StateIndex:
    """Ids, URNs and configurations that one state holds, as far as they are known. Safe for many threads."""

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
        self._unready: set[str] = set()
        self._replaced_groups: set[str] = set()
        self._compared: set[str] = set()
        self._take_overs: set[str] = set()
        self._reads = 0
        self._failed_reads = 0

    @contextmanager
    def reading(self, urn: str, id_: str, *, is_lookup: bool) -> Iterator[None]:
        """Run the read of one entry of the state in this block. An error passes through, and is noted.

        `is_lookup` is True for an object that the program only looks at with `.get()`.
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
        """Note that an entry of the state holds this id, or is about to."""
        with self._lock:
            self._urns.add(urn)
            self._holders.setdefault(id_, urn)
            self._groups[id_] = resource_group

    def add_found(self, id_: str) -> None:
        """Note that the service has shown this object, and that it is not being deleted."""
        with self._lock:
            self._found.add(id_)

    def add_made(self, urn: str, id_: str) -> None:
        """Note that this process has made the object, or taken it over, for a new entry of the state."""
        with self._lock:
            self._urns.add(urn)
            self._holders[id_] = urn
            self._made_here.add(id_)

    def add_deleted(self, urn: str, id_: str) -> None:
        """Note that this process has deleted the object of an entry."""
        with self._lock:
            self._deleted[urn].append(id_)
            self._holders.pop(id_, None)

    def add_gone(self, id_: str) -> None:
        """Note that the service has no object of this id any more."""
        with self._lock:
            self._holders.pop(id_, None)

    def claim(self, urn: str, id_: str) -> str | None:
        """Note that a new resource is to take this object over.

        Returns the URN of another resource that manages it, or is to take it over as well; None when there is none.
        """
        with self._lock:
            other = self._holders.get(id_, self._claims.setdefault(id_, urn))
            return None if other == urn else other

    def add_compared(self, urn: str) -> None:
        """Note that the engine compares a resource with its entry of the state: a new object would replace that one.

        It compares none with an entry that only waits for its deletion, after a replacement that was cut short.
        """
        with self._lock:
            self._compared.add(urn)

    def add_take_over(self, urn: str) -> None:
        """Note that the program wants a resource of the state to take an object over, and did not want so before."""
        with self._lock:
            self._take_overs.add(urn)

    def may_take_over(self, urn: str, id_: str) -> bool:
        """Whether the input `take_over` of a resource counts: for a new one, and where the program gives it anew.

        One that is left over from an earlier creation is no wish for what is made instead of it now; nor is one that
        names the object of the resource's own entry.
        """
        with self._lock:
            is_own = bool(urn) and self._holders.get(id_) == urn
            return not is_own and (urn not in self._compared or urn in self._take_overs)

    def claimant(self, id_: str) -> str | None:
        """Return the URN of the new resource that is to take this object over, or None."""
        with self._lock:
            return self._claims.get(id_)

    def before(self, urn: str) -> Before:
        """Return the objects that a new one with this URN replaces; none for "", a URN that is not known."""
        if not urn:
            return Before()
        with self._lock:
            held = [id_ for id_, holder in self._holders.items() if holder == urn and id_ not in self._made_here]
            standing = tuple(id_ for id_ in held if id_ in self._found)
            unseen = tuple((id_, self._groups[id_]) for id_ in held if id_ in self._groups and id_ not in self._entries)
            return Before(standing, unseen, tuple(self._deleted[urn]))

    def is_in_state(self, urn: str) -> bool:
        """Whether a resource with this URN is known to stand in the state; never for "", a URN that is not known."""
        with self._lock:
            return bool(urn) and urn in self._urns

    def is_made_here(self, id_: str) -> bool:
        """Whether this process has made the object, or taken it over."""
        with self._lock:
            return id_ in self._made_here

    def has_made(self, urn: str) -> bool:
        """Whether this process has made an object for a new entry of this URN."""
        with self._lock:
            return any(self._holders.get(id_) == urn for id_ in self._made_here)

    def holder(self, id_: str) -> str | None:
        """Return the URN of the entry that holds this id; None when none is known."""
        with self._lock:
            return self._holders.get(id_)

    @property
    def managed(self) -> frozenset[str]:
        """Ids that entries of the state are known to hold, without those that are only looked at."""
        with self._lock:
            return frozenset(self._holders)

    @property
    def held(self) -> frozenset[str]:
        """All ids that are known to stand in the state."""
        with self._lock:
            return frozenset(self._holders) | self._looked_up

    def has_all(self) -> bool:
        """Whether this process knows all entries: it has read some and no read failed, so the refresh was complete."""
        with self._lock:
            return self._reads > 0 and self._failed_reads == 0

    def forget_one_of_several(self, id_: str) -> bool:
        """Whether another entry holds this id as well, so that a delete must not touch the object.

        When it does, one entry of the id is taken off the count. An id that this process has made or taken over stands
        in a new entry, so that a delete of the same id is for an old one.
        """
        with self._lock:
            several = id_ in self._made_here or self._entries[id_] > 1
            if several:
                self._entries[id_] -= 1
            return several

    def add_configuration(self, id_: str, resource_group: str) -> None:
        """Note that this stack has made a configuration, so that its deployments are expected to be this stack's."""
        with self._lock:
            self._configurations[resource_group].add(id_)

    @property
    def configurations(self) -> dict[str, frozenset[str]]:
        """Ids of the configurations that this stack has made, by resource group."""
        with self._lock:
            return {group: frozenset(ids) for group, ids in self._configurations.items()}

    def add_secrets(self, configuration_id: str, secret_inputs: frozenset[str]) -> None:
        """Note which inputs of a configuration are secret: the service tells some as outputs of its deployments."""
        with self._lock:
            self._secrets[configuration_id] = secret_inputs

    def secrets_of(self, configuration_id: str) -> frozenset[str]:
        """Return the secret inputs of a configuration; empty where nothing is known of it."""
        with self._lock:
            return self._secrets.get(configuration_id, frozenset())

    def add_wanted(self, configuration_id: str, wanted: Wanted) -> None:
        """Note which model a configuration of the state is for, to check a deployment of it that is made again."""
        with self._lock:
            self._wanted[configuration_id] = wanted

    def wanted_by(self, configuration_id: str) -> Wanted | None:
        """Return which model a configuration of the state is for; None where nothing is known of it."""
        with self._lock:
            return self._wanted.get(configuration_id)

    def set_unready(self, resource_group: str, unready: bool) -> None:
        """Note whether a resource group is still to be made or waited for, so that nothing can be asked within it."""
        with self._lock:
            (self._unready.add if unready else self._unready.discard)(resource_group)

    def is_unready(self, resource_group: str) -> bool:
        """Whether a resource group is known to be still made or waited for."""
        with self._lock:
            return resource_group in self._unready

    def add_replaced_group(self, resource_group: str) -> None:
        """Note that a resource group of the state is to be replaced, so that what is in it must move."""
        with self._lock:
            self._replaced_groups.add(resource_group)

    def is_replaced_group(self, resource_group: str) -> bool:
        """Whether a resource group of the state is to be replaced."""
        with self._lock:
            return resource_group in self._replaced_groups
