"""Reads JSON of unknown origin, and refuses what `json` accepts and the rest of the package could not work with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

_DEEPEST = 100
"""Levels of nesting. The service's documents have about ten; Python fails at some hundreds."""
_HALVES = re.compile("[\ud800-\udfff]")
_MAY_HAVE_HALVES = re.compile(r"\\u[dD]|[\ud800-\udfff]")


def read_json(text: str) -> Any:
    """Parse a JSON text. Surrogates without their other half, which cannot be encoded, become U+FFFD.

    Raises:
        ValueError: it is no JSON, is nested too deeply, or holds a number with thousands of digits.
    """
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    require_shallow(document)
    if _MAY_HAVE_HALVES.search(text):
        return map_texts(document, lambda each: _HALVES.sub("\ufffd", each))
    return document


def require_shallow(document: Any) -> None:
    """Raise a ValueError for a document that is nested too deeply for the rest of the package, or contains itself."""
    level = [document]
    for _ in range(_DEEPEST):
        # Each object counts once in a level: with anchors of YAML one can stand in billions of places.
        level = list({id(inner): inner for outer in level for inner in _inside(outer)}.values())
        if not level:
            return
    raise ValueError("nested too deeply")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def map_texts(document: Any, change: Callable[[str], str]) -> Any:
    """A copy of a document in which every text, keys included, is changed."""
    match document:
        case str():
            return change(document)
        case list():
            return [map_texts(each, change) for each in document]
        case dict():
            return {map_texts(key, change): map_texts(each, change) for key, each in document.items()}
        case _:
            return document
