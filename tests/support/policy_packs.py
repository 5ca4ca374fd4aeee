"""Policy packs on a CLI that was built from the module proxy.

An official CLI starts a pack through its language host. The host of such a CLI is too old for that, so the pack is
started by the engine's older way, a program called `pulumi-analyzer-policy-RUNTIME`. Engine, policy SDK and pack are
the real ones.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_RUNTIME = "python-of-the-tests"
_OF_PYTHON = re.compile(r"^runtime:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)


def start_the_older_way(pack: Path, programs: Path) -> None:
    """Give a pack a runtime of its own, and write the program that starts it.

    Args:
        pack: folder of a copy, which is changed.
        programs: folder that will be on PATH; it may not exist yet.
    """
    description = pack / "PulumiPolicy.yaml"
    description.write_text(_OF_PYTHON.sub(f"runtime: {_RUNTIME}\n", description.read_text()))
    programs.mkdir(exist_ok=True)
    launcher = programs / f"pulumi-analyzer-policy-{_RUNTIME}"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -u . "$1"\n')
    launcher.chmod(0o755)
