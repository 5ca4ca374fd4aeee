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
        self._pace = pace
        self._phase = random_share() * pace.tick_s
        self._begun = math.inf  # since when lists are counted
        self._lists = 0
        self._quickest_s: dict[str, float] = {}
        self._ready_at = -math.inf
        self._deciding = threading.Lock()
        self._granted = -math.inf

        def ask(asked_at: float) -> Snapshot:
            self._lists += asked_at >= self._begun
            snapshot = Snapshot(asked_at, {d.id: d for d in list_deployments()})
            for executable_id, took_s in snapshot.quickest_s.items():
                self._quickest_s[executable_id] = min(took_s, self._quickest_s.get(executable_id, math.inf))
            return snapshot

        super().__init__(ask, clock)

    def quickest_s(self, executable_id: str) -> float | None:
        """Return the shortest time that a deployment of an executable took to start, as far as lists have told.

        A deployment that is switched does not tell it any more until it runs again.
        """
        return self._quickest_s.get(executable_id)

    def note_ready(self) -> None:
        """Note that what a call has waited for is ready: what was begun with it is likely to be ready soon."""
        self._ready_at = self._clock.now()

    def wait(self, step_s: float, *, deadline: float, interrupted: threading.Event, is_due: bool = False) -> float:
        """Wait until a tick that all callers share; until the deadline where that is earlier and not past.

        Args:
            step_s: seconds from now. The wait ends at the tick nearest to that, but not within half a tick, since the
                service needs longer for everything. With less than a tick it may end half-way between two ticks, where
                the pace has a list left for that, and not within a quarter of one.
            deadline: on the clock.
            interrupted: ends the wait at once.
            is_due: whether the caller's object is likely to be ready then.

        Returns:
            A time to pass to `look`: everybody who has waited for the same tick shares the snapshot that the first
            requests. -inf when it was interrupted.
        """
        now, tick_s = self._clock.now(), self._pace.tick_s
        # Lists before that were for no wait.
        self._begun = min(self._begun, now)
        step_s = max(step_s, tick_s / 2) if now < deadline else tick_s
        grain_s = tick_s if step_s >= tick_s else tick_s / 2
        number = math.ceil((now + step_s - grain_s / 2 - self._phase) / grain_s)
        at = self._phase + number * grain_s
        is_between = grain_s < tick_s and number % 2 == 1
        if is_between and not self._has_list_left(now, at, is_due=is_due):
            at += grain_s
        if now < deadline < at:
            at = deadline
        self._clock.sleep(at - now, interrupted)
        return -math.inf if interrupted.is_set() else math.nextafter(at, -math.inf)

    def _has_list_left(self, now: float, at: float, *, is_due: bool) -> bool:
        """Whether a list may be requested at a moment between two ticks. Who is due may be ahead of the ticks."""
        tick_s = self._pace.tick_s
        is_due = is_due or at - self._ready_at <= 2 * tick_s
        with self._deciding:
            if at != self._granted:
                # Others may look before: at the tick in between, and where it was granted.
                lists = self._lists + (at - now > tick_s / 2) + (self._granted > now)
                ticks = (at - self._begun) / tick_s
                if lists > ticks + (self._pace.ahead if is_due else 0):
                    return False
                self._granted = at
            return True
