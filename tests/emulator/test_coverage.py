"""The page that tells what is emulated."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.coverage import emulated, markdown
from tests.emulator.spec import needs_spec, operations

PAGE = Path(__file__).parents[2] / "docs" / "emulator-coverage.md"


def test_the_page_is_in_step_with_the_routes() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run `make emulator-coverage`"


@needs_spec
def test_the_routes_are_the_contract() -> None:
    assert set(emulated()) == set(operations())
