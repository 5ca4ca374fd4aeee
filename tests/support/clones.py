"""A clone of this repository for a test, in which `make up` finds everything installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from sandbox import emulator
from sandbox.engine_stack import ROOT
from sandbox.layout import Layout

_NOT_CLONED = (".git", ".venv*", ".sandbox", ".*_cache", "__pycache__", "node_modules", "site", "results")


def clone(folder: Path) -> Layout:
    """Copy the work tree into a folder, with an environment that has the packages of the one of the tests.

    It is an environment of its own, so that what is installed in it by mistake changes no other one.
    """
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_NOT_CLONED))
    layout = Layout(folder)
    environment = folder / ".venv"
    venv.create(environment, symlinks=True)
    here, there = (
        next(Path(each, "lib").glob("python*/site-packages")).resolve() for each in (sys.prefix, environment)
    )
    # Unlike a path in such a file, this reads the files of that folder as well, which name what is installed editable.
    (there / "tests.pth").write_text(f"import site; site.addsitedir({str(here)!r})\n")
    (layout.environment_bin / "aicore-provider").symlink_to(Path(sys.prefix) / "bin" / "aicore-provider")
    # What sandbox/venv.sh leaves behind once all is installed.
    contents = b"".join((folder / name).read_bytes() for name in ("requirements.txt", "pyproject.toml"))
    checksum = subprocess.run(["cksum"], input=contents, capture_output=True, check=True)  # noqa: S607
    (environment / "installed-requirements.txt").write_bytes(checksum.stdout)
    (environment / "made-in").write_text(f"{folder}\n")
    return layout


def reserved_address(layout: Layout) -> str:
    """Choose the address of a sandbox's emulator before that is started, and return it."""
    emulator.write_record(layout, emulator.Record(emulator.free_port()))
    record = emulator.read_record(layout)
    assert record is not None
    return f"http://127.0.0.1:{record.port}"
