"""All generated files of `docs/`, but for `emulator-coverage.md`."""

from __future__ import annotations

from pathlib import Path

from documentation import kind_pages, switch
from documentation.recording import switch_steps

DOCS = Path(__file__).parents[1] / "docs"


def generated() -> dict[str, str]:
    """Return the text of each generated file by its path below `docs/`."""
    return kind_pages.pages() | switch.files(switch_steps())
