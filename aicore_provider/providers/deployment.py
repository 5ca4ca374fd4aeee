"""The address that states have of `AIDeployment`'s provider: it stays."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIDeploymentProvider(KindProvider):
    """Pulumi's calls for `AIDeployment`."""

    kind_name = "AIDeployment"
