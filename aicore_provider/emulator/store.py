"""The objects of one tenant: in memory, by resource group, and in the state file.

Records are stored as operations returned them; what time changes is computed when they are read (`machine.advance`).
Callers hold the backend's lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from aicore_provider.emulator.faults import MAX_STALE_S
from aicore_provider.emulator.machine import Deployment, Phase, advance, count_read
from aicore_provider.emulator.records import Configuration, ResourceGroup
from aicore_provider.emulator.state_file import StateFile, Stored


class Store:
    """All objects of one emulated tenant.

    Args:
        tenant: the name under which the file has them.
        file: None: they are kept in memory only.
    """

    def __init__(self, tenant: str, file: StateFile | None = None) -> None:
        self.groups: dict[str, ResourceGroup] = {}
        self._configurations: dict[str, dict[str, Configuration]] = {}
        self._deployments: dict[str, dict[str, Deployment]] = {}
        # Earlier versions of deployments, and the removed ones: kept for as long as a list can be behind.
        self._history: dict[str, dict[str, list[tuple[float, Deployment]]]] = {}
        self._removed: deque[tuple[float, str, str]] = deque()
        self._tenant = tenant
        self._file = file
        if file is not None:
            for stored in file.load(tenant):
                self._remember(stored)

    def put(self, stored: Stored) -> None:
        """Store a new or changed object. On return it is in the file.

        Raises:
            StateFileError: the file cannot be written. Nothing has changed.
        """
        if self._file is not None:
            self._file.put(self._tenant, stored)
        self._remember(stored)

    def configuration(self, group: str, configuration_id: str) -> Configuration | None:
        """One configuration of a resource group."""
        return self._configurations.get(group, {}).get(configuration_id)

    def configurations(self, group: str) -> Iterable[Configuration]:
        """The configurations of a resource group, in the order of their creation."""
        return self._configurations.get(group, {}).values()

    def deployment(self, group: str, deployment_id: str, now: float) -> Deployment | None:
        """One deployment as it is at `now`; None when it does not exist."""
        records = self._deployments.get(group, {})
        record = records.get(deployment_id)
        return None if record is None else self._settle(records, record, now)

    def deployments(self, group: str, now: float) -> list[Deployment]:
        """The deployments of a resource group as they are at `now`."""
        records = self._deployments.get(group, {})
        moved = [record for record in records.values() if (due := record.next_event) is not None and due <= now]
        for record in moved:
            self._settle(records, record, now)
        return list(records.values())

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
                self._settle(self._deployments[group], seen, now)

    def deployments_as_of(self, group: str, then: float) -> list[Deployment]:
        """The deployments as they were at an earlier moment, for lists that are behind."""
        found = []
        for versions in self._history.get(group, {}).values():
            seen = [record for at, record in versions if at <= then]
            if seen and (record := advance(seen[-1], then)).phase is not Phase.GONE:
                found.append(record)
        return found

    def count_deployments(self, now: float) -> int:
        """The number of deployments in all resource groups."""
        return sum(len(self.deployments(group, now)) for group in list(self._deployments))

    def remove_group(self, group: str) -> None:
        """Remove a resource group with everything in it."""
        inside: list[Stored] = [
            *self._configurations.get(group, {}).values(),
            *self._deployments.get(group, {}).values(),
            self.groups[group],
        ]
        if self._file is not None:
            self._file.remove(self._tenant, inside)
        self._configurations.pop(group, None)
        self._deployments.pop(group, None)
        self._history.pop(group, None)
        del self.groups[group]

    def _settle(self, records: dict[str, Deployment], record: Deployment, now: float) -> Deployment | None:
        settled = advance(record, now)
        if settled.phase is not Phase.GONE:
            records[settled.id] = settled
            return settled
        if self._file is not None:
            self._file.remove(self._tenant, [settled])
        del records[settled.id]
        self._removed.append((settled.phase_since, settled.resource_group, settled.id))
        while self._removed and self._removed[0][0] < now - MAX_STALE_S:
            _, group, deployment_id = self._removed.popleft()
            self._history.get(group, {}).pop(deployment_id, None)
        return None

    def _remember(self, stored: Stored) -> None:
        if isinstance(stored, ResourceGroup):
            self.groups[stored.id] = stored
        elif isinstance(stored, Configuration):
            self._configurations.setdefault(stored.resource_group, {})[stored.id] = stored
        else:
            self._deployments.setdefault(stored.resource_group, {})[stored.id] = stored
            versions = self._history.setdefault(stored.resource_group, {}).setdefault(stored.id, [])
            versions.append((stored.phase_since, stored))
            while len(versions) > 1 and versions[1][0] < stored.phase_since - MAX_STALE_S:
                del versions[0]
