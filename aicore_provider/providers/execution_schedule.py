"""`AIExecutionScheduleProvider`, to which states hold a reference by this module and name."""

from __future__ import annotations

from aicore_provider.dynamic.provider import KindProvider


class AIExecutionScheduleProvider(KindProvider):
    """The provider of `AIExecutionSchedule`."""

    kind_name = "AIExecutionSchedule"
