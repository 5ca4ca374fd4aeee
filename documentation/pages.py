"""All generated files of `docs/`."""

from __future__ import annotations

from pathlib import Path

from documentation import kind_pages

DOCS = Path(__file__).parents[1] / "docs"


def generated() -> dict[str, str]:
    """Return the text of each generated file by its path below `docs/`."""
    return kind_pages.pages()
