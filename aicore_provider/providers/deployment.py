"""`AIDeploymentProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIDeploymentProvider(KindProvider):
    """The provider of `AIDeployment`."""

    kind_name = "AIDeployment"
