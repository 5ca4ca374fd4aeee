"""Reads the URNs that Pulumi gives to resources."""

from __future__ import annotations


def stack_name(urn: str) -> str:
    """Return the name of the stack in a URN; "" when the text is no URN."""
    return urn.split(":")[2] if urn.startswith("urn:pulumi:") else ""


def logical_name(urn: str) -> str:
    """Return the logical name in a URN, `urn:pulumi:<stack>::<project>::<types>::<name>`. A name may contain `::`."""
    return urn.split("::", 3)[-1]
