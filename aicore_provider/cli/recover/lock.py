"""The lock of a stack, as Pulumi tells it where it refuses to run. The same on every backend that keeps files."""

from __future__ import annotations

import json
import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aicore_provider.cli.failures import current_folder
from aicore_provider.cli.stack import Backend
from aicore_provider.stack.project import find_project_file, read_project_file

# Source: checkForLock in pkg/backend/diy/lock.go of Pulumi.
_LOCK = re.compile(r"/([0-9A-Za-z-]+)\.json\S* created by (\S*)@(\S*) \(pid (\d+)\) at (\S+)")
_LOCKED = "is currently locked by"
_NUMBER = re.compile(rf"{_LOCKED} (\d+) lock")


@dataclass(frozen=True)
class Lock:
    """A lock: its id, and user, host, process and start (ISO 8601) of the run that holds it.

    Only the id of a lock is known whose file was cut, as a kill while it is written may do.
    """

    id: str
    user: str = ""
    host: str = ""
    pid: int = 0
    since: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether its file cannot be read. Pulumi then ends each command with a complaint about JSON."""
        return not self.since

    def __str__(self) -> str:
        if self.is_cut:
            return f"{self.id}, whose file cannot be read"
        return f"{self.id}, by {self.user}@{self.host}, process {self.pid}, since {self.since}"


def locks(told: str) -> tuple[Lock, ...] | None:
    """Return the locks that Pulumi names as its reason for a refusal; None where they are not the reason.

    None as well where not all of them can be read: `pulumi cancel` would remove those too.
    """
    reason, found = _NUMBER.search(told), _LOCK.findall(told)
    if reason is None or int(reason[1]) != len(found):
        return None
    return tuple(Lock(id_, user, host, int(pid), since) for id_, user, host, pid, since in found)


def locks_of(backend: Backend, stack: str) -> tuple[Lock, ...] | None:
    """Return the locks of a stack of the current folder's project; None where only Pulumi can read them.

    They can be read where the backend is a folder.
    """
    file = find_project_file(current_folder())
    given = read_project_file(file) if file else None
    if given is None or not backend.url.startswith("file://"):
        return None
    return locks_in(backend.url, str(given.get("name")), stack)


def locks_in(backend: str, project: str, stack: str) -> tuple[Lock, ...]:
    """Return the locks of a stack in a backend that is a folder, by its URL."""
    folder = Path(backend.removeprefix("file://").partition("?")[0]).expanduser() / ".pulumi" / "locks"
    name = stack.rpartition("/")[2]
    # The second one is that of a backend from before stacks belonged to projects.
    files = [*folder.glob(f"*/{project}/{name}/*.json"), *folder.glob(f"{name}/*.json")]
    found = []
    for file in sorted(files):
        # The run may end meanwhile.
        with suppress(FileNotFoundError):
            found.append(_read(file))
    return tuple(found)


def _read(file: Path) -> Lock:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return Lock(file.stem, str(said["username"]), str(said["hostname"]), int(said["pid"]), str(said["timestamp"]))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError):
        return Lock(file.stem)


def is_held(lock: Lock) -> bool:
    """Whether the run that holds a lock certainly goes on: it is a process of this machine.

    False says nothing: the run may go on on another machine, or in another container of the same host name.
    """
    if os.name != "posix" or lock.host != socket.gethostname():
        return False
    try:
        os.kill(lock.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    # Another program may have got the same id since. Where that cannot be looked up, it counts as the run.
    with suppress(OSError):
        return b"pulumi" in Path(f"/proc/{lock.pid}/cmdline").read_bytes()
    return True
