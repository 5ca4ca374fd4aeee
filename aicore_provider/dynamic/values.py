"""Translates properties between Pulumi's form and that of the kinds.

In a preview, Pulumi's SDK passes objects of a private class for values that are not known yet, at any depth; older
versions of it pass a certain string.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime import rpc

from aicore_provider.kinds.values import UNKNOWN
from aicore_provider.resource_types import InSnakeCase
from aicore_provider.secret_text import SecretText

_PROVIDER = "__provider"
_PLAIN = (str, bool, int, float, type(None))
"""The types of almost all values. Which of these a value is takes a tenth of the time of looking for unknown ones."""


def from_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties in the form of the kinds, without the serialised provider.

    Those that the provider plugin has stored, with names in camelCase, are taken as well.
    """
    if is_from_plugin(properties):
        return {key: _from_engine(value) for key, value in InSnakeCase(properties).items()}
    return {key: _from_engine(value) for key, value in properties.items() if key != _PROVIDER}


def is_from_plugin(properties: Mapping[str, Any]) -> bool:
    """Whether properties were stored by the provider plugin: the program had the resource as one of its own before."""
    return bool(properties) and _PROVIDER not in properties


def to_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties in Pulumi's form. A `SecretText` becomes a secret of Pulumi."""
    return {key: _to_engine(value) for key, value in properties.items()}


def _from_engine(value: Any) -> Any:
    if type(value) in _PLAIN:
        return UNKNOWN if value == rpc.UNKNOWN else value
    if isinstance(value, dict):
        return {key: _from_engine(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_from_engine(each) for each in value]
    return UNKNOWN if pulumi.contains_unknowns(value) else value


def _to_engine(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {key: _to_engine(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_engine(each) for each in value]
    if isinstance(value, SecretText):
        return rpc.wrap_rpc_secret(value.reveal())
    return rpc.UNKNOWN if value is UNKNOWN else value
