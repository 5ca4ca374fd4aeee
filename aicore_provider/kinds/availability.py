"""A refresh reads many objects at once.

When the service does not answer, one read tries and the others fail with it.
"""

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
    WrongEndpoint,
)

_MET_BY_ALL = (
    ConnectionFailed,
    TokenUnavailable,
    CredentialsError,
    StackServiceError,
    Unauthorized,
    WrongEndpoint,
)


class ServiceUnreachable(AICoreError):
    """The object was not read, because another read has already found that the service does not answer."""

    def __init__(self) -> None:
        super().__init__("Not read either: another resource tells why.")


class Availability:
    """Whether the service answers. The first read finds out while the others wait. Safe for many threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._has_answered = False
        self._is_unreachable = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run the read of one object in this block. Until a first read has ended, only one block runs at a time.

        An error that the block raises passes through. After a read that got no answer the block is not run, and a
        ServiceUnreachable is raised.
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
    """Whether a read of any other object would fail in the same way."""
    if isinstance(error, _MET_BY_ALL):
        return True
    return isinstance(error, ServiceError) and error.retryable
