"""The environment variables that keep programs from using a proxy for this machine."""

from __future__ import annotations

from collections.abc import Mapping

_SPELLINGS = ("NO_PROXY", "no_proxy")
_HERE = ("127.0.0.1", "localhost")


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """`NO_PROXY` and `no_proxy`, with the hosts of both and this machine.

    A program reads only one of the two, so both get the same value.
    """
    known = [host.strip() for name in _SPELLINGS for host in environment.get(name, "").split(",") if host.strip()]
    # A star means that no proxy is used, but only if it is the whole value.
    hosts = "*" if "*" in known else ",".join(dict.fromkeys((*known, *_HERE)))
    return dict.fromkeys(_SPELLINGS, hosts)
