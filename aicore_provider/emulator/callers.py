"""Whose requests the emulator answers: those of programs, of a person, and of its own page.

Its own surface asks for no token, and its client id and secret are known. So any web page could use it: a browser sends
requests of foreign pages to this machine as well, and a page can point a name of its own here (DNS rebinding), after
which the browser takes both for the same site. What a browser says gives both away: `Host` is the name that was asked
for, `Origin` and `Sec-Fetch-Site` tell who asks. Programs send neither of the latter, and a person who types the
address is `none`.
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
    """Let a request pass, or refuse it.

    A port is not compared: a container's is published as another one, and rebinding is about names.

    Args:
        headers: of the request.
        target_host: host of a request target that is a whole URL; else "".
        own: the names and addresses that are the emulator's besides those of this machine's loopback interface.

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
    """A name or address in the one form in which they are compared."""
    plain = name.strip("[]").rstrip(".").lower()
    address = _address(plain)
    return plain if address is None else str(address)


def is_loopback(name: str) -> bool:
    """Whether a name or address in its normal form means this machine alone."""
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
    # A socket for both versions of the protocol shows the fourth one's addresses like this.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _foreign(text: str) -> GatewayRefusal:
    return GatewayRefusal(HTTPStatus.FORBIDDEN, text)
