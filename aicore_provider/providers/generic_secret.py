"""`AIGenericSecretProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIGenericSecretProvider(KindProvider):
    """The provider of `AIGenericSecret`."""

    kind_name = "AIGenericSecret"
