"""Lists the deployments of a resource group, once for all calls that wait at the same time."""

from __future__ import annotations

import math
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from aicore_provider.api.types import Deployment
from aicore_provider.clock import Clock
from aicore_provider.lifecycle.limits import Pace
from aicore_provider.lifecycle.shared_list import SharedList


@dataclass(frozen=True)
class Snapshot:
    """All deployments of a resource group, by id.

    The service was asked at `asked_at`, on the clock: what happened later may be missing.
    """

    asked_at: float
    deployments: Mapping[str, Deployment]

    @cached_property
    def by_configuration(self) -> Mapping[str, frozenset[str]]:
        """Ids of the deployments on each configuration."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.deployments.values():
            found[each.configuration_id].add(each.id)
        return {configuration_id: frozenset(ids) for configuration_id, ids in found.items()}

    @cached_property
    def quickest_s(self) -> Mapping[str, float]:
        """By executable: the shortest time that one which runs now took to start after the runtime had taken it up.

        Without those whose times the service does not tell. It tells whole seconds.
        """
        found: dict[str, float] = {}
        for each in self.deployments.values():
            if each.executable_id and each.status == "RUNNING" and each.submission_time and each.start_time:
                took_s = (each.start_time - each.submission_time).total_seconds()
                # After a switch the start may still be that of the configuration before.
                if took_s >= 0:
                    found[each.executable_id] = min(took_s, found.get(each.executable_id, math.inf))
        return found


class DeploymentWatcher(SharedList[Snapshot]):
    """Lists the deployments of one resource group, at moments that all who wait share. Safe for many threads."""

    def __init__(
        self,
        list_deployments: Callable[[], Iterable[Deployment]],
        clock: Clock,
        *,
        pace: Pace,
        random_share: Callable[[], float] = random.random,
    ) -> None:
        """Begin; sends nothing.

        `pace` tells how far apart the ticks are. `random_share` returns a number between 0 and 1, so that the ticks of
        groups and processes do not coincide.
        """
        super().__init__(lambda asked_at: Snapshot(asked_at, {d.id: d for d in list_deployments()}), clock)
        self._tick_s = pace.tick_s
        self._phase = random_share() * pace.tick_s

    def wait(self, step_s: float, *, deadline: float, interrupted: threading.Event) -> float:
        """Wait until a tick that all callers share; until the deadline where that is earlier and not past.

        Args:
            step_s: seconds from now. The wait ends at the tick nearest to that, but not within half a tick, since the
                service needs longer for everything.
            deadline: on the clock.
            interrupted: ends the wait at once.

        Returns:
            A time to pass to `look`: everybody who has waited for the same tick shares the snapshot that the first
            requests. -inf when it was interrupted.
        """
        now = self._clock.now()
        step_s = max(step_s, self._tick_s) if now < deadline else self._tick_s
        soonest = now + step_s - self._tick_s / 2
        at = self._phase + math.ceil((soonest - self._phase) / self._tick_s) * self._tick_s
        if now < deadline < at:
            at = deadline
        self._clock.sleep(at - now, interrupted)
        return -math.inf if interrupted.is_set() else math.nextafter(at, -math.inf)
