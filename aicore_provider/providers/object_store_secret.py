"""`AIObjectStoreSecretProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIObjectStoreSecretProvider(KindProvider):
    """The provider of `AIObjectStoreSecret`."""

    kind_name = "AIObjectStoreSecret"
