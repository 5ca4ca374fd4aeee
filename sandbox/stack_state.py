"""Reads stacks and locks from the folder of Pulumi's file backend, without running Pulumi."""

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
    """A lock of a stack. One that cannot be read has no process and no host.

    Attributes:
        pid: of the process that made it.
        hostname: where that process runs.
        timestamp: when it was made, as Pulumi writes it.
    """

    pid: int
    hostname: str
    timestamp: str

    @property
    def since(self) -> str:
        """`timestamp` without fractions of a second."""
        return self.timestamp.partition(".")[0]


class Owner(Enum):
    """State of the process that made a lock."""

    RUNNING = auto()
    DEAD = auto()
    ON_ANOTHER_HOST = auto()
    UNKNOWN = auto()


def owner_of(lock: Lock, hostname: str, command_line: Callable[[int], str | None]) -> Owner:
    """Decide whether the process that made a lock may still run.

    Args:
        lock: as read from the backend.
        hostname: of this machine.
        command_line: returns the command line of a process by its id; None when there is none.
    """
    if not lock.hostname:
        return Owner.UNKNOWN
    if lock.hostname != hostname:
        return Owner.ON_ANOTHER_HOST
    # Another program may have got the same id since.
    return Owner.RUNNING if "pulumi" in (command_line(lock.pid) or "") else Owner.DEAD


def locks(backend: Path) -> list[Lock]:
    """Return the locks on stack `sandbox`."""
    return [
        Lock(int(content.get("pid", 0)), str(content.get("hostname", "")), str(content.get("timestamp", "")))
        for _, content in _json_files(backend / ".pulumi" / "locks", f"*/*/{STACK}/*.json")
    ]


def stack_exists(backend: Path) -> bool:
    """Whether stack `sandbox` exists in the backend."""
    return any((backend / ".pulumi" / "stacks").glob(f"*/{STACK}.json"))


def cut_state(backend: Path) -> Path | None:
    """Return the state file of stack `sandbox` where a kill has cut it, and Pulumi keeps a copy; else None."""
    for file in (backend / ".pulumi" / "stacks").glob(f"*/{STACK}.json"):
        try:
            json.loads(file.read_text())
        except ValueError:
            return file if file.with_name(f"{file.name}.bak").exists() else None
    return None


def resource_count(backend: Path) -> int:
    """Count the resources of all stacks in the backend, without Pulumi's own stack resources."""
    return sum(_resources_by_stack(backend).values())


def other_stacks(backend: Path) -> list[str]:
    """Return the stacks beside `sandbox` that have resources, as `project/stack`."""
    return [name for name, count in _resources_by_stack(backend).items() if count and name.rpartition("/")[2] != STACK]


def _resources_by_stack(backend: Path) -> dict[str, int]:
    counts = {}
    for file, content in _json_files(backend / ".pulumi" / "stacks", "*/*.json"):
        resources = ((content.get("checkpoint") or {}).get("latest") or {}).get("resources") or []
        counts[f"{file.parent.name}/{file.stem}"] = sum(each.get("type") != "pulumi:pulumi:Stack" for each in resources)
    return counts


def _json_files(folder: Path, pattern: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield files and their contents; {} for one that is cut. Whatever is removed meanwhile is left out."""
    for file in sorted(folder.glob(pattern)):
        try:
            content = json.loads(file.read_text())
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            content = {}
        yield file, content if isinstance(content, dict) else {}
