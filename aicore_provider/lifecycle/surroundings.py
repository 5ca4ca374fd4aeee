"""What the loop works with, passed in as one value."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from aicore_provider.api.deployments import Deployments
from aicore_provider.clock import Clock, SystemClock
from aicore_provider.lifecycle.postings import Postings
from aicore_provider.lifecycle.watcher import DeploymentWatcher, Ticks


@dataclass(frozen=True)
class Surroundings:
    """Service, time, and who wants to hear of it.

    Attributes:
        deployments: the API's deployments of one resource group.
        watcher: shared by all calls in that resource group.
        postings: shared by all calls of the process.
        clock: time.
        ticks: how often to look.
        interrupted: set once the user wants out; ends a wait at once.
        report: told, at every look, what is being waited for.
    """

    deployments: Deployments
    watcher: DeploymentWatcher
    postings: Postings = field(default_factory=Postings)
    clock: Clock = field(default_factory=SystemClock)
    ticks: Ticks = field(default_factory=Ticks)
    interrupted: threading.Event = field(default_factory=threading.Event)
    report: Callable[[str], None] = lambda _: None

    def undisturbed(self) -> Surroundings:
        """The same for work that is due although the user wants out."""
        return replace(self, interrupted=threading.Event())
