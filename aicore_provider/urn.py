"""Reads the URNs that Pulumi gives to resources."""

from __future__ import annotations


def logical_name(urn: str) -> str:
    """Return the logical name in a URN, `urn:pulumi:<stack>::<project>::<types>::<name>`. A name may contain `::`."""
    return urn.split("::", 3)[-1]
