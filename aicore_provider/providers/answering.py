"""One failure for all when the service does not answer: the reads of a refresh come many at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aicore_provider.api.errors import (
    AICoreError,
    ConnectionFailed,
    CredentialsError,
    ServiceError,
    TokenUnavailable,
    Unauthorized,
)
from aicore_provider.providers.connection import OtherService


class StillSilent(AICoreError):
    """Another read has found already that nobody answers, with all its tries, and tells why."""

    def __init__(self) -> None:
        super().__init__("Not read either: another resource tells why.")


class Answering:
    """Whether the service answers, found out by one read while the others wait. Safe for many threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._has_answered = False
        self._is_silent = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read one object: alone as long as nothing was heard of the service.

        Raises:
            StillSilent: an earlier read got no answer, so this one need not try.
        """
        if not self._has_answered:
            with self._turn:
                if not self._has_answered and not self._is_silent:
                    with self._listening():
                        yield
                    return
        if self._is_silent:
            raise StillSilent
        with self._listening():
            yield

    @contextmanager
    def _listening(self) -> Iterator[None]:
        try:
            yield
        except AICoreError as error:
            self._is_silent = self._is_silent or _is_silence(error)
            self._has_answered = not self._is_silent
            raise
        self._has_answered = True


def _is_silence(error: AICoreError) -> bool:
    """Whether the failure would meet every object alike."""
    if isinstance(error, (ConnectionFailed, TokenUnavailable, CredentialsError, OtherService, Unauthorized)):
        return True
    return isinstance(error, ServiceError) and error.retryable


answering = Answering()
"""Of this process, which speaks to one service."""
