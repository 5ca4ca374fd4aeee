"""How package and tests are laid out: layers for every module, helpers of tests in modules of their own."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.api import read_configuration

ROOT = Path(__file__).parents[1]


def imported(path: Path) -> Iterator[str]:
    """Every module, and every name of a module, that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_collected(name: str) -> bool:
    """Whether this is, or is in, a module that pytest collects or loads by itself."""
    package, *parts = name.split(".")
    return package == "tests" and any(part == "conftest" or part.startswith("test_") for part in parts)


def test_nobody_imports_a_test_module_or_a_conftest() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in imported(path)
        if is_collected(name)
    ]
    assert wrong == []


def test_nothing_outside_the_tests_imports_them() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for folder in ("aicore_provider", "benchmarks", "documentation", "examples", "release", "sandbox")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imported(path)
        if name.partition(".")[0] == "tests"
    ]
    assert wrong == []


def test_each_folder_says_what_is_proved_there() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    silent = [
        str(folder.relative_to(ROOT))
        for folder in sorted(folders)
        if not ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_module_of_the_package_stands_in_one_layer() -> None:
    contracts = read_configuration()["contracts_options"]
    (layered,) = (each["layers"] for each in contracts if each["type"] == "layers")
    layers = [module.strip() for layer in layered for module in layer.split(":")]
    wrong = {}
    for path in sorted((ROOT / "aicore_provider").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        above = [layer for layer in layers if name == layer or name.startswith(f"{layer}.")]
        # The package's own faces import late, or nothing.
        if len(above) != 1 and name not in ("aicore_provider", "aicore_provider.stack"):
            wrong[name] = above
    assert wrong == {}


@pytest.mark.parametrize(
    ("names", "own", "slow"),
    [
        ("AIConfiguration, AIDeployment, AIResourceGroup, ModelDeployment", 36, set()),
        # The model of the stack file checks with pydantic.
        ("ModelDeployment, StackConfig, declare", 72, {"pydantic"}),
    ],
)
def test_a_program_loads_little_beyond_pulumi(names: str, own: int, slow: set[str]) -> None:
    before = "import sys, pulumi, pulumi.dynamic; before = {*sys.modules}"
    program = f"{before}; from aicore_provider import {names}; print(*sys.modules.keys() - before)"
    loaded = set(subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True).split())
    assert {"requests", "pydantic", "flask", "click", "rich", "urllib3", "ssl"} & loaded == slow
    ours = [each for each in loaded if each.startswith("aicore_provider")]
    assert [each for each in ours if each.startswith(("aicore_provider.kinds.", "aicore_provider.lifecycle"))] == []
    assert len(ours) <= own
