"""What `reconcile` and `observe` work with, as one value."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from aicore_provider.api.client import AICore
from aicore_provider.api.deployments import Deployments
from aicore_provider.clock import Clock
from aicore_provider.lifecycle.limits import Limits
from aicore_provider.lifecycle.watcher import DeploymentWatcher


class PostLocks:
    """One lock for each configuration: while a POST of it is under way or unclear, nobody else sends one.

    So a deployment whose POST got no answer can be told from those that other calls of this process have made.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: defaultdict[str, tuple[threading.Lock, set[str]]] = defaultdict(lambda: (threading.Lock(), set()))

    @contextmanager
    def hold(self, configuration_id: str) -> Iterator[set[str]]:
        """Hold the lock of a configuration.

        Yields:
            The ids of the deployments that this process has made of it; the holder adds its own.
        """
        with self._guard:
            lock, made = self._locks[configuration_id]
        with lock:
            yield made


@dataclass(frozen=True)
class Context:
    """One resource group of one service, time and its limits, and who is told what happens.

    Attributes:
        client: of the service; its clock is the one that everything goes by.
        resource_group: where the deployments are.
        watcher: shared by all calls in that resource group.
        post_locks: shared by all calls of the process.
        limits: of time.
        interrupted: set by Ctrl-C; ends a wait at once.
        report: told, at every look, what is being waited for.
    """

    client: AICore
    resource_group: str
    watcher: DeploymentWatcher
    post_locks: PostLocks = field(default_factory=PostLocks)
    limits: Limits = field(default_factory=Limits)
    interrupted: threading.Event = field(default_factory=threading.Event)
    report: Callable[[str], None] = lambda _: None

    @property
    def clock(self) -> Clock:
        """Time, in seconds."""
        return self.client.clock

    @property
    def deployments(self) -> Deployments:
        """The API's deployments of the resource group."""
        return self.client.deployments(self.resource_group)

    def uninterrupted(self) -> Context:
        """The same for work that is due even after an interruption."""
        return replace(self, interrupted=threading.Event())
