"""The page "Call a deployed model": its commands and programs run on a stack with a model of each kind."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from aicore_provider.emulator.catalog import shipped
from sandbox.engine_stack import ROOT, EngineStack
from sandbox.environment import path_with
from tests.support.documents import follow, steps_of

PAGE = (ROOT / "docs" / "calling.md").read_text(encoding="utf-8")
PROGRAMS = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL))


def test_its_commands_and_programs_ask_each_model_at_the_path_of_the_outputs(
    stack: EngineStack, emulator: Emulator, tmp_path: Path
) -> None:
    if shutil.which("jq") is None:
        pytest.skip("no jq here")
    (entries,) = re.findall(r"```yaml\n(config:.*?)```", PAGE, re.DOTALL)
    stack.configure(entries)
    made = stack.run_up()
    assert not made.failed, made.output
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text)

    shell = stack.shell
    shell["PATH"] = path_with([Path(sys.prefix) / "bin"], shell["PATH"])
    follow(steps_of(PAGE), tmp_path, shell, {emulator.url: "http://127.0.0.1:8080"})

    told = {each["call"]["url"] for each in stack.outputs.values()}
    asked = {
        f"{emulator.url}{entry.path}{entry.query and '?'}{entry.query}"
        for entry in emulator.journal
        if entry.path.startswith("/v2/inference/")
    }
    assert asked == told
    offered = {executable for executable, _ in shipped().models} | {"orchestration"}
    assert {each["executable"] for each in stack.outputs.values()} == offered
