"""`AIDockerRegistrySecretProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIDockerRegistrySecretProvider(KindProvider):
    """The provider of `AIDockerRegistrySecret`."""

    kind_name = "AIDockerRegistrySecret"
