"""The access token: fetched once, shared by all threads, renewed before it ends."""

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

_SHARE_OF_LIFE_USED = 0.9
"""A token is renewed after nine tenths of its life: `expires_in` is 7199 or 43199 seconds in the field, never fixed."""

_UNKNOWN_LIFE_S = 60.0
"""The life of a token that does not say how long it lives: neither fetched for each request nor used for ever."""
_POSSIBLE_LIFE_S = (1.0, 30 * 24 * 3600.0)
"""RFC 6749 counts whole seconds; a life of months is taken for a fault."""
_SENDABLE = re.compile(r"[!-~]{1,32768}")
"""Visible characters of ASCII, as RFC 6749 (appendix A.12) has them, and no more than any server takes as a header."""
_ZONE = re.compile(r"[!-~]{1,256}")


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
        return Token(
            value, renew_at=asked_at + _life_s(answer.get("expires_in")) * _SHARE_OF_LIFE_USED, tenant=_tenant(value)
        )


def is_sendable(token: object) -> bool:
    """Whether something can be sent as a token: with a line end in it, it would be a header of its own."""
    return isinstance(token, str) and bool(_SENDABLE.fullmatch(token))


def _life_s(told: object) -> float:
    """Seconds that a token lives, by what its `expires_in` says."""
    try:
        life = math.nan if isinstance(told, bool) else float(told)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        life = math.nan
    shortest, longest = _POSSIBLE_LIFE_S
    return life if shortest <= life <= longest else _UNKNOWN_LIFE_S


def _tenant(token: str) -> str:
    """The `zid` claim. The signature is the service's business: nothing is granted because of this value."""
    try:
        payload = token.split(".")[1]
        claims = read_json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode())
        zone = claims.get("zid")
    except (IndexError, ValueError, AttributeError):
        return ""
    return zone if isinstance(zone, str) and _ZONE.fullmatch(zone) else ""
