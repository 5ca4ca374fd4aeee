"""Digests, which are all that the emulator keeps of secret values. They tell that a value was replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def digests(values: Mapping[str, str | bytes]) -> dict[str, str]:
    """The SHA-256 of each value in hexadecimal digits; of a text, that of its UTF-8."""
    return {
        name: hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
        for name, value in values.items()
    }
