"""The limits of time are values: intervals that grow and stay bounded, and JSON that changes what it names alone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from aicore_provider.api.request_limits import RequestTimeouts, RetryPolicy
from aicore_provider.lifecycle.limits import Limits, Pace, PollInterval, Timeouts


def test_poll_intervals_begin_short_grow_and_stay_below_their_limit() -> None:
    interval = PollInterval(first_s=0.5, factor=1.4, longest_s=10.0, jitter=0.2)
    calm = [interval.after(n, lambda: 0.0) for n in range(2000)]
    assert calm[:3] == pytest.approx([0.5, 0.7, 0.98])
    assert calm == sorted(calm)
    assert max(calm) == 10.0
    assert interval.after(2000, lambda: 1.0) == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("waited_s", "quickest_s", "step_s"),
    [
        (0.0, None, 2.0),
        (1.5, None, 1.0),
        (20.0, None, 1.0),
        (60.0, None, 1.8),
        (200.0, None, 6.0),
        (3600.0, None, 30.0),
        (0.0, 20.0, 10.0),
        (10.0, 20.0, 5.0),
        (15.0, 20.0, 2.5),
        (16.5, 20.0, 3.5),
        (18.5, 20.0, 1.5),
        (21.0, 20.0, 1.0),
        (0.0, 600.0, 10.0),
    ],
)
def test_looks_are_rare_before_the_expected_time_and_long_after_it(
    waited_s: float, quickest_s: float | None, step_s: float
) -> None:
    assert Pace(tick_s=2.0, share=0.03, longest_s=30.0, early_s=10.0).step_s(waited_s, quickest_s) == pytest.approx(
        step_s
    )


def test_json_changes_what_it_names_and_nothing_else() -> None:
    text = """{"timeouts": {"update_s": 60}, "settled_after_s": 0.6, "poll_interval": {"jitter": 0},
               "requests": {"read_s": 1}, "retries": {"attempts": 2.0, "first_wait_s": 0.02}}"""
    assert Limits.parse(text) == replace(
        Limits(),
        timeouts=Timeouts(update_s=60.0),
        settled_after_s=0.6,
        poll_interval=PollInterval(jitter=0.0),
        requests=RequestTimeouts(read_s=1.0),
        retries=RetryPolicy(attempts=2, first_wait_s=0.02),
    )
    assert Limits.parse("{}") == Limits()


def test_every_limit_can_be_named() -> None:
    doubled = {
        name: {key: 2 * each for key, each in value.items()} if isinstance(value, dict) else 2 * value
        for name, value in asdict(Limits()).items()
    }
    assert asdict(Limits.parse(json.dumps(doubled))) == doubled


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("no JSON", "Expecting value"),
        ("[]", "limits must be an object"),
        ('{"timeout": {}}', "limits has no timeout; it has fresh_for_s, invisible_for_s"),
        ('{"timeouts": {"creat_s": 1}}', "limits.timeouts has no creat_s; it has create_s, delete_s, update_s"),
        ('{"timeouts": 1}', "limits.timeouts must be an object"),
        ('{"settled_after_s": "1"}', "limits.settled_after_s must be a number, 0 or more"),
        ('{"settled_after_s": true}', "limits.settled_after_s must be a number"),
        ('{"settled_after_s": -1}', "limits.settled_after_s must be a number"),
        ('{"settled_after_s": NaN}', "limits.settled_after_s must be a number"),
        ('{"pace": {"tick_s": 0}}', "limits.pace.tick_s must be more than 0"),
        ('{"retries": {"attempts": 1.5}}', "limits.retries.attempts must be a whole number"),
    ],
)
def test_what_is_no_limit_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Limits.parse(text)
