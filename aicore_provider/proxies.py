"""The variables that keep programs from asking a proxy for this machine."""

from __future__ import annotations

from collections.abc import Mapping

_SPELLINGS = ("NO_PROXY", "no_proxy")
_HERE = ("127.0.0.1", "localhost")


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """`NO_PROXY` in both spellings, as they are with this machine added.

    Programs differ in which spelling they read first, and read one alone: both say the same.
    """
    known = [host.strip() for name in _SPELLINGS for host in environment.get(name, "").split(",") if host.strip()]
    # The star means no proxy at all only where it stands alone.
    hosts = "*" if "*" in known else ",".join(dict.fromkeys((*known, *_HERE)))
    return dict.fromkeys(_SPELLINGS, hosts)
