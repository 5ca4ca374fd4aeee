"""The access token: fetched once, shared by all threads, renewed before it ends."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aicore_provider.clock import Clock

_SHARE_OF_LIFE_USED = 0.9
"""A token is renewed after nine tenths of its life: `expires_in` is 7199 or 43199 seconds in the field, never fixed."""


@dataclass(frozen=True)
class Token:
    """An access token and what it says of itself.

    Attributes:
        value: what goes into the `Authorization` header; never shown.
        renew_at: on the clock, in seconds.
        tenant: identity zone of the token (claim `zid`), or "" when the token tells none.
    """

    value: str = field(repr=False)
    renew_at: float
    tenant: str


class TokenSource:
    """Hands out one valid token to whoever asks."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._failure: tuple[float, Exception] | None = None

    def get(self) -> Token:
        """The current token, or a new one when there is none or its time is nearly over."""
        asked_at = self._clock.now()
        with self._lock:
            if self._failure and self._failure[0] > asked_at:
                # Another thread has tried in vain while this one stood in line: it would only take as long again.
                raise self._failure[1]
            if self._token is None or self._clock.now() >= self._token.renew_at:
                try:
                    self._token = self._fetched()
                except Exception as error:
                    self._failure = (self._clock.now(), error)
                    raise
            return self._token

    def discard(self, refused: Token) -> None:
        """Forget a token that the service refused, unless another thread has already replaced it."""
        with self._lock:
            if self._token is refused:
                self._token = None

    def _fetched(self) -> Token:
        asked_at = self._clock.now()
        answer = self._fetch()
        value = str(answer["access_token"])
        try:
            life = float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            life = 0.0
        return Token(value, renew_at=asked_at + life * _SHARE_OF_LIFE_USED, tenant=_tenant(value))


def _tenant(token: str) -> str:
    """The `zid` claim. The signature is the service's business: nothing is granted because of this value."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("zid") or "")
    except (IndexError, ValueError, AttributeError):
        return ""
