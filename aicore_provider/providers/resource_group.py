"""`AIResourceGroupProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIResourceGroupProvider(KindProvider):
    """The provider of `AIResourceGroup`."""

    kind_name = "AIResourceGroup"
