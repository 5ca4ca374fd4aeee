"""All generated files of `docs/`, but for `emulator-coverage.md`."""

from __future__ import annotations

from pathlib import Path

from documentation import commands_page, json_page, kind_pages, switch
from documentation.recording import switch_steps

DOCS = Path(__file__).parents[1] / "docs"


def generated() -> dict[str, str]:
    """Return the text of each generated file by its path below `docs/`."""
    of_commands = {"commands.md": commands_page.page(), "json.md": json_page.page()}
    return kind_pages.pages() | of_commands | switch.files(switch_steps())
