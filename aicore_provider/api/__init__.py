"""Typed client of the SAP AI Core API, as far as the product needs it: `AICore`. Knows nothing of Pulumi."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicore_provider.api.client import AICore

__all__ = ["AICore"]


def __getattr__(name: str) -> object:
    # Late: names and addresses are of use without HTTP, whose import is not cheap.
    if name == "AICore":
        from aicore_provider.api.client import AICore

        return AICore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
