"""The page "Start in five minutes": its commands run in a clone, and print what it shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox.emulator import running_pid, stop
from sandbox.engine_stack import ROOT
from tests.support.clones import clone, reserved_address
from tests.support.documents import engine_environment, follow, steps_of


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path, pulumi_root: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("no jq here")
    layout = clone(tmp_path / "aicore")
    home = tmp_path / "home"
    home.mkdir()
    steps = steps_of((ROOT / "docs" / "start.md").read_text(encoding="utf-8"))
    try:
        follow(
            steps,
            layout.project,
            engine_environment(home, pulumi_root),
            {reserved_address(layout): "http://127.0.0.1:24123"},
        )
        assert running_pid(layout) is None
        assert not layout.folder.exists()
    finally:
        stop(layout)
