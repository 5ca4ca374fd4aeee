"""Hides the secrets in use in texts of the service. A gateway may send back the form or header that it refuses.

Ids, URLs and parameters, which are compared, are never redacted.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote

from aicore_provider.spellings import hide, spellings

if TYPE_CHECKING:
    from aicore_provider.api.credentials import Credentials

HIDDEN = "***"

_SHORTEST_LINE = 16
"""Characters of a line of a key; the last one may be so short that it stands in other texts."""


class Redaction:
    """The secrets that one client uses. Safe for many threads.

    Access tokens are added when they are fetched and never removed: an old one may still be valid.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._lock = threading.Lock()
        self._spellings: tuple[str, ...] = ()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide these secrets as well from now on."""
        with self._lock:
            self._spellings = tuple(
                dict.fromkeys((*self._spellings, *(s for each in secrets for s in spellings(each))))
            )

    def __call__(self, text: str) -> str:
        """Return the text with `***` in place of each secret."""
        return hide(text, self._spellings, HIDDEN)


def secrets_of(credentials: Credentials, environment: Mapping[str, str]) -> Iterator[str]:
    """Return the secrets of a client: secret or key, the Authorization headers with it, and passwords of proxies.

    The passwords are those in the variables `HTTPS_PROXY` and the like of the environment.
    """
    if credentials.client_secret:
        yield from _with_header(credentials.client_id, credentials.client_secret)
    if credentials.certificate:
        yield from _lines_of_key(credentials.certificate.key)
    for name, value in environment.items():
        proxy = value.rpartition("@")[0] if name.lower().endswith("_proxy") else ""
        user, _, password = (proxy.partition("://")[2] or proxy).partition(":")
        if password:
            yield password
            yield from _with_header(unquote(user), unquote(password))


def _with_header(user: str, password: str) -> Iterator[str]:
    """A password, and what `Authorization: Basic` carries for it, as it is or as a form has it (RFC 6749, 2.3.1)."""
    yield password
    # Half characters, which no encoding can write, are replaced.
    in_a_form = (quote_plus(each, errors="replace") for each in (user, password))
    for pair in (f"{user}:{password}", ":".join(in_a_form)):
        yield base64.b64encode(pair.encode(errors="replace")).decode()


def _lines_of_key(pem: str) -> list[str]:
    """The base64 of a PEM, whole and line by line; its first and last line are the same in every key."""
    lines = [line.strip() for line in pem.splitlines()]
    body = [line for line in lines if line and not line.startswith("-----")]
    return ["".join(body), *(line for line in body if len(line) >= _SHORTEST_LINE)]
