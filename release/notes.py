"""`python -m release.notes VERSION`: print what CHANGELOG.md says of a version."""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
_HEADING = re.compile(r"^## \[?([^\]\s]+)\]?(?: - \d{4}-\d{2}-\d{2})?$", re.MULTILINE)


def versions(changelog: str) -> list[str]:
    """The versions that have a section, the newest first, without "Unreleased"."""
    return [version for version in _HEADING.findall(changelog) if version != "Unreleased"]


def section(changelog: str, version: str) -> str | None:
    """The text below the heading of a version, or None where it has no section."""
    headings = list(_HEADING.finditer(changelog))
    for heading, end in zip(headings, [*(each.start() for each in headings[1:]), len(changelog)], strict=True):
        if heading[1] == version:
            return changelog[heading.end() : end].strip()
    return None


if __name__ == "__main__":
    found = section(CHANGELOG.read_text(encoding="utf-8"), sys.argv[1])
    if found is None:
        sys.exit(f"CHANGELOG.md has no section {sys.argv[1]}")
    sys.stdout.write(f"{found}\n")
