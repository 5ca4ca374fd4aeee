"""Environment variables with which programs send requests to this machine directly, without a proxy."""

from __future__ import annotations

from collections.abc import Mapping

_SPELLINGS = ("NO_PROXY", "no_proxy")
_HERE = ("127.0.0.1", "localhost")


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `NO_PROXY` and `no_proxy`, both with the hosts of both variables and with this machine.

    Both get the same value, because a program may read only one of them.
    """
    known = [host.strip() for name in _SPELLINGS for host in environment.get(name, "").split(",") if host.strip()]
    # "*" means "no proxy for any host" only when it is the whole value.
    hosts = "*" if "*" in known else ",".join(dict.fromkeys((*known, *_HERE)))
    return dict.fromkeys(_SPELLINGS, hosts)
