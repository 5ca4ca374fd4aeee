"""What the emulator remembers: in memory, indexed by resource group, and written through to a file when asked.

The file is a SQLite database with one row for each object, in WAL mode: a process that is killed at any moment loses
nothing that it has answered for. Only what operations wrote is stored; the passing of time is computed again
(`machine.advance`). The file is locked while an emulator uses it.

Every caller holds the service's lock.
"""

from __future__ import annotations

import json
import sqlite3
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from aicore_provider.emulator.faults import MAX_STALE_S
from aicore_provider.emulator.machine import Deployment, Phase, advance
from aicore_provider.emulator.records import Configuration, ResourceGroup
from aicore_provider.emulator.rules import describe

_FORMAT = "aicore-emulator/1"

Stored = Configuration | Deployment | ResourceGroup
_KINDS: Mapping[str, type[Stored]] = {
    "configuration": Configuration,
    "deployment": Deployment,
    "resourceGroup": ResourceGroup,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_READERS: Mapping[str, TypeAdapter[Stored]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}


class StateFileError(Exception):
    """The state file cannot be used; the text is one line and names the file."""


class Store:
    """All objects of the emulated tenant."""

    def __init__(self, path: Path | None = None) -> None:
        self.groups: dict[str, ResourceGroup] = {}
        self._configurations: dict[str, dict[str, Configuration]] = {}
        self._deployments: dict[str, dict[str, Deployment]] = {}
        # What operations wrote and when, and what is gone since when: only as long as a list may lag behind.
        self._history: dict[str, dict[str, list[tuple[float, Deployment]]]] = {}
        self._removed: deque[tuple[float, str, str]] = deque()
        self._file = None if path is None else _StateFile(path)
        self.clock_offset = 0.0
        if self._file is not None:
            self.clock_offset, objects = self._file.load()
            for stored in objects:
                self._remember(stored)

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        if self._file is not None:
            self._file.close()

    def set_clock_offset(self, seconds: float) -> None:
        """Remember how far the emulator's clock was moved."""
        self.clock_offset = seconds
        if self._file is not None:
            self._file.set_clock_offset(seconds)

    def put(self, stored: Stored) -> None:
        """Keep a new or changed object; on return it is in the file."""
        if self._file is not None:
            self._file.put(stored)
        self._remember(stored)

    def configuration(self, group: str, configuration_id: str) -> Configuration | None:
        """One configuration; those of other resource groups are not visible."""
        return self._configurations.get(group, {}).get(configuration_id)

    def configurations(self, group: str) -> Iterable[Configuration]:
        """The configurations of a resource group, in the order of their creation."""
        return self._configurations.get(group, {}).values()

    def deployment(self, group: str, deployment_id: str, now: float) -> Deployment | None:
        """One deployment as it is at `now`; None when it never was or is gone."""
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

    def deployments_as_of(self, group: str, then: float) -> list[Deployment]:
        """The deployments as they were at an earlier moment, for lists that lag."""
        found = []
        for versions in self._history.get(group, {}).values():
            seen = [record for at, record in versions if at <= then]
            if seen and (record := advance(seen[-1], then)).phase is not Phase.GONE:
                found.append(record)
        return found

    def count_deployments(self, now: float) -> int:
        """How many deployments the tenant has, in all resource groups."""
        return sum(len(self.deployments(group, now)) for group in list(self._deployments))

    def remove_group(self, group: str) -> None:
        """Forget a resource group with everything in it."""
        inside: list[Stored] = [
            *self._configurations.pop(group, {}).values(),
            *self._deployments.pop(group, {}).values(),
            self.groups.pop(group),
        ]
        self._history.pop(group, None)
        if self._file is not None:
            self._file.remove(inside)

    def _settle(self, records: dict[str, Deployment], record: Deployment, now: float) -> Deployment | None:
        settled = advance(record, now)
        if settled.phase is not Phase.GONE:
            records[settled.id] = settled
            return settled
        del records[settled.id]
        self._removed.append((settled.phase_since, settled.resource_group, settled.id))
        while self._removed and self._removed[0][0] < now - MAX_STALE_S:
            _, group, deployment_id = self._removed.popleft()
            self._history.get(group, {}).pop(deployment_id, None)
        if self._file is not None:
            self._file.remove([settled])
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


class _StateFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.5)
        except sqlite3.Error as error:
            raise StateFileError(f"cannot open the state file {path}: {error}") from None
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            cause = "another emulator uses it" if "locked" in str(error) else str(error)
            raise StateFileError(f"cannot use the state file {path}: {cause}") from None
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise StateFileError(f"{path} is not a state file of the emulator: {error}") from None
        except StateFileError:
            self._db.close()
            raise

    def _prepare(self) -> None:
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "emulator" not in tables:
            raise StateFileError(f"{self._path} is not a state file of the emulator: it is another program's database")
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self._db:
            # Also takes the lock of a file that is complete already.
            self._db.execute("BEGIN IMMEDIATE")
            if not tables:
                self._db.execute("CREATE TABLE emulator (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                self._db.execute("CREATE TABLE object (kind, id, body, PRIMARY KEY (kind, id))")
                self._db.execute("INSERT INTO emulator VALUES ('format', ?)", (_FORMAT,))
        found = self._value("format")
        if found != _FORMAT:
            raise StateFileError(f"{self._path} has format {found}; this emulator reads {_FORMAT}")

    def load(self) -> tuple[float, list[Stored]]:
        """The offset of the clock, and all objects in the order of their creation."""
        try:
            rows = self._db.execute("SELECT kind, body FROM object ORDER BY rowid").fetchall()
            return float(self._value("clockOffset") or 0.0), [_READERS[kind].validate_json(body) for kind, body in rows]
        except (KeyError, ValueError, sqlite3.DatabaseError) as error:
            self._db.close()
            cause = describe(error) if isinstance(error, ValidationError) else repr(error)
            raise StateFileError(f"the state file {self._path} is damaged: {cause}") from None

    def close(self) -> None:
        self._db.close()

    def set_clock_offset(self, seconds: float) -> None:
        self._db.execute("INSERT OR REPLACE INTO emulator VALUES ('clockOffset', ?)", (str(seconds),))

    def put(self, stored: Stored) -> None:
        # An update in place keeps the row id, and with it the order of creation.
        self._db.execute(
            "INSERT INTO object VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (_NAMES[type(stored)], stored.id, json.dumps(asdict(stored))),
        )

    def remove(self, objects: Iterable[Stored]) -> None:
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "DELETE FROM object WHERE kind = ? AND id = ?", [(_NAMES[type(each)], each.id) for each in objects]
            )

    def _value(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM emulator WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])
