"""`Context`: what `reconcile` and `observe` need to work in one resource group."""

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


@dataclass
class Posts:
    """What this process has posted of one configuration.

    `made` are ids of the deployments that it has made; `is_first` tells whether this is the first time.
    """

    made: set[str] = field(default_factory=set)
    is_first: bool = True


class PostLocks:
    """One lock for each configuration. A call holds it from before the POST of a deployment until the id is known.

    So the deployment of a POST whose answer was lost can be told from those that other calls of this process make.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: defaultdict[str, tuple[threading.Lock, Posts]] = defaultdict(lambda: (threading.Lock(), Posts()))

    @contextmanager
    def hold(self, configuration_id: str) -> Iterator[Posts]:
        """Hold the lock of a configuration in this block. The holder adds the id of its own deployment to the posts."""
        with self._guard:
            lock, posts = self._locks[configuration_id]
        with lock:
            try:
                yield posts
            finally:
                posts.is_first = False


@dataclass(frozen=True)
class Context:
    """One resource group of one service, time and its limits, and where progress is reported.

    All times are on the client's clock. All calls in the resource group share the watcher, all calls of the process the
    locks. Ctrl-C sets `interrupted`, which ends a wait at once. `report` is passed a line about what is being waited
    for, after every look.
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
        """The clock, in seconds."""
        return self.client.clock

    @property
    def fresh(self) -> float:
        """The time after which a list must have been requested to be new enough where nothing was changed since."""
        return self.clock.now() - self.limits.fresh_for_s

    @property
    def deployments(self) -> Deployments:
        """The API's deployments of the resource group."""
        return self.client.deployments(self.resource_group)

    def uninterrupted(self) -> Context:
        """Return the same without the interruption, for work that must be done all the same."""
        client = self.client.uninterrupted()
        deployments = client.deployments(self.resource_group)
        watcher = DeploymentWatcher(deployments.list, client.clock, pace=self.limits.pace)
        return replace(self, client=client, watcher=watcher, interrupted=threading.Event())
