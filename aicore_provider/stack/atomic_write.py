"""Write a file as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


class FileNotReplaced(Exception):
    """The file must not be replaced; the text, which goes on after its path, says why and what to do."""


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Write beside a file, and move over it at once. Links to it, its mode and, where that may be, its owner stay.

    Args:
        path: of the file, or a symbolic link to it.
        before: what it must still hold.
        after: what it shall hold.

    Raises:
        FileNotReplaced: it holds something else, or there are hard links to it, which would keep what it says now.
        OSError: it cannot be written, or is gone.
    """
    target = path.resolve(strict=True)
    status = target.stat()
    if status.st_nlink > 1:
        raise FileNotReplaced(
            "has other names as well (hard links), so nothing was written.\nMake the changes yourself."
        )
    if not os.access(target, os.W_OK):
        raise PermissionError("it is read-only")
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        with suppress(PermissionError):
            os.chown(beside, status.st_uid, status.st_gid)
        shutil.copymode(target, beside)
        if target.read_bytes() != before:
            raise FileNotReplaced("was changed meanwhile, so nothing was written.\nRun the command again.")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
