"""Empty virtual environments with the wheel in them, one for each extra on each Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
EXTRAS = ("none", "cli", "emulator", "policy")
_PINNED = re.compile(r"^([\w.\[\]-]+==\S+(?: ; .*?)?) \\$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One environment to be tried: a version of Python, and an extra of the package or `none`."""

    version: str
    extra: str

    def __str__(self) -> str:
        return f"{self.version}-{self.extra}"


def interpreter(version: str) -> Path | None:
    """A Python of that version, on PATH or installed with pyenv; None where this machine has none."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for python in (shutil.which(f"python{version}"), *sorted(root.glob(f"versions/{version}.*/bin/python"))):
        # A version manager's stand-in is found on PATH but may refuse to run.
        command = [str(python), "-c", "import venv, ensurepip"]
        if python and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return Path(python)
    return None


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and a folder beside it that is not the checkout."""

    folder: Path

    def command(self, name: str) -> str:
        """The path of one of its commands."""
        return str(self.folder / "environment" / "bin" / name)

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables for its commands."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        return kept | {"PATH": os.pathsep.join([str(self.folder / "environment" / "bin"), os.environ["PATH"]])}

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of its commands in the folder."""
        return subprocess.run(
            [self.command(name), *arguments],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )


def installed(folder: Path, python: Path, wheel: Path, extra: str, others: Sequence[str] = ()) -> Environment:
    """Install the wheel with an extra or `none`, and other packages, from the index, in the versions of the project.

    Raises:
        AssertionError: pip fails, or finds that the packages do not fit each other.
    """
    subprocess.run([python, "-m", "venv", folder / "environment"], check=True)
    environment = Environment(folder)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(_PINNED.findall((ROOT / "requirements-dev.txt").read_text(encoding="utf-8"))))
    package = f"{wheel}[{extra}]" if extra != "none" else str(wheel)
    pip = ("-m", "pip", "--disable-pip-version-check")
    for arguments in (("install", "--quiet", "--constraint", str(constraints), package, *others), ("check",)):
        done = environment.run("python", *pip, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    return environment
