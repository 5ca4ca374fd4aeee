"""When a change that is under way becomes visible: at a moment, or after a number of reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aicore_provider.emulator.machine import Wait


@dataclass(frozen=True)
class Due:
    """The end of a change.

    Attributes:
        at: the moment, in seconds since the epoch; None while it waits for reads.
        reads_left: after how many more answers it comes; None where time decides.
    """

    at: float | None
    reads_left: int | None = None

    def passed(self, now: float) -> float | None:
        """When the change became visible; None while it is not at `now`."""
        return None if self.at is None or now < self.at else self.at

    def is_past(self, now: float) -> bool:
        """Whether the change is visible at `now`."""
        return self.passed(now) is not None

    def after_read(self, now: float) -> Due:
        """The same end after a read at `now`, which shows what is returned."""
        return replace(self, reads_left=self.reads_left - 1) if self.reads_left else Due(now)


def due(wait: Wait, now: float) -> Due:
    """The end of a change that begins now and takes that long."""
    return Due(wait.end(now), wait.reads)
