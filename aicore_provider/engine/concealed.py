"""Hides secrets in the lines that this process shows to the user.

Pulumi's engine passes a provider plain values. It hides the encrypted values of the stack's configuration in every
line, where they stand letter by letter. It does not hide other secrets of the program, short secrets, secrets in
another spelling, such as URL-encoded, and parts of secrets that are JSON.
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
"""Secrets of so many characters or fewer are hidden only where they stand as a word of their own."""


class ConcealedTexts:
    """The secret texts that one process knows of. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spelt: set[str] = set()
        self._short: set[str] = set()

    def add(self, texts: Iterable[str]) -> None:
        """Hide these texts from now on, and for those that are JSON also every text within."""
        with self._lock:
            for text in texts:
                for each in _known(text):
                    if len(each) > _SHORT:
                        self._spelt.update(spellings(each))
                    else:
                        self._short.update((each, json.dumps(each)[1:-1], repr(each)[1:-1]))

    def hide(self, text: str) -> str:
        """Return the text with `[secret]` in place of each secret."""
        with self._lock:
            spelt, short = tuple(self._spelt), sorted(self._short, key=len, reverse=True)
        text = hide(text, spelt, SECRET)
        for secret in short:
            text = re.sub(rf"(?<![\w.-]){re.escape(secret)}(?![\w.-]*\w)", SECRET, text)
        return text


def _known(text: str) -> Iterator[str]:
    """Return a secret text, and the texts within it when it is JSON."""
    if not text.strip():
        return
    yield text
    try:
        document = read_json(text)
    except ValueError:
        return
    if isinstance(document, (dict, list)):
        yield from _within(document)


def _within(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield from _known(document)
    elif isinstance(document, (dict, list)):
        for each in document.values() if isinstance(document, dict) else document:
            yield from _within(each)
