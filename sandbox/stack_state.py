"""What Pulumi's file backend holds, read without running Pulumi: which stacks, and who has locked them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from sandbox.layout import STACK


@dataclass(frozen=True)
class Lock:
    """One lock of a stack: the process that made it, and where."""

    pid: int
    hostname: str
    timestamp: str

    @property
    def since(self) -> str:
        """The time without fractions of a second."""
        return self.timestamp.partition(".")[0]


class Owner(Enum):
    """Who holds a lock."""

    RUNNING = auto()
    DEAD = auto()
    ON_ANOTHER_HOST = auto()


def owner_of(lock: Lock, hostname: str, command_line: Callable[[int], str | None]) -> Owner:
    """Decide whether the process that made a lock can still be at work.

    Args:
        lock: as read from the backend.
        hostname: of this machine.
        command_line: tells the command of a running process by its id.
    """
    if lock.hostname != hostname:
        return Owner.ON_ANOTHER_HOST
    # The id may have been given to something else since.
    return Owner.RUNNING if "pulumi" in (command_line(lock.pid) or "") else Owner.DEAD


def locks(backend: Path) -> list[Lock]:
    """Return the locks on stack `sandbox`."""
    return [
        Lock(int(content.get("pid", 0)), str(content.get("hostname", "")), str(content.get("timestamp", "")))
        for content in _json_files(backend / ".pulumi" / "locks", f"*/*/{STACK}/*.json")
    ]


def stack_exists(backend: Path) -> bool:
    """Tell whether stack `sandbox` has been created and not been removed since."""
    return any((backend / ".pulumi" / "stacks").glob(f"*/{STACK}.json"))


def resource_count(backend: Path) -> int:
    """Count the resources of all stacks in the backend, Pulumi's own stack resource left out."""
    count = 0
    for content in _json_files(backend / ".pulumi" / "stacks", "*/*.json"):
        latest = (content.get("checkpoint") or {}).get("latest") or {}
        count += sum(resource.get("type") != "pulumi:pulumi:Stack" for resource in latest.get("resources") or [])
    return count


def _json_files(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob(pattern)):
        try:
            content = json.loads(file.read_text())
        except (OSError, ValueError):
            continue
        if isinstance(content, dict):
            yield content
