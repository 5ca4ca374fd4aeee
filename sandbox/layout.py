"""Where everything of the sandbox is kept: one folder, so that removing it removes the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STACK = "sandbox"


@dataclass(frozen=True)
class Layout:
    """The folders and files of one clone's sandbox."""

    project: Path

    @property
    def folder(self) -> Path:
        """All that `make down` removes."""
        return self.project / ".sandbox"

    @property
    def environment_bin(self) -> Path:
        """Programs of the virtual environment."""
        return self.project / ".venv" / "bin"

    @property
    def lock(self) -> Path:
        """Held by every command that changes the sandbox; outside the folder, which comes and goes."""
        return self.project / ".venv" / "sandbox.lock"

    @property
    def backend(self) -> Path:
        """Pulumi's file backend."""
        return self.folder / "state"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's logins, plug-ins and selected stacks, apart from the person's own."""
        return self.folder / "pulumi-home"

    @property
    def database(self) -> Path:
        """What the emulator remembers."""
        return self.folder / "ai-core.db"

    @property
    def emulator_log(self) -> Path:
        """What the emulator prints."""
        return self.folder / "emulator.log"

    @property
    def emulator_record(self) -> Path:
        """The emulator's port and process."""
        return self.folder / "emulator.json"


def here() -> Layout:
    """Return the layout of the clone that this module is part of."""
    return Layout(Path(__file__).resolve().parents[1])
