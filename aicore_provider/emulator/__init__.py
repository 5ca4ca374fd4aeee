"""An emulated SAP AI Core on this machine. A client that breaks the service's rules fails here as well.

    with Emulator.running(transition_seconds=0) as emulator:
        os.environ.update(emulator.environment())

The code marks where a behaviour comes from: [spec] is SAP's OpenAPI document, [docs] SAP's documentation, [live test]
a test that SAP runs against the service, [field] a report of a user, [guess] our own assumption. All rules with their
sources are listed in docs/emulator-rules.md. Of the rest of the package, only the patterns of names
(`aicore_provider.api.naming`) and `aicore_provider.terminal` are used here.
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
