"""Lists the deployments of a resource group, once for all calls that wait at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aicore_provider.api.types import Deployment
from aicore_provider.clock import Clock


@dataclass(frozen=True)
class Snapshot:
    """All deployments of a resource group.

    Attributes:
        asked_at: when the service was asked, on the clock: what happened later may be missing.
        deployments: all of the resource group, by id.
    """

    asked_at: float
    deployments: dict[str, Deployment]


class DeploymentWatcher:
    """Lists the deployments of one resource group. Safe for many threads.

    It has no thread of its own: a caller that needs a newer snapshot sends the request. Callers that come meanwhile
    wait for its answer, and take that if it is new enough for them.
    """

    def __init__(self, list_deployments: Callable[[], Iterable[Deployment]], clock: Clock) -> None:
        self._list = list_deployments
        self._clock = clock
        self._turn = threading.Lock()
        self._latest: Snapshot | None = None

    def look(self, asked_after: float) -> Snapshot:
        """Return a snapshot that was requested later than `asked_after`, a time on the clock in seconds.

        A caller passes the time of its own last write, so that it never acts on an older snapshot.

        Raises:
            AICoreError: the list cannot be read.
        """
        with self._turn:
            if self._latest is None or self._latest.asked_at <= asked_after:
                asked_at = self._clock.now()
                self._latest = Snapshot(asked_at, {d.id: d for d in self._list()})
            return self._latest
