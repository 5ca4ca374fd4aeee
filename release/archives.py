"""`python -m release.archives FOLDER`: build the source archive and the wheel into a folder, and print their paths.

The same files give the same bytes, wherever and whenever they are built: hatchling sorts the names, and sets every time
to SOURCE_DATE_EPOCH or to a fixed one.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Archives:
    """The two files that a package index gets."""

    sdist: Path
    wheel: Path


def build(folder: Path, source: Path = ROOT) -> Archives:
    """Build the source archive from a checkout and the wheel from the source archive, so that it is known to do."""
    sdist = _built(source, "sdist", folder)
    with tempfile.TemporaryDirectory() as unpacked:
        with tarfile.open(sdist) as archive:
            archive.extractall(unpacked, filter="data")
        (project,) = Path(unpacked).iterdir()
        return Archives(sdist, _built(project, "wheel", folder))


def _built(source: Path, target: str, folder: Path) -> Path:
    """Build one archive, and return its path. What the build says goes to stderr."""
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", made]
        subprocess.run(command, cwd=source, check=True, stdout=sys.stderr)
        (archive,) = Path(made).iterdir()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / archive.name).write_bytes(archive.read_bytes())
    return folder / archive.name


if __name__ == "__main__":
    built = build(Path(sys.argv[1]))
    sys.stdout.write(f"{built.sdist}\n{built.wheel}\n")
