"""The examples: the commands of each README run in a copy of its folder, and print what it shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import QUICK_PIP, ROOT
from tests.engine.pace import QUICK
from tests.support.documents import Step, engine_environment, follow, steps_of

EXAMPLES = ROOT / "examples"
ADDRESS = "http://127.0.0.1:8080"
"""Of the emulator, in the pages."""
NAMES = sorted(page.parent.name for page in EXAMPLES.glob("*/README.md") if (page.parent / "Pulumi.yaml").exists())


def with_second_previews(steps: Sequence[Step]) -> Iterator[Step]:
    """After each step with an `up`, a preview that must be empty."""
    for step in steps:
        yield step
        if not step.fails and any(line.startswith("pulumi up") for line in step.commands.splitlines()):
            yield Step("pulumi preview --expect-no-changes\n", line=step.line)


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_an_example_print_what_its_page_shows(
    name: str, tmp_path: Path, pulumi_root: Path, emulator: Emulator
) -> None:
    home, folder = tmp_path / "home", tmp_path / name
    home.mkdir()
    shutil.copytree(EXAMPLES / name, folder)
    set_up = steps_of((EXAMPLES / "README.md").read_text())
    steps = steps_of((EXAMPLES / name / "README.md").read_text())
    assert "pulumi destroy" in steps[-1].commands

    follow(
        [*set_up, *with_second_previews(steps)],
        folder,
        engine_environment(home, pulumi_root) | QUICK | {"PYTHONPATH": QUICK_PIP},
        {emulator.url: ADDRESS},
    )

    for state in (home / ".pulumi" / "stacks").rglob("*.json"):
        assert json.loads(state.read_text())["checkpoint"]["latest"].get("resources") is None, state
