"""`AIConfigurationProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIConfigurationProvider(KindProvider):
    """The provider of `AIConfiguration`."""

    kind_name = "AIConfiguration"
