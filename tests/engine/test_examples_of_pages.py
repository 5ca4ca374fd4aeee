"""The examples of the pages of kinds in TypeScript, Go and Python with an SDK, checked by the compilers."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicore_provider import kinds
from aicore_provider.components import COMPONENTS
from aicore_provider.plugin.functions import FUNCTIONS
from documentation.programs import program
from sandbox import pulumi_cli
from tests.support.languages import compile_programs

# npm and Go's compiler need minutes where their caches are empty.
pytestmark = pytest.mark.every_case
ALL = (*kinds.KINDS, *COMPONENTS, *FUNCTIONS)


@pytest.mark.parametrize(
    ("title", "names"),
    [("TypeScript", ALL), ("Go", ALL), ("Python", tuple(FUNCTIONS))],
    ids=("typescript", "go", "python"),
)
def test_the_examples_of_all_pages_compile(title: str, names: tuple[str, ...], tmp_path: Path) -> None:
    # Python programs with resources need no SDK: tests/documentation has them.
    programs = {f"{name.lower()}_example": program(name, title) for name in names}
    compile_programs(title.lower(), programs, tmp_path / "programs", pulumi_cli.ensure())
