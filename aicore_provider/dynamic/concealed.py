"""Secret texts that this process has been handed, which no line to the user may show.

The engine hands a provider plain values, and takes what is encrypted in the stack's configuration out of every line
itself, to the letter. What it does not take out: secrets that a program has from elsewhere, short ones, and a secret in
another spelling, or as a part of JSON text.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SECRET
from aicore_provider.spellings import hide, spellings

_SHORT = 3
"""Characters; fewer would be found within words that have nothing to do with it."""


class ConcealedTexts:
    """The secret texts of one process. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spelt: set[str] = set()
        self._short: set[str] = set()

    def add(self, texts: Iterable[str]) -> None:
        """Have these shown as `[secret]` from now on, and all texts within those that are JSON."""
        with self._lock:
            for text in texts:
                for each in _known(text):
                    if len(each) > _SHORT:
                        self._spelt.update(spellings(each))
                    else:
                        self._short.update((each, json.dumps(each)[1:-1], repr(each)[1:-1]))

    def hide(self, text: str) -> str:
        """The text without what is secret."""
        with self._lock:
            spelt, short = tuple(self._spelt), sorted(self._short, key=len, reverse=True)
        text = hide(text, spelt, SECRET)
        for secret in short:
            text = re.sub(rf"(?<![\w.-]){re.escape(secret)}(?![\w.-]*\w)", SECRET, text)
        return text


def _known(text: str) -> Iterator[str]:
    """A secret text, and those within it where it is JSON."""
    if not text.strip():
        return
    yield text
    try:
        document = read_json(text)
    except ValueError:
        return
    if isinstance(document, (dict, list)):
        for each in _within(document):
            yield from _known(each)


def _within(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for each in document.values():
            yield from _within(each)
    elif isinstance(document, list):
        for each in document:
            yield from _within(each)
    elif isinstance(document, str):
        yield document
