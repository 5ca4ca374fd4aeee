"""`Limits`: all time-outs and intervals of a process, as one value that is passed in."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from aicore_provider.api.request_limits import RequestTimeouts, RetryPolicy
from aicore_provider.json_document import read_json


@dataclass(frozen=True)
class Timeouts:
    """Seconds that a call may take when the resource has no `custom_timeouts`.

    Users report one to three minutes for a generative model; the live tests of SAP's SDK wait up to twenty. An update
    has less time than a create, because a switch that hangs may be an outage.
    """

    create_s: float = 30 * 60.0
    update_s: float = 10 * 60.0
    delete_s: float = 15 * 60.0


@dataclass(frozen=True)
class Pace:
    """How often a call that waits for a deployment looks.

    A deployment takes between seconds (emulator) and twenty minutes (measured by SAP's SDK tests).

    Attributes:
        tick_s: seconds between two moments at which anybody looks. All who wait in one resource group look at the same
            moments, so that one list serves them. There is a look half-way between two of them as well where earlier
            ticks have needed none: in all, no more lists than ticks.
        ahead: how many lists more than ticks there may be, at moments when something is likely to be ready.
        share: of the time that was waited so far, between two looks, so that the end of a long wait is noticed as soon
            in proportion as that of a short one.
        longest_s: between two looks.
        early_s: between two looks while the quickest of its kind has not been ready: one that fails is noticed then.
    """

    tick_s: float = 2.0
    ahead: int = 1
    share: float = 0.03
    longest_s: float = 30.0
    early_s: float = 10.0

    def __post_init__(self) -> None:
        if self.tick_s <= 0:
            raise ValueError("limits.pace.tick_s must be more than 0")

    def step_s(self, waited_s: float, quickest_s: float | None) -> float:
        """Return the seconds until the next look, `waited_s` after the request that is waited for.

        `quickest_s` is what the quickest of its kind took; None when that is not known. Until then looks are rare:
        each is half-way there, and the last one is at that time. In the first tick nothing can have happened.
        """
        left_s = (quickest_s or 0.0) - waited_s
        if left_s > 0:
            step_s = min(self.early_s, left_s / 2 if left_s > 2 * self.tick_s else left_s)
        else:
            step_s = min(self.longest_s, self.share * waited_s)
        return max(self.tick_s / 2, self.tick_s - waited_s, step_s)

    def is_due(self, waited_s: float, quickest_s: float | None) -> bool:
        """Whether it is likely to be ready at the next look, as the quickest of its kind was."""
        return quickest_s is not None and waited_s + self.tick_s >= quickest_s


@dataclass(frozen=True)
class PollInterval:
    """Seconds between two looks of a call that waits for an object other than a deployment.

    Each interval is `factor` times the one before, up to `longest_s`. A random part is added, which is at most the
    share `jitter` of the interval, so that many callers do not ask at the same time.
    """

    first_s: float = 0.5
    factor: float = 1.4
    longest_s: float = 10.0
    jitter: float = 0.2

    def after(self, looks: int, random_share: Callable[[], float] = random.random) -> float:
        """Return the seconds to wait after so many looks; `random_share` returns a number between 0 and 1."""
        # A wait of half an hour has hundreds of looks, whose power would be too large for a float.
        return min(self.longest_s, self.first_s * self.factor ** min(looks, 50)) * (1 + self.jitter * random_share())


@dataclass(frozen=True)
class Limits:
    """How long everything may take, and how often the service is asked. `requests` and `retries` are for one request.

    Attributes:
        settled_after_s: how long lists are watched for what a POST without a good answer has made. In the live tests of
            SAP's SDK a list shows an earlier write at once. But the service may still carry out a POST that a gateway
            has given up.
        taken_up_after_s: how long after it became visible a PATCH counts as taken up although nothing else changed,
            since the service does not promise that anything does; 2 to 32 s from acceptance to submission are typical.
            An accepted PATCH that is not visible after this time has been put back.
        invisible_for_s: how long the service may answer 404 for a new object: "some minutes" (SAP's page on
            deployments).
        unanswered_for_s: how long a deployment that runs may leave the requests of its verification unanswered. The
            way to the model opens some time after the status says RUNNING; no source tells how long that takes.
        outage_s: how long a wait goes on although every look fails; at least five looks.
        fresh_for_s: how old a list of deployments may be for the reads of a refresh and for the first look of an update
            or delete, so that many share one.
    """

    timeouts: Timeouts = field(default_factory=Timeouts)
    settled_after_s: float = 30.0
    taken_up_after_s: float = 60.0
    invisible_for_s: float = 600.0
    unanswered_for_s: float = 60.0
    outage_s: float = 45.0
    fresh_for_s: float = 5.0
    pace: Pace = field(default_factory=Pace)
    poll_interval: PollInterval = field(default_factory=PollInterval)
    requests: RequestTimeouts = field(default_factory=RequestTimeouts)
    retries: RetryPolicy = field(default_factory=RetryPolicy)

    @classmethod
    def parse(cls, text: str) -> Limits:
        """Return the defaults with the changes of a JSON text, such as `{"timeouts": {"update_s": 60}}`.

        Raises:
            ValueError: it is no JSON, names a limit that does not exist, or a value is no number from 0 on.
        """
        limits: Limits = _changed(cls(), read_json(text), "limits")
        return limits


def _changed(value: Any, changes: Any, name: str) -> Any:
    if not is_dataclass(value):
        is_number = isinstance(changes, (int, float)) and not isinstance(changes, bool)
        if not is_number or not math.isfinite(changes) or changes < 0 or (isinstance(value, int) and changes % 1):
            raise ValueError(f"{name} must be a{' whole' if isinstance(value, int) else ''} number, 0 or more")
        return type(value)(changes)
    if not isinstance(changes, Mapping):
        raise ValueError(f"{name} must be an object")
    known = {each.name for each in fields(value)}
    if unknown := sorted(set(changes) - known):
        raise ValueError(f"{name} has no {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    return replace(  # type: ignore[type-var]
        value, **{key: _changed(getattr(value, key), each, f"{name}.{key}") for key, each in changes.items()}
    )
