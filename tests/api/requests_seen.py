"""What reached the emulator, in the words of these tests."""

from __future__ import annotations

from aicore_provider.emulator import Emulator


def tokens(emulator: Emulator) -> int:
    return sum(entry.path == "/oauth/token" for entry in emulator.journal)


def calls(emulator: Emulator) -> list[tuple[str, int | None]]:
    """Method and status of each request but those for tokens."""
    return [(entry.method, entry.status) for entry in emulator.journal if entry.path != "/oauth/token"]
