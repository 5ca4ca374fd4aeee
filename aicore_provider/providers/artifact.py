"""`AIArtifactProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIArtifactProvider(KindProvider):
    """The provider of `AIArtifact`."""

    kind_name = "AIArtifact"
