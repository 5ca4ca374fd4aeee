"""Puts texts between the markers of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def filled(page: str, parts: Mapping[str, str]) -> str:
    """Return the page with these parts between their markers.

    Raises:
        ValueError: the page has no marker for a part.
    """
    for name, text in parts.items():
        markers = re.compile(f"(<!-- {name}: begin -->).*?(<!-- {name}: end -->)", re.DOTALL)
        page, replaced = markers.subn(lambda found, text=text: f"{found[1]}\n\n{text}\n\n{found[2]}", page)  # type: ignore[misc]
        if replaced != 1:
            raise ValueError(f"the page has {replaced} places for {name}")
    return page
