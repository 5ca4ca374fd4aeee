"""A lock between processes. It is released when its holder ends, also when that is killed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.console import say


@contextmanager
def exclusive(path: Path, waiting: str) -> Iterator[None]:
    """Hold a lock in this block; wait while another process holds it.

    Args:
        path: of the lock file. It is created if necessary and never removed: a process that waits for a removed file
            would not exclude one that creates it again.
        waiting: printed once if it has to wait.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
