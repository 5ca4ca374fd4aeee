"""Names within the URNs that Pulumi gives to resources."""

from __future__ import annotations


def logical_name(urn: str) -> str:
    """The name of a resource in its URN, `urn:pulumi:<stack>::<project>::<types>::<name>`; a name may hold `::`."""
    return urn.split("::", 3)[-1]
