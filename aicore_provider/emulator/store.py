"""The records of one tenant: in memory, and in the state file.

Records are stored as operations returned them; what time changes is computed when they are read (`machine.advance`).
Which types there are is listed in `record_types.py`. A record is found by its type, its scope, and its id. The scope is
a resource group, or None for what belongs to the tenant. Callers hold the backend's lock.
"""

from __future__ import annotations

from collections import deque
from typing import TypeVar, cast

from aicore_provider.emulator.datasets import DatasetFile
from aicore_provider.emulator.execution_machine import Execution
from aicore_provider.emulator.faults import MAX_STALE_S
from aicore_provider.emulator.machine import Deployment, Phase, advance, count_read
from aicore_provider.emulator.record_types import RECORD_TYPES, Record
from aicore_provider.emulator.records import ResourceGroup
from aicore_provider.emulator.state_file import StateFile
from aicore_provider.emulator.wall_clock import WallClock

AnyRecord = TypeVar("AnyRecord", bound=Record)
_Place = tuple[type[Record], str | None]
_Version = tuple[float, Record | None]
"""What a record was from a moment on; None: it was removed then."""

_NEVER_LISTED = (DatasetFile,)
"""No list can be behind for these, which may be large."""


class Store:
    """All records of one emulated tenant.

    Attributes:
        tenant: the name under which the file has them.

    Args:
        tenant: that name.
        clock: tells when a record was changed.
        file: None: they are kept in memory only.
    """

    def __init__(self, tenant: str, clock: WallClock, file: StateFile | None = None) -> None:
        self._records: dict[_Place, dict[str, Record]] = {}
        # Earlier versions of records, and the removed ones: kept for as long as a list can be behind.
        self._history: dict[_Place, dict[str, list[_Version]]] = {}
        self._removed: deque[tuple[float, _Place, str]] = deque()
        self.tenant = tenant
        self._clock = clock
        self._file = file
        if file is not None:
            for record in file.load(tenant):
                at = record.phase_since if isinstance(record, (Deployment, Execution)) else record.created_at
                self._remember(record, at)

    def get(self, kind: type[AnyRecord], scope: str | None, record_id: str) -> AnyRecord | None:
        """One record; None when there is none."""
        return cast("AnyRecord | None", self._records.get((kind, scope), {}).get(record_id))

    def all(self, kind: type[AnyRecord], scope: str | None) -> list[AnyRecord]:
        """The records of a type in a scope, in the order of their creation."""
        return cast("list[AnyRecord]", list(self._records.get((kind, scope), {}).values()))

    def chosen(self, kind: type[AnyRecord], scope: str | None, record_id: str | None) -> list[AnyRecord]:
        """The record of a type with this id in a scope, if there is one; without an id, all of the type there."""
        if record_id is None:
            return self.all(kind, scope)
        found = self.get(kind, scope, record_id)
        return [] if found is None else [found]

    def every(self, kind: type[AnyRecord]) -> list[AnyRecord]:
        """The records of a type in all scopes."""
        places = [place for place in self._records if place[0] is kind]
        return cast("list[AnyRecord]", [record for place in places for record in self._records[place].values()])

    def as_of(self, kind: type[AnyRecord], scope: str | None, then: float) -> list[AnyRecord]:
        """The records of a type in a scope as they were stored at an earlier moment, for lists that are behind."""
        versions = self._history.get((kind, scope), {}).values()
        last = ([record for at, record in each if at <= then][-1:] for each in versions)
        return cast("list[AnyRecord]", [record for found in last for record in found if record is not None])

    def put(self, record: Record, at: float | None = None) -> None:
        """Store a new or changed record. On return it is in the file.

        Args:
            record: it replaces one of the same type, scope and id.
            at: the moment of the change; None: now.

        Raises:
            StateFileError: the file cannot be written. Nothing has changed.
        """
        if self._file is not None:
            self._file.put(self.tenant, record)
        self._remember(record, self._clock.now() if at is None else at)

    def remove(self, record: Record, at: float | None = None) -> None:
        """Remove a record.

        Args:
            record: one that `get` or `all` returned, or a later version of it.
            at: the moment of the removal; None: now.

        Raises:
            StateFileError: the file cannot be written. Nothing has changed.
        """
        if self._file is not None:
            self._file.remove(self.tenant, [record])
        at = self._clock.now() if at is None else at
        place = _place(record)
        del self._records[place][record.id]
        if isinstance(record, _NEVER_LISTED):
            return
        self._history[place][record.id].append((at, None))
        self._removed.append((at, place, record.id))
        self._forget_removed()

    def remove_group(self, group: ResourceGroup) -> None:
        """Remove a resource group with everything in it.

        Raises:
            StateFileError: the file cannot be written. Nothing has changed.
        """
        places = [(kind, group.id) for kind in RECORD_TYPES.values()]
        if self._file is not None:
            inside = [record for place in places for record in self._records.get(place, {}).values()]
            self._file.remove(self.tenant, [*inside, group])
        for place in places:
            self._records.pop(place, None)
            self._history.pop(place, None)
        del self._records[_place(group)][group.id]
        del self._history[_place(group)][group.id]

    def deployment(self, group: str, deployment_id: str, now: float) -> Deployment | None:
        """One deployment as it is at `now`; None when it does not exist."""
        record = self.get(Deployment, group, deployment_id)
        return None if record is None else self._settle(record, now)

    def deployments(self, group: str, now: float) -> list[Deployment]:
        """The deployments of a resource group as they are at `now`."""
        moved = [
            record for record in self.all(Deployment, group) if (due := record.next_event) is not None and due <= now
        ]
        for record in moved:
            self._settle(record, now)
        return self.all(Deployment, group)

    def count_read(self, group: str, now: float, deployment_id: str | None = None) -> None:
        """Count a read of one deployment, or of all in a resource group, where a transition waits for reads."""
        if deployment_id is None:
            read = self.deployments(group, now)
        else:
            one = self.deployment(group, deployment_id, now)
            read = [] if one is None else [one]
        for record in read:
            if record.reads_left is not None:
                seen = count_read(record, now)
                self.put(seen)
                self._settle(seen, now)

    def deployments_as_of(self, group: str, then: float) -> list[Deployment]:
        """The deployments as they were at an earlier moment, for lists that are behind."""
        found = (advance(record, then) for record in self.as_of(Deployment, group, then))
        return [record for record in found if record.phase is not Phase.GONE]

    def count_deployments(self, now: float) -> int:
        """The number of deployments in all resource groups."""
        return sum(len(self.deployments(group.id, now)) for group in self.all(ResourceGroup, None))

    def _settle(self, record: Deployment, now: float) -> Deployment | None:
        settled = advance(record, now)
        if settled.phase is not Phase.GONE:
            self._records[_place(settled)][settled.id] = settled
            return settled
        self.remove(settled, settled.phase_since)
        return None

    def _remember(self, record: Record, at: float) -> None:
        place = _place(record)
        self._records.setdefault(place, {})[record.id] = record
        if isinstance(record, _NEVER_LISTED):
            return
        versions = self._history.setdefault(place, {}).setdefault(record.id, [])
        versions.append((at, record))
        while len(versions) > 1 and versions[1][0] < at - MAX_STALE_S:
            del versions[0]

    def _forget_removed(self) -> None:
        while self._removed and self._removed[0][0] < self._clock.now() - MAX_STALE_S:
            _, place, record_id = self._removed.popleft()
            versions = self._history.get(place, {})
            if record_id in versions and versions[record_id][-1][1] is None:
                del versions[record_id]


def _place(record: Record) -> _Place:
    return type(record), record.resource_group
