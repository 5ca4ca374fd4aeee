"""Cron expressions: minute, hour, day of the month, month, day of the week, in UTC, as POSIX defines them [docs].

Besides POSIX, steps (`*/2`, `0-20/5`), names of months and days, and 7 for Sunday are accepted [guess]. One sample of
SAP's documentation for an hourly run has a sixth field, `0 * * * * *`, so a sixth field `*` is accepted and ignored
[guess]. The contract's own example has day 0 of the month, which never comes.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

_FIELDS = (
    ("minute", 0, 0, 59),
    ("hour", 0, 0, 23),
    ("day of the month", 0, 1, 31),
    ("month", 1, 1, 12),
    ("day of the week", 0, 0, 7),
)
"""Name, the least number, and the first and the last one of `*`."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: number for number, name in enumerate(_MONTHS, 1)},
    {name: number for number, name in enumerate(_DAYS)},
)
_ITEM = re.compile(r"(?:(?P<every>\*)|(?P<first>\w{1,3})(?:-(?P<last>\w{1,3}))?)(?:/(?P<step>[0-9]{1,3}))?", re.ASCII)
_LONGEST = 1000
_SEARCHED_DAYS = 366 * 9
"""Two 29th of February can be eight years apart."""


class InvalidCron(ValueError):
    """The text is no cron expression; the error says why."""


@dataclass(frozen=True)
class Cron:
    """A cron expression.

    Attributes:
        any_day: neither of the two fields for days begins with `*`, so that a day needs to be in one of them only.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool

    @property
    def is_at_most_hourly(self) -> bool:
        """Whether an hour passes between any two runs."""
        return len(self.minutes) == 1

    def first_from(self, moment: float) -> float | None:
        """The first run at a moment (seconds since the epoch) or after it; None when there is none."""
        try:
            begin = dt.datetime.fromtimestamp(-(-moment // 60) * 60, dt.timezone.utc)
            left_today = self._times[bisect_left(self._times, (begin.hour, begin.minute)) :]
            for ahead in range(_SEARCHED_DAYS):
                day = begin.date() + dt.timedelta(days=ahead)
                times = self._times if ahead else left_today
                if times and self._runs_on(day):
                    return dt.datetime(day.year, day.month, day.day, *times[0], tzinfo=dt.timezone.utc).timestamp()
        except (OverflowError, ValueError):
            # The year 9999 is the last one.
            return None
        return None

    @cached_property
    def _times(self) -> list[tuple[int, int]]:
        return sorted((hour, minute) for hour in self.hours for minute in self.minutes)

    def _runs_on(self, day: dt.date) -> bool:
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (in_month or in_week if self.any_day else in_month and in_week)


@lru_cache(maxsize=1000)
def parse(text: str) -> Cron:
    """Read an expression.

    Raises:
        InvalidCron: it is none.
    """
    parts = text.lower().split() if len(text) <= _LONGEST else []
    if len(parts) == len(_FIELDS) + 1 and parts[-1] == "*":
        parts.pop()
    if len(parts) != len(_FIELDS):
        raise InvalidCron("should have five fields: minute, hour, day of the month, month, day of the week")
    minutes, hours, days, months, weekdays = map(_numbers, parts, range(len(_FIELDS)))
    any_day = not parts[2].startswith("*") and not parts[4].startswith("*")
    return Cron(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), any_day)


def _numbers(text: str, field: int) -> frozenset[int]:
    found: set[int] = set()
    for item in text.split(","):
        numbers = _range(item, field)
        if numbers is None:
            raise InvalidCron(f"{_FIELDS[field][0]}: {item:.40} is none")
        found.update(numbers)
    return frozenset(found)


def _range(item: str, field: int) -> range | None:
    _, least, lowest, highest = _FIELDS[field]
    parts = _ITEM.fullmatch(item)
    if parts is None:
        return None
    first = lowest if parts["every"] else _number(parts["first"], field)
    to_the_end = parts["every"] or (parts["step"] and not parts["last"])
    last = highest if to_the_end else _number(parts["last"] or parts["first"], field)
    step = int(parts["step"] or 1)
    if first is None or last is None or not least <= first <= last <= highest or not step:
        return None
    return range(first, last + 1, step)


def _number(text: str, field: int) -> int | None:
    return int(text) if text.isdecimal() else _NAMES[field].get(text)
