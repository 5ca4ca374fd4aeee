"""Values that a preview does not know yet.

`check` and `diff` meet objects of a private class at any depth, and on older SDKs a sentinel string.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.runtime import rpc


def is_unknown(value: Any) -> bool:
    """True when the value, or anything in it, is not known yet."""
    if isinstance(value, dict):
        return any(is_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(is_unknown(item) for item in value)
    return bool(pulumi.contains_unknowns(value)) or (isinstance(value, str) and value == rpc.UNKNOWN)
