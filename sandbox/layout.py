"""The paths of the sandbox. All of it is in one folder, `.sandbox`."""

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
        """The folder that `make down` removes."""
        return self.project / ".sandbox"

    @property
    def environment_bin(self) -> Path:
        """The folder with the programs of the virtual environment."""
        return self.project / ".venv" / "bin"

    @property
    def lock(self) -> Path:
        """The lock file of all commands; not in `folder`, which is created and removed under the lock."""
        return self.project / ".venv" / "sandbox.lock"

    @property
    def backend(self) -> Path:
        """The folder of Pulumi's file backend."""
        return self.folder / "state"

    @property
    def pulumi_home(self) -> Path:
        """`PULUMI_HOME` of the sandbox: logins, plug-ins and selected stacks, separate from the person's own."""
        return self.folder / "pulumi-home"

    @property
    def database(self) -> Path:
        """The state file of the emulator."""
        return self.folder / "ai-core.db"

    @property
    def emulator_log(self) -> Path:
        """The file with the emulator's output."""
        return self.folder / "emulator.log"

    @property
    def emulator_record(self) -> Path:
        """The file with the emulator's port and process; see `emulator.Record`."""
        return self.folder / "emulator.json"


def here() -> Layout:
    """Return the layout of the clone that this module is part of."""
    return Layout(Path(__file__).resolve().parents[1])
