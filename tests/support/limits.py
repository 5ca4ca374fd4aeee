"""The product's limits with shorter waits, most of them a fiftieth or so; which is longer than which stays."""

from __future__ import annotations

import dataclasses
import json

from aicore_provider.api.request_limits import RequestTimeouts, RetryPolicy
from aicore_provider.lifecycle.limits import Limits, Pace, PollInterval, Timeouts

SHORT = Limits(
    timeouts=Timeouts(create_s=20.0, update_s=10.0, delete_s=15.0),
    settled_after_s=0.6,
    taken_up_after_s=1.2,
    invisible_for_s=6.0,
    unanswered_for_s=1.2,
    outage_s=0.9,
    pace=Pace(tick_s=0.05, longest_s=0.1, early_s=0.1),
    poll_interval=PollInterval(first_s=0.02, longest_s=0.1),
    requests=RequestTimeouts(connect_s=1.0, read_s=1.0),
    retries=RetryPolicy(first_wait_s=0.02, longest_wait_s=0.3),
)


def as_environment(limits: Limits) -> dict[str, str]:
    """The variable that hands limits to a plugin process."""
    return {"AICORE_PROVIDER_LIMITS": json.dumps(dataclasses.asdict(limits))}
