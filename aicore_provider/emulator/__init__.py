"""A local AI Core: faithful enough that a client which breaks the service's rules fails here as well.

    with Emulator.running(transition_seconds=0) as emulator:
        os.environ.update(emulator.environment())

Every behaviour names its source: a section of the facts with [spec], [docs], [live test], or [guess] where no source
says anything. Nothing here knows the rest of the package, but for what makes texts of others fit for a terminal.
"""

from aicore_provider.emulator.errors import Refusal
from aicore_provider.emulator.faults import InvalidFaults
from aicore_provider.emulator.journal import JournalEntry
from aicore_provider.emulator.limits import ServerLimits
from aicore_provider.emulator.pace import InvalidPace
from aicore_provider.emulator.server import CannotListen, Emulator
from aicore_provider.emulator.state_file import StateFileError
from aicore_provider.emulator.wall_clock import SteppedClock, SystemWallClock, WallClock

__all__ = [
    "CannotListen",
    "Emulator",
    "InvalidFaults",
    "InvalidPace",
    "JournalEntry",
    "Refusal",
    "ServerLimits",
    "StateFileError",
    "SteppedClock",
    "SystemWallClock",
    "WallClock",
]
