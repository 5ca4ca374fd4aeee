"""The POSTs of deployments in this process, so that a lost answer can be told from a neighbour's."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Postings:
    """POSTs of one configuration go one after another, and each knows what the others have made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._made: defaultdict[str, set[str]] = defaultdict(set)

    @contextmanager
    def turn(self, configuration_id: str) -> Iterator[None]:
        """Wait until nobody else's POST of this configuration is under way or unclear."""
        with self._lock:
            turn = self._turns[configuration_id]
        with turn:
            yield

    def made(self, configuration_id: str) -> frozenset[str]:
        """What this process has made of a configuration."""
        with self._lock:
            return frozenset(self._made[configuration_id])

    def note(self, configuration_id: str, deployment_id: str) -> None:
        """A POST of this configuration has made this deployment."""
        with self._lock:
            self._made[configuration_id].add(deployment_id)
