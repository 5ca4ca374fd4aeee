"""`AIGitRepositoryProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIGitRepositoryProvider(KindProvider):
    """The provider of `AIGitRepository`."""

    kind_name = "AIGitRepository"
