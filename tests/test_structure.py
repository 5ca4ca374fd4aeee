"""How the tests are laid out: helpers stand in modules of their own, and each folder says what is proved there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

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
        for folder in ("aicore_provider", "benchmarks", "sandbox")
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
