"""The programs of the documentation declare what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pulumi
import pytest

from tests.program.mocked_engine import run

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
SECRETS = ("database", "store", "registry", "handbooks", "templates")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_of_the_guide_runs(program: str) -> None:
    def declare() -> None:
        pulumi.runtime.set_all_config({f"aicore:{key}": "s3cr3t-text" for key in SECRETS})
        exec(program, {})  # noqa: S102

    named = set(re.findall(r"^(?:\w+ = )?(AI\w+)\(", program, re.MULTILINE))
    declared = {each.typ.rpartition(":")[2] for each in run(declare)}
    assert named
    assert named <= declared
