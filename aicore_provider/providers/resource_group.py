"""The address that states have of `AIResourceGroup`'s provider: it stays."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIResourceGroupProvider(KindProvider):
    """Pulumi's calls for `AIResourceGroup`."""

    kind_name = "AIResourceGroup"
