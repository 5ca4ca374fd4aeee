"""Versions: of this package, and those of Pulumi and Python that it supports."""

from __future__ import annotations

import re
import shutil
from importlib import metadata
from pathlib import Path

Version = tuple[int, int]

OLDEST_PULUMI: Version = (3, 216)
"""Of the CLI and of the SDK: the first with `ReadResult.inputs`."""
TOO_NEW_PULUMI: Version = (4, 0)
OLDEST_PYTHON: Version = (3, 10)

COMPANIONS = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")
"""What the engine needs for a Python program with dynamic providers, beside itself or on PATH."""

_LEADING = re.compile(r"v?(\d+)\.(\d+)")


def version(text: str) -> Version | None:
    """Major and minor of `v3.259.0`, `3.11.7`, `3.216.0-dev`; None where there is no version."""
    found = _LEADING.match(text.strip())
    return (int(found[1]), int(found[2])) if found else None


def pulumi_objection(text: str) -> str | None:
    """What speaks against this version of Pulumi's CLI or SDK; None when it is supported."""
    found = version(text)
    if found is None:
        return "does not tell its version"
    if found < OLDEST_PULUMI:
        return f"is too old, {number(OLDEST_PULUMI)} or newer is needed"
    if found >= TOO_NEW_PULUMI:
        return f"is newer than what is supported, which ends before {TOO_NEW_PULUMI[0]}"
    return None


def missing_companions(executable: Path, path: str | None) -> tuple[str, ...]:
    """Those of `COMPANIONS` that are neither beside the CLI nor on a `PATH`."""
    beside = str(executable.resolve().parent)
    return tuple(each for each in COMPANIONS if not (shutil.which(each, path=beside) or shutil.which(each, path=path)))


def own_version() -> str:
    """Of this package; "" when it is not installed."""
    try:
        return metadata.version("aicore-provider")
    except metadata.PackageNotFoundError:
        return ""


def number(of: Version) -> str:
    """`3.216`."""
    return ".".join(map(str, of))
