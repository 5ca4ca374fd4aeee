"""The version of this package."""

from __future__ import annotations

import re
from importlib import metadata

_PARTS = re.compile(r"(\d+(?:\.\d+)*)(?:(\.dev|a|b|rc)(\d+))?(?:\+.*)?")
_NAMES = {".dev": "dev", "a": "alpha", "b": "beta", "rc": "rc"}


def own_version() -> str:
    """Return the version of this package; "" when it is not installed."""
    try:
        return metadata.version("aicore-provider")
    except metadata.PackageNotFoundError:
        return ""


def semantic(version: str) -> str:
    """Return a version of Python's packages as one of SemVer, such as `0.2.0-dev.0` for `0.2.0.dev0`; "" for none."""
    found = _PARTS.fullmatch(version)
    if found is None:
        return ""
    release = ".".join([*found[1].split("."), "0", "0"][:3])
    return release if found[2] is None else f"{release}-{_NAMES[found[2]]}.{found[3]}"
