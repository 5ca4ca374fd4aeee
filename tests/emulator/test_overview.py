"""The document that the page shows, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import Api

MOST = 200


class CountingClock(SteppedClock):
    """A stepped clock that counts how often it is asked."""

    asked = 0

    def now(self) -> float:
        self.asked += 1
        return super().now()


@pytest.fixture(scope="module")
def clock() -> CountingClock:
    return CountingClock()


@pytest.fixture(scope="module")
def emulator(clock: CountingClock) -> Iterator[Emulator]:
    with Emulator.running(clock=clock) as running:
        yield running


@pytest.fixture(scope="module")
def schedules(emulator: Emulator) -> list[str]:
    """More objects than are shown, in the order of their creation; the last is the newest."""
    api = Api(emulator)
    configuration = api.training()
    made = []
    for number in range(MOST + 1):
        emulator.advance(1)
        body = {"name": f"schedule-{number}-", "cron": "0 * * * *", "configurationId": configuration}
        made.append(str(api.call("POST", "/lm/executionSchedules", json=body).json()["id"]))
    api.session.close()
    return made


def look(emulator: Emulator, **selection: str) -> dict[str, Any]:
    answer = requests.get(f"{emulator.url}/_emulator/overview", params=selection, timeout=10)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_of_many_objects_the_newest_are_shown(emulator: Emulator, schedules: list[str]) -> None:
    shown = look(emulator)

    assert [each["name"] for each in shown["objects"]] == schedules[: -MOST - 1 : -1]
    # The artifact that the configuration binds is counted as well.
    assert shown["objectCount"] == shown["resourceGroups"][0]["objects"] == MOST + 2


def test_a_search_finds_also_those_that_are_not_shown(emulator: Emulator, schedules: list[str]) -> None:
    found = look(emulator, search="Schedule-0-")

    assert [each["name"] for each in found["objects"]] == schedules[:1]
    assert found["objectCount"] == 1
    assert look(emulator, search="schedule-0-", group="")["objects"] == []


def test_only_what_is_shown_is_described(emulator: Emulator, schedules: list[str], clock: CountingClock) -> None:
    """The status of a schedule depends on the time."""

    def questions() -> int:
        before = clock.asked
        assert len(look(emulator)["objects"]) == MOST
        return clock.asked - before

    at_first = questions()
    api = Api(emulator)
    api.call("DELETE", f"/lm/executionSchedules/{schedules[0]}")
    api.session.close()

    assert questions() == at_first
