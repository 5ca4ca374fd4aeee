"""The emulator's own surface: the format of fault rules, and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, InvalidFaults, SteppedClock


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator.running(clock=SteppedClock()) as running:
        yield running


class TestTheRulesThemselves:
    GOOD: tuple[dict[str, Any], ...] = (
        {"method": "GET", "path": "/v2/*", "after": 1, "times": 2, "effect": {"drop": "afterCommit"}},
        {"effect": {"status": 503, "headers": {"a": "b"}, "body": {"c": 1}, "afterCommit": True}},
        {"effect": {"latencySeconds": 1.5}, "model": "gpt-*", "probability": 0.5, "seed": 3},
        {"resourceGroup": "team-b", "outcome": "UNKNOWN", "times": 2, "probability": 0.1, "seed": 7},
        {"model": "x", "outcome": "PENDING", "statusDetails": {"a": 1}, "logs": ["l"], "after": "switch"},
        {"deploymentQuota": 3},
        {"refusePatchInDead": True},
    )

    def test_over_http_they_read_back_as_given(self, emulator: Emulator) -> None:
        url = f"{emulator.url}/_emulator/faults"

        assert requests.put(url, json=list(self.GOOD), timeout=10).json() == list(self.GOOD)
        assert requests.get(url, timeout=10).json() == list(self.GOOD) == emulator.faults
        assert requests.delete(url, timeout=10).json() == [] == emulator.faults

    @pytest.mark.parametrize(
        "rules",
        [
            {},
            "text",
            None,
            ["text"],
            [{}],
            [{"method": "GET"}],
            [{"effect": {}}],
            [{"effect": {"status": 503}, "colour": "red"}],
            [{"effect": {"status": 503, "colour": "red"}}],
            [{"effect": {"status": 999}}],
            [{"effect": {"status": 503, "drop": "beforeCommit"}}],
            [{"effect": {"drop": "sometimes"}}],
            [{"effect": {"latencySeconds": -1}}],
            [{"effect": {"staleListSeconds": 601}}],
            [{"effect": {"headers": {"a": "b"}}}],
            [{"effect": {"afterCommit": True}}],
            [{"effect": {"status": 503, "headers": {"a\nb": "c"}}}],
            [{"effect": {"status": 503, "headers": {"a": "b\r\nc: d"}}}],
            [{"effect": {"status": 503, "headers": {"a": "\u20ac"}}}],
            [{"effect": {"latencySeconds": 1e300}}],
            [{"effect": {"expireToken": True}, "times": 0}],
            [{"effect": {"expireToken": True}, "after": -1}],
            [{"outcome": "RUNNING"}],
            [{"outcome": "DEAD", "after": 1}],
            [{"outcome": "DEAD", "times": 0}],
            [{"outcome": "DEAD", "probability": 1.1}],
            [{"effect": {"status": 503}, "probability": -0.1}],
            [{"effect": {"status": 503}, "seed": "x"}],
            [{"deploymentQuota": 3, "probability": 0.5}],
            [{"deploymentQuota": -1}],
            [{"refusePatchInDead": True, "effect": {"status": 500}}],
        ],
    )
    def test_what_is_wrong_is_refused_and_the_old_ones_stay(self, emulator: Emulator, rules: Any) -> None:
        emulator.faults = [{"deploymentQuota": 3}]

        answer = requests.put(f"{emulator.url}/_emulator/faults", json=rules, timeout=10)

        assert answer.status_code == 400
        assert answer.json()["error"]
        assert emulator.faults == [{"deploymentQuota": 3}]
        with pytest.raises(InvalidFaults):
            emulator.faults = rules
        with pytest.raises(InvalidFaults):
            Emulator(faults=rules)

    def test_text_that_is_no_json(self, emulator: Emulator) -> None:
        assert requests.put(f"{emulator.url}/_emulator/faults", data=b"[{", timeout=10).status_code == 400
        assert requests.put(f"{emulator.url}/_emulator/faults", data=b"[" * 100_000, timeout=10).status_code == 400


class TestTheClock:
    def test_it_moves_on(self, emulator: Emulator) -> None:
        url = f"{emulator.url}/_emulator/clock"
        before = requests.get(url, timeout=10).json()["seconds"]

        assert requests.post(url, json={"advanceSeconds": 1.5}, timeout=10).json()["seconds"] == before + 1.5

    @pytest.mark.parametrize(
        "body", [{}, [], {"advanceSeconds": -1}, {"advanceSeconds": "x"}, {"advanceSeconds": 1e300}, {"seconds": 1}]
    )
    def test_only_on(self, emulator: Emulator, body: Any) -> None:
        assert requests.post(f"{emulator.url}/_emulator/clock", json=body, timeout=10).status_code == 400

    def test_it_ends_where_timestamps_end(self) -> None:
        with Emulator.running(clock=SteppedClock(253_402_300_790.0)) as emulator:
            url = f"{emulator.url}/_emulator/clock"
            assert requests.post(url, json={"advanceSeconds": 9}, timeout=10).json()["now"] == "9999-12-31T23:59:59Z"
            assert requests.post(url, json={"advanceSeconds": 1}, timeout=10).status_code == 400
            assert requests.get(url, timeout=10).headers["Date"] == "Fri, 31 Dec 9999 23:59:59 GMT"
