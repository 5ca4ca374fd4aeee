"""JSON of others: what `json` takes and the rest of the program could not work with is no JSON here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

_DEEPEST = 100
"""Levels. The service's own documents have about ten; Python gives up at some hundreds, wherever it stands then."""
_HALVES = re.compile("[\ud800-\udfff]")
_MAY_HAVE_HALVES = re.compile(r"\\u[dD]|[\ud800-\udfff]")


def read_json(text: str) -> Any:
    """What a JSON text says. Half characters, which no encoding can write, become U+FFFD.

    Raises:
        ValueError: it is no JSON, is nested too deeply, or has a number with thousands of digits.
    """
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    require_shallow(document)
    return _whole(document) if _MAY_HAVE_HALVES.search(text) else document


def require_shallow(document: Any) -> None:
    """Refuse what is nested too deeply for the rest of the program, as a document that holds itself is.

    Raises:
        ValueError: it is.
    """
    level = [document]
    for _ in range(_DEEPEST):
        # What stands in several places is looked at once: anchors of YAML can name it more often than could be counted.
        level = list({id(inner): inner for outer in level for inner in _inside(outer)}.values())
        if not level:
            return
    raise ValueError("nested too deeply")


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _whole(value: Any) -> Any:
    match value:
        case str():
            return _HALVES.sub("\ufffd", value)
        case list():
            return [_whole(each) for each in value]
        case dict():
            return {_whole(key): _whole(each) for key, each in value.items()}
        case _:
            return value
