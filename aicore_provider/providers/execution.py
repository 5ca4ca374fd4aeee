"""`AIExecutionProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIExecutionProvider(KindProvider):
    """The provider of `AIExecution`."""

    kind_name = "AIExecution"
