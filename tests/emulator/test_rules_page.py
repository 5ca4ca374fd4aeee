"""The page that tells where the rules come from, and the tests that a tenant can be put to."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = {"spec", "docs", "live test", "field", "guess"}


def rows() -> list[list[str]]:
    """The cells of all tables of rules."""
    lines = (ROOT / "docs" / "emulator-rules.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in cells if len(row) == 3 and row[0] not in ("Rule", "---")]


def test_every_rule_has_a_source() -> None:
    assert len(rows()) > 60
    assert {source for _, source, _ in rows()} == SOURCES


def test_the_tests_it_names_are_there_and_every_test_is_named() -> None:
    code = (ROOT / "tests" / "live" / "test_rules.py").read_text(encoding="utf-8")
    there = set(re.findall(r"def (test_\w+)", code)) - {"test_nothing_else_can_be_touched"}
    named = {name for row in rows() for name in re.findall(r"`(test_\w+)`", row[2])}

    assert named == there
