"""The normal form of properties, shared by check, diff, create, read and update.

Pulumi hands over raw dictionaries: every number is a float, a removed property is missing, one that is None may be
missing or not, and in a preview anything may be unknown at any depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aicore_provider.dynamic.unknowns import is_unknown

Properties = Mapping[str, Any]


def complete(properties: Properties, nothing: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of which none is missing: Pulumi takes a missing one for unknown in every preview.

    Args:
        properties: as far as they are told.
        nothing: all properties of the resource, each with the value that it has where nothing is told.
    """
    return {**nothing, **{key: value for key, value in properties.items() if value is not None}}


def secret_inputs(properties: Properties) -> frozenset[str]:
    """The inputs that are secret, as the program tells them: the engine does not."""
    told = properties.get("secret_inputs")
    # The policy SDK hands over lists of its own.
    if not isinstance(told, Sequence) or isinstance(told, str) or is_unknown(told):
        return frozenset()
    return frozenset(map(str, told))


def secret_texts(properties: Properties) -> Iterator[str]:
    """The texts of those inputs, as far as they are known."""
    for path in secret_inputs(properties):
        key, _, within = path.partition(".")
        value = properties.get(key)
        if within and isinstance(value, Mapping):
            value = value.get(within)
        for each in value.values() if isinstance(value, Mapping) else (value,):
            if isinstance(each, str) and not is_unknown(each):
                yield each


def text(properties: Properties, key: str) -> str | None:
    """A string property; None when it is missing, empty or not known yet."""
    value = properties.get(key)
    return None if value in (None, "") or is_unknown(value) else str(value)


def string_map(properties: Properties, key: str) -> dict[str, str]:
    """A map of strings without the entries that are not known yet."""
    value = properties.get(key)
    if not isinstance(value, Mapping):
        return {}
    return {k: plain for k, v in value.items() if (plain := as_text(v)) is not None}


def as_text(value: Any) -> str | None:
    """A binding's value as the string that the service stores; None for what is no scalar, or not known yet."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float() if not is_unknown(value):
            return str(value)
        case _:
            return None


def normal(value: Any) -> Any:
    """The same value with texts for scalars, and None for whatever means "nothing"."""
    if isinstance(value, Mapping):
        return {k: as_text(v) for k, v in value.items() if v is not None} or None
    return as_text(value) or None


def differ(old: Any, new: Any) -> bool:
    """True when two properties differ in meaning, or when a preview cannot know whether they do."""
    return is_unknown(new) or normal(old) != normal(new)
