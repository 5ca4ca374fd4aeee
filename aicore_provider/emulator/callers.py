"""Refuses requests that a browser sends on behalf of a foreign web page.

`/_emulator` needs no token, and the emulator's client id and secret are public. A web page could use both: a browser
sends requests of any page to this machine (cross-site requests), and a page can make its own host name resolve to this
machine (DNS rebinding), so that the browser takes page and emulator for the same site. The headers of a request show
both: `Host` is the name that was asked for, `Origin` and `Sec-Fetch-Site` tell which page asks. Programs send neither
`Origin` nor `Sec-Fetch-Site`; for an address that a person has typed, the browser sends `Sec-Fetch-Site: none`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from email.message import Message
from http import HTTPStatus

from aicore_provider.emulator.errors import GatewayRefusal

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[\w.-]+)(?P<port>:[0-9]*)?", re.ASCII | re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?P<host>[^/?#]+)", re.IGNORECASE)
_OWN_SITES = frozenset({"same-origin", "none"})


def check_caller(headers: Message, target_host: str, own: Iterable[str]) -> None:
    """Refuse a request whose headers name a foreign host, origin or site.

    The port of `Host` is not compared: a container publishes its port under another number, and DNS rebinding concerns
    names only.

    Args:
        headers: of the request.
        target_host: host of a request target that is a complete URL; else "".
        own: names and addresses of the emulator, besides those of the loopback interface.

    Raises:
        GatewayRefusal: 400 without exactly one `Host`, 403 for a foreign name, origin or site.
    """
    hosts = headers.get_all("Host", [])
    if len(hosts) != 1:
        raise GatewayRefusal(HTTPStatus.BAD_REQUEST, "A request needs one header Host.")
    names = {normal_name(name) for name in own}
    for host in (hosts[0], target_host or hosts[0]):
        if not _is_own(host, names):
            raise _foreign(
                f"Host {host.strip()!a:.80} is not the emulator's: ask for localhost, or start it with --allow-host."
            )
    for origin in headers.get_all("Origin", []):
        found = _ORIGIN.fullmatch(origin.strip())
        if found is None or _split(found["host"]) != _split(target_host or hosts[0]):
            raise _foreign("The emulator answers no page of another origin.")
    if not _OWN_SITES.issuperset(site.strip() for site in headers.get_all("Sec-Fetch-Site", [])):
        raise _foreign("The emulator answers no page of another site; type its address instead of following a link.")


def normal_name(name: str) -> str:
    """A name or address in the form in which they are compared: lower case, no brackets, no final dot."""
    plain = name.strip("[]").rstrip(".").lower()
    address = _address(plain)
    return plain if address is None else str(address)


def is_loopback(name: str) -> bool:
    """Whether a name or address, as `normal_name` returns it, is one of the loopback interface."""
    address = _address(name)
    return name == "localhost" or name.endswith(".localhost") if address is None else address.is_loopback


def _is_own(host: str, names: set[str]) -> bool:
    split = _split(host)
    return split is not None and (split[0] in names or is_loopback(split[0]))


def _split(host: str) -> tuple[str, str] | None:
    found = _HOST.fullmatch(host.strip())
    return None if found is None else (normal_name(found["name"]), (found["port"] or "").strip(":"))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # Sockets that accept IPv4 and IPv6 show IPv4 addresses as IPv6 ones.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _foreign(text: str) -> GatewayRefusal:
    return GatewayRefusal(HTTPStatus.FORBIDDEN, text)
