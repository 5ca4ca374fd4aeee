"""docs/commands.md is what the command line says of itself."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands_page import page

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_is_up_to_date() -> None:
    assert page() == PAGE.read_text(), "run: make docs-pages"
