"""Addresses of services: which are accepted, and the normal form in which they are compared.

The rules are those of RFC 3986 without user information, query, fragment, other schemes and hosts outside ASCII: a
service needs none of these, and each could hide a secret or another host. Errors do not show the address, since it may
be a secret that was put in the wrong place.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

WHITE_SPACE = " \t\r\n\v\f\u00a0\u200b\ufeff"
"""What is taken off both ends of a value: editors, shells and copying leave white space and byte order marks there."""

UNREADABLE = "an address that cannot be read"

_VISIBLE = re.compile(r"[!-~]*")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~!$&'()*+,;=:-]+)*")
_LONGEST_HOST = 253
_DEFAULT_PORTS = {"https": 443, "http": 80}
_NO_HTTPS = "is no https URL; plain http is for loopback addresses only"


def normal_form(url: str) -> str:
    """The normal form of a service's address: lower case, no default port, no `/v2`, no slash or dot at the end.

    Raises:
        ValueError: it is not accepted; the text says why and does not show it.
    """
    bare = url.strip(WHITE_SPACE)
    # urlsplit finds no user where the scheme is missing.
    if "@" in bare:
        raise ValueError("contains a user name or password; leave them out")
    if not _VISIBLE.fullmatch(bare) or "\\" in bare:
        raise ValueError("is no https URL: it contains white space, a backslash or other characters that no URL has")
    if "?" in bare or "#" in bare:
        raise ValueError("has a query or a fragment, which begin with '?' or '#'; leave it out")
    try:
        parts = urlsplit(bare)
    except ValueError:
        raise ValueError(_NO_HTTPS) from None
    # `parts.hostname` would take a second colon for a port.
    host, port = _host(parts.netloc), _port(parts)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError(_NO_HTTPS)
    path = parts.path.rstrip("/")
    while path.endswith("/v2"):  # again and again, or the normal form of a normal form would be another one
        path = path.removesuffix("/v2").rstrip("/")
    if not _PATH.fullmatch(path):
        raise ValueError("is no https URL: its path has parts or characters that the path of a service has not")
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{shown_host}{shown_port}{path}"


@functools.lru_cache
def recorded_address(text: str) -> str:
    """The normal form of an address from a state or an answer; `UNREADABLE` where it has none."""
    try:
        return normal_form(text)
    except ValueError:
        return UNREADABLE


def is_loopback(host: str) -> bool:
    """Whether a host, a name or an address without brackets, certainly means this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # Before Python 3.13 an IPv4-mapped IPv6 address does not count as loopback.
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)


def _host(authority: str) -> str:
    """The host of an authority in its normal form, without brackets; IPv6 addresses have a colon."""
    bracketed = re.fullmatch(r"\[([0-9a-f:.]+)\](:.*)?", authority.lower())
    if bracketed:
        try:
            return str(ipaddress.IPv6Address(bracketed[1]))
        except ValueError:
            raise ValueError(_NO_HTTPS) from None
    host = authority.partition(":")[0].lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("is no https URL: its host is no host name" if host else _NO_HTTPS)
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        # Systems read `127.1` and `0x7f000001` as addresses, by rules of their own.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise ValueError("is no https URL: its host is no host name") from None
    return host


def _port(parts: SplitResult) -> int | None:
    with suppress(ValueError):
        if parts.port != 0:
            return parts.port
    raise ValueError("is no https URL: its port is no number from 1 to 65535")
