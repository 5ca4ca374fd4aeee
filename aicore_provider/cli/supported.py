"""The versions of Pulumi and Python that this package supports."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

Version = tuple[int, int]

OLDEST_PULUMI: Version = (3, 216)
"""The oldest supported CLI and SDK. It is the first with `ReadResult.inputs`."""
TOO_NEW_PULUMI: Version = (4, 0)
OLDEST_PYTHON: Version = (3, 10)

PYTHON = "python"
"""The runtime of programs that use this package itself. Those of other runtimes use the provider plugin."""
YAML = "yaml"
"""The runtime whose programs are no processes of their own."""
_FOR_PYTHON = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")

_LEADING = re.compile(r"v?(\d+)\.(\d+)")


def version(text: str) -> Version | None:
    """Return major and minor version of a text such as `v3.259.0` or `3.216.0-dev`; None when it is no version."""
    found = _LEADING.match(text.strip())
    return (int(found[1]), int(found[2])) if found else None


def pulumi_objection(text: str) -> str | None:
    """Return why a version of Pulumi's CLI or SDK is not supported; None when it is."""
    found = version(text)
    if found is None:
        return "does not tell its version"
    if found < OLDEST_PULUMI:
        return f"is too old, {number(OLDEST_PULUMI)} or newer is needed"
    if found >= TOO_NEW_PULUMI:
        return f"is newer than what is supported, which ends before {TOO_NEW_PULUMI[0]}"
    return None


def missing_companions(executable: Path, path: str | None, runtime: str = PYTHON) -> tuple[str, ...]:
    """Return the programs that the engine needs for a runtime and that are neither beside the CLI nor on `PATH`."""
    beside = str(executable.resolve().parent)
    needed = _FOR_PYTHON if runtime == PYTHON else (f"pulumi-language-{runtime}",)
    return tuple(each for each in needed if not (shutil.which(each, path=beside) or shutil.which(each, path=path)))


def number(of: Version) -> str:
    """Return a version as a text, such as `3.216`."""
    return ".".join(map(str, of))
