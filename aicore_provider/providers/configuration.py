"""The address that states have of `AIConfiguration`'s provider: it stays."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIConfigurationProvider(KindProvider):
    """Pulumi's calls for `AIConfiguration`."""

    kind_name = "AIConfiguration"
