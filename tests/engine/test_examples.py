"""The examples: the commands of each README run in a copy of its folder, and print what it shows."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import QUICK_PIP, ROOT
from sandbox.environment import path_with
from tests.engine.pace import QUICK
from tests.support.client import Api
from tests.support.documents import Step, engine_environment, follow, steps_of
from tests.support.policy_packs import start_the_older_way

EXAMPLES = ROOT / "examples"
ADDRESS = "http://127.0.0.1:8080"
"""Of the emulator, in the pages."""
ELSEWHERE = {"languages"}
"""Its programs need SDKs and language hosts: `test_languages.py`."""
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir() and folder.name not in ELSEWHERE)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """As people start it, but quicker."""
    with Emulator.running(transition_seconds=0.1) as running:
        yield running


def with_second_previews(steps: Sequence[Step]) -> Iterator[Step]:
    """After each `up`, a preview that must be empty. Commands after the first `up` are not previewed by themselves."""
    is_first = True
    for step in steps:
        yield step
        if not step.fails and re.search("^pulumi up", step.commands, re.MULTILINE):
            yield Step("pulumi preview --expect-no-changes\n", line=step.line)
            if is_first:
                yield Step("export PULUMI_OPTION_SKIP_PREVIEW=true\n")
                is_first = False


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_an_example_print_what_its_page_shows(
    name: str, tmp_path: Path, pulumi_root: Path, emulator: Emulator
) -> None:
    home, folder, programs = tmp_path / "home", tmp_path / name, tmp_path / "programs"
    home.mkdir()
    shutil.copytree(EXAMPLES / name, folder)
    if (folder / "policy").exists():
        start_the_older_way(folder / "policy", programs)
    environment = engine_environment(home, pulumi_root) | QUICK | {"PYTHONPATH": QUICK_PIP}
    set_up = steps_of((EXAMPLES / "README.md").read_text())
    steps = steps_of((EXAMPLES / name / "README.md").read_text())

    follow(
        [*set_up, *with_second_previews(steps)],
        folder,
        environment | {"PATH": path_with([programs], environment["PATH"])},
        {emulator.url: ADDRESS},
    )

    states = [json.loads(state.read_text()) for state in (home / ".pulumi" / "stacks").rglob("*.json")]
    assert [state["checkpoint"]["latest"].get("resources") for state in states] == [None] * len(states)
    assert Api(emulator).ids() == []
    groups = Api(emulator, None).get("/admin/resourceGroups")["resources"]
    assert [group["resourceGroupId"] for group in groups] == ["default"]
