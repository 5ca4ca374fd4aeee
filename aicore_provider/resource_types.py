"""The types that a resource of each kind can have in a state: that of a dynamic provider, and that of the plugin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
PACKAGE = "aicore"
"""The name of the plugin's package."""
DYNAMIC_PREFIX, NATIVE_PREFIX = "pulumi-python:dynamic/aicore:", f"{PACKAGE}:index:"
"""What the type of a resource begins with; the name of its kind follows."""


def kind_name(type_token: str) -> str:
    """Return the name of the kind, such as `AIDeployment`; "" for the type of something else."""
    prefix, colon, name = type_token.rpartition(":")
    return name if prefix + colon in (DYNAMIC_PREFIX, NATIVE_PREFIX) else ""


def snake_case(name: str) -> str:
    """Return the name of a property, such as `configurationId`, as the tables of the kinds have it."""
    return _WORD.sub("_", name).lower()


class InSnakeCase(Mapping[str, Any]):
    """Properties of a resource under the names that Python's dynamic providers have for them.

    A value is looked at only when it is asked for: Pulumi's policies raise where a preview does not know it yet.
    """

    def __init__(self, properties: Mapping[str, Any]) -> None:
        self._properties = properties
        self._names = {snake_case(key): key for key in properties}

    def __getitem__(self, key: str) -> Any:
        return self._properties[self._names[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
