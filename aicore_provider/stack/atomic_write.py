"""Replaces the content of a file as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


class FileNotReplaced(Exception):
    """The file must not be replaced.

    The text says why and what to do; it continues a line that begins with the path.
    """


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Write a new file and move it over the old one. Symbolic links, mode and, if permitted, owner stay.

    Args:
        path: of the file, or a symbolic link to it.
        before: the content that it must have now.
        after: the new content.

    Raises:
        FileNotReplaced: it has another content, or there are hard links to it, which would keep the old one.
        OSError: it cannot be written, or does not exist any more.
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
