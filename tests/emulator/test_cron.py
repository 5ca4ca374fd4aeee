"""Cron expressions, without a server: when they run, and what is none."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicore_provider.emulator.cron import InvalidCron, parse


def moment(text: str) -> float:
    return dt.datetime.fromisoformat(f"{text}+00:00").timestamp()


def runs(cron: str, start: str, number: int = 3) -> list[str]:
    """The first runs at a moment or after it."""
    found, after = [], moment(start)
    for _ in range(number):
        run = parse(cron).first_from(after)
        if run is None:
            break
        found.append(dt.datetime.fromtimestamp(run, dt.timezone.utc).strftime("%Y-%m-%d %H:%M"))
        after = run + 60
    return found


# 2026-11-26 is a Thursday.
@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 * * * *", ["2026-11-26 11:00", "2026-11-26 12:00", "2026-11-26 13:00"]),
        ("0 * * * * *", ["2026-11-26 11:00", "2026-11-26 12:00", "2026-11-26 13:00"]),
        ("30 10 * * *", ["2026-11-26 10:30", "2026-11-27 10:30", "2026-11-28 10:30"]),
        ("5 */6 * * *", ["2026-11-26 12:05", "2026-11-26 18:05", "2026-11-27 00:05"]),
        ("0 9-17/4 * * mon-fri", ["2026-11-26 13:00", "2026-11-26 17:00", "2026-11-27 09:00"]),
        ("0 0 * * 7", ["2026-11-29 00:00", "2026-12-06 00:00", "2026-12-13 00:00"]),
        ("0 0 * * SUN", ["2026-11-29 00:00", "2026-12-06 00:00", "2026-12-13 00:00"]),
        ("0 0 1,15 * *", ["2026-12-01 00:00", "2026-12-15 00:00", "2027-01-01 00:00"]),
        # A restricted day of the month or a restricted day of the week: POSIX.
        ("0 0 1 * 6", ["2026-11-28 00:00", "2026-12-01 00:00", "2026-12-05 00:00"]),
        ("0 0 */10 * 6", ["2027-05-01 00:00", "2027-07-31 00:00", "2027-08-21 00:00"]),
        ("0 0 29 feb *", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("0 0 31 12/1 *", ["2026-12-31 00:00", "2027-12-31 00:00", "2028-12-31 00:00"]),
        ("0 0 30 2 *", []),
        ("0 0 0 1 *", []),
    ],
)
def test_runs(cron: str, expected: list[str]) -> None:
    assert runs(cron, "2026-11-26T10:30:00") == expected


def test_a_moment_within_a_minute_is_after_it() -> None:
    assert runs("30 10 * * *", "2026-11-26T10:30:01", 1) == ["2026-11-27 10:30"]
    assert parse("0 0 1 1 *").first_from(moment("9999-12-31T23:59:30")) is None
    assert parse("0 0 1 1 *").first_from(moment("9999-06-01T00:00:00")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "* * * * * 0",
        "* * * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * 0 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "1,,2 * * * *",
        "-1 * * * *",
        "** * * * *",
        "1-2-3 * * * *",
        "jan * * * *",
        "* * * mon *",
        "@daily",
        "٣ * * * *",
        f"{','.join(['1'] * 600)} * * * *",
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(InvalidCron):
        parse(text)


@pytest.mark.parametrize(
    ("text", "hourly"), [("0 * * * *", True), ("59 0 * * *", True), ("0,30 1 * * *", False), ("* * * * *", False)]
)
def test_whether_an_hour_passes_between_two_runs(text: str, hourly: bool) -> None:
    assert parse(text).is_at_most_hourly is hourly


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["*", "0", "5", "*/7", "1-3", "2,4"]), min_size=5, max_size=5).map(" ".join)
)
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        cron = parse(text)
    except InvalidCron:
        return
    run = cron.first_from(moment("2026-11-26T10:30:00"))
    assert run is None or (run % 60 == 0 and run >= moment("2026-11-26T10:30:00"))
    assert run is None or cron.first_from(run) == run
