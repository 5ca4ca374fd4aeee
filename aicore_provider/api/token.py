"""Fetches the access token once for all threads, and refreshes it before it expires."""

from __future__ import annotations

import base64
import math
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aicore_provider.clock import Clock
from aicore_provider.json_document import read_json

_REFRESH_AFTER = 0.9
"""The share of its lifetime after which a token is refreshed. Lifetimes of 7199 and 43199 seconds occur."""
_DEFAULT_LIFETIME_S = 60.0
"""The lifetime of a token whose `expires_in` cannot be used."""
_LIFETIMES_S = (1.0, 30 * 24 * 3600.0)
"""Shortest and longest accepted lifetime, in seconds. A lifetime of months is taken for a fault."""
_SENDABLE = re.compile(r"[!-~]{1,32768}")
"""Visible ASCII characters (RFC 6749, appendix A.12), at most as many as servers accept in a header."""
_ZONE = re.compile(r"[!-~]{1,256}")


@dataclass(frozen=True)
class Token:
    """An access token, never shown, and when on the clock to fetch another one, in seconds.

    The tenant is the identity zone (claim `zid`); "" when the token has none.
    """

    value: str = field(repr=False)
    refresh_at: float
    tenant: str


class TokenSource:
    """Holds one valid token. Safe for many threads."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._failure: tuple[float, Exception] | None = None

    def get(self) -> Token:
        """The current token, or a new one when there is none or it expires soon."""
        asked_at = self._clock.now()
        with self._lock:
            if self._failure and self._failure[0] > asked_at:
                # Another thread has failed while this one waited for the lock, and another try would take as long.
                raise self._failure[1]
            if self._token is None or self._clock.now() >= self._token.refresh_at:
                try:
                    self._token = self._fetched()
                except Exception as error:
                    self._failure = (self._clock.now(), error)
                    raise
            return self._token

    def fetched_by(self, fetch: Callable[[], Mapping[str, Any]]) -> TokenSource:
        """Return a source that begins with this one's token, and fetches others with `fetch`."""
        source = TokenSource(fetch, self._clock)
        source._token = self._token
        return source

    def discard(self, refused: Token) -> None:
        """Forget a token that the service refused, unless another thread has already replaced it."""
        with self._lock:
            if self._token is refused:
                self._token = None

    def _fetched(self) -> Token:
        asked_at = self._clock.now()
        answer = self._fetch()
        value, lifetime_s = str(answer["access_token"]), _lifetime_s(answer.get("expires_in"))
        return Token(value, refresh_at=asked_at + lifetime_s * _REFRESH_AFTER, tenant=_tenant(value))


def is_sendable(token: object) -> bool:
    """Whether a value can be sent as a token. A line end in it would begin another header."""
    return isinstance(token, str) and bool(_SENDABLE.fullmatch(token))


def _lifetime_s(told: object) -> float:
    try:
        lifetime = math.nan if isinstance(told, bool) else float(told)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        lifetime = math.nan
    shortest, longest = _LIFETIMES_S
    return lifetime if shortest <= lifetime <= longest else _DEFAULT_LIFETIME_S


def _tenant(token: str) -> str:
    """The `zid` claim. The signature is not checked: nothing is granted because of this value."""
    try:
        payload = token.split(".")[1]
        claims = read_json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode())
        zone = claims.get("zid")
    except (IndexError, ValueError, AttributeError):
        return ""
    return zone if isinstance(zone, str) and _ZONE.fullmatch(zone) else ""
