"""The programs of the documentation declare what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest

from tests.program.mocked_engine import run

ROOT = Path(__file__).parents[2]
SECRETS = ("apiKey", "database", "store", "registry", "handbooks", "templates")
"""The keys of the configuration that the programs require."""
STACK_FILE = {"aicore:deployments": '{"chat": {"model": "gpt-5-mini", "version": "2025-08-07"}}'}
"""For the programs that declare a stack file."""


def programs() -> Iterator[object]:
    """Each block of Python that uses the resources of the package; its id is the page and the number on it."""
    for page in sorted(ROOT.glob("docs/*.md")):
        blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        found = [each for each in blocks if "from aicore_provider import" in each]
        yield from (pytest.param(each, id=f"{page.name}-{number}") for number, each in enumerate(found, start=1))


@pytest.mark.parametrize("program", list(programs()))
def test_a_program_of_a_page_runs(program: str) -> None:
    def declare() -> None:
        pulumi.runtime.set_all_config(STACK_FILE | {f"aicore:{key}": "s3cr3t-text" for key in SECRETS})
        exec(program, {})  # noqa: S102

    named = set(re.findall(r"^(?:\w+ = )?([A-Z]\w+)(?:\.get)?\(", program, re.MULTILINE))
    declared = {each.typ.rpartition(":")[2] for each in run(declare)}
    assert declared - {"Stack"}
    assert named <= declared
