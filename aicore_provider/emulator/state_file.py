"""The state file, which keeps all objects over restarts: a SQLite database with one row for each object of each tenant.

Every change is committed before its request is answered, so nothing that was answered is lost when the process is
killed. When the machine loses power, the last changes may be lost, but the file stays valid (WAL mode). The file is
locked while an emulator uses it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from aicore_provider.emulator.record_types import RECORD_TYPES, Record
from aicore_provider.emulator.tenants import FIRST
from aicore_provider.emulator.validation import describe

_FORMAT = "aicore-emulator/3"
_FORMAT_WITHOUT_SCOPE = "aicore-emulator/2"
_FORMAT_OF_ONE_TENANT = "aicore-emulator/1"

_TABLE = "CREATE TABLE object (tenant, kind, scope, id, body, PRIMARY KEY (tenant, kind, scope, id))"
"""The scope is the resource group, or empty for what belongs to the tenant."""
_SCOPE_IN_BODY = "coalesce(json_extract(body, '$.resource_group'), '')"

_NAMES = {kind: name for name, kind in RECORD_TYPES.items()}
_READERS: Mapping[str, TypeAdapter[Record]] = {name: TypeAdapter(kind) for name, kind in RECORD_TYPES.items()}


class StateFileError(Exception):
    """The state file cannot be used; the text is one line and names the file."""


class StateFile:
    """An open state file.

    Raises:
        StateFileError: it cannot be opened, belongs to another program, or is in use by another emulator.
    """

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
            # This takes the lock of an existing file, too.
            self._db.execute("BEGIN IMMEDIATE")
            if not tables:
                self._db.execute("CREATE TABLE emulator (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                self._db.execute(_TABLE)
                self._set("format", _FORMAT)
            elif "object" in tables:
                self._migrate()
        found = self._value("format")
        if found != _FORMAT:
            raise StateFileError(f"{self._path} has format {found}; this emulator reads {_FORMAT}")

    def _migrate(self) -> None:
        tenants = {_FORMAT_WITHOUT_SCOPE: "tenant", _FORMAT_OF_ONE_TENANT: f"'{FIRST}'"}
        tenant = tenants.get(self._value("format") or "")
        if tenant is None:
            return
        self._db.execute("ALTER TABLE object RENAME TO before")
        self._db.execute(_TABLE)
        self._db.execute(
            f"INSERT INTO object SELECT {tenant}, kind, {_SCOPE_IN_BODY}, id, body FROM before ORDER BY rowid"  # noqa: S608
        )
        self._db.execute("DROP TABLE before")
        self._set("format", _FORMAT)

    @property
    def clock_offset(self) -> float:
        """By how much the emulator's clock was moved, in seconds."""
        with self._read_errors():
            return float(self._value("clockOffset") or 0.0)

    def load(self, tenant: str) -> list[Record]:
        """A tenant's records in the order of their creation."""
        with self._read_errors():
            rows = self._db.execute("SELECT kind, body FROM object WHERE tenant = ? ORDER BY rowid", (tenant,))
            return [_READERS[kind].validate_json(body) for kind, body in rows.fetchall()]

    def close(self) -> None:
        """Close it."""
        self._db.close()

    def set_clock_offset(self, seconds: float) -> None:
        """Store by how much the emulator's clock was moved."""
        with self._write_errors():
            self._set("clockOffset", str(seconds))

    def put(self, tenant: str, record: Record) -> None:
        """Store a record. On return it is committed."""
        with self._write_errors():
            # This keeps the row id of an existing row, and so the order of creation.
            self._db.execute(
                "INSERT INTO object VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (tenant, kind, scope, id) DO UPDATE SET body = excluded.body",
                (*_key(tenant, record), json.dumps(asdict(record))),  # type: ignore[call-overload]
            )

    def remove(self, tenant: str, records: Iterable[Record]) -> None:
        """Remove records, all or none."""
        with self._write_errors(), self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "DELETE FROM object WHERE tenant = ? AND kind = ? AND scope = ? AND id = ?",
                [_key(tenant, each) for each in records],
            )

    def _set(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO emulator VALUES (?, ?)", (key, value))

    def _value(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM emulator WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def _read_errors(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, ValueError, sqlite3.DatabaseError) as error:
            self._db.close()
            cause = describe(error) if isinstance(error, ValidationError) else repr(error)
            raise StateFileError(f"the state file {self._path} is damaged: {cause}") from None

    @contextmanager
    def _write_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StateFileError(f"cannot write the state file {self._path}: {error}") from None


def _key(tenant: str, record: Record) -> tuple[str, str, str, str]:
    return tenant, _NAMES[type(record)], record.resource_group or "", record.id
