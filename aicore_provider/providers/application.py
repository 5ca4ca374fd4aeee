"""`AIApplicationProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIApplicationProvider(KindProvider):
    """The provider of `AIApplication`."""

    kind_name = "AIApplication"
