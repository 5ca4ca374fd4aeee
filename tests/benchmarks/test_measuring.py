"""The frame of the benchmarks; the benchmarks themselves run in `make bench`, not here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import measuring
from benchmarks.__main__ import found
from benchmarks.measuring import Measurement, keep, repeated, table

QUICK = Measurement("quick", tuple(number / 1000 for number in range(100, 0, -1)), limit_s=0.06)
SLOW = Measurement("slow thing", (0.5, 0.1, 0.3), limit_s=0.2)


def test_the_figures() -> None:
    assert (QUICK.median_s, QUICK.p95_s, QUICK.keeps_limit) == (0.0505, 0.095, True)
    assert (SLOW.median_s, SLOW.p95_s, SLOW.keeps_limit) == (0.3, 0.5, False)


def test_warming_up_is_not_counted() -> None:
    seen: list[int] = []

    measured = repeated("x", 3, seen.append)

    assert seen == [0, 1, 2, 3]
    assert len(measured.seconds) == 3


def test_the_table() -> None:
    head, quick, slow = table([QUICK, SLOW]).splitlines()

    assert head.split() == ["repetitions", "median", "95", "%", "worst", "limit"]
    assert quick.split() == ["quick", "100", *["50.50", "ms", "95.00", "ms", "100.00", "ms", "60", "ms"]]
    assert slow.endswith("200 ms  MISSED")


def test_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "RESULTS", tmp_path / "results")

    kept = json.loads(keep("some", "Some things", [SLOW]).read_text())

    assert kept["benchmark"] == "Some things"
    assert kept["measurements"] == [
        {"what": "slow thing", "repetitions": 3, "medianMs": 300, "p95Ms": 500, "worstMs": 500, "limitMs": 200}
    ]
    assert str(tmp_path) not in json.dumps(kept)


def test_every_benchmark_is_found_and_has_a_title() -> None:
    assert "emulator" in found()
    assert all(module.__doc__ for module in found().values())
