"""Write a file as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


class FileChanged(Exception):
    """Somebody has changed the file meanwhile."""


class FileHasOtherNames(Exception):
    """The file has further names, which would keep what it says now."""


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Write beside a file, and move over it at once. Links to it, its mode and, where that may be, its owner stay.

    Args:
        path: of the file, or a symbolic link to it.
        before: what it must still hold.
        after: what it shall hold.

    Raises:
        FileChanged: it holds something else.
        FileHasOtherNames: there are hard links to it.
        OSError: it cannot be written, or is gone.
    """
    target = path.resolve(strict=True)
    status = target.stat()
    if status.st_nlink > 1:
        raise FileHasOtherNames
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
            raise FileChanged
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
