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
    StackServiceError,
    TokenUnavailable,
    Unauthorized,
)


class ServiceUnreachable(AICoreError):
    """Another read has found already, with all its tries, that nobody answers, and tells why."""

    def __init__(self) -> None:
        super().__init__("Not read either: another resource tells why.")


class Availability:
    """Whether the service answers, found out by one read while the others wait. Safe for many threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._has_answered = False
        self._is_unreachable = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read one object: alone as long as nothing was heard of the service.

        Raises:
            ServiceUnreachable: an earlier read got no answer, so this one need not try.
        """
        if not self._has_answered:
            with self._turn:
                if not self._has_answered and not self._is_unreachable:
                    with self._observing():
                        yield
                    return
        if self._is_unreachable:
            raise ServiceUnreachable
        with self._observing():
            yield

    @contextmanager
    def _observing(self) -> Iterator[None]:
        try:
            yield
        except AICoreError as error:
            self._is_unreachable = self._is_unreachable or _would_meet_all(error)
            self._has_answered = not self._is_unreachable
            raise
        self._has_answered = True


def _would_meet_all(error: AICoreError) -> bool:
    """Whether the failure would meet every object alike."""
    if isinstance(error, (ConnectionFailed, TokenUnavailable, CredentialsError, StackServiceError, Unauthorized)):
        return True
    return isinstance(error, ServiceError) and error.retryable
