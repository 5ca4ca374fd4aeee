"""The pages for contributors name what exists."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "aicore_provider"
PAGES = ("CONTRIBUTING.md", "docs/architecture.md")
MADE_LATER = ("dist", ".venv", ".sandbox", "..", "~")
"""What a clone does not have from the start begins with these."""


def code_of(page: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", (ROOT / page).read_text(encoding="utf-8"))


def exists(dotted: str) -> bool:
    """Whether `kinds.deployment.update` or the like can be found in the package."""
    module, *names = dotted.split(".")
    found: object = importlib.import_module(f"aicore_provider.{module}")
    for name in names:
        try:
            found = getattr(found, name)
        except AttributeError:
            try:
                found = importlib.import_module(f"{getattr(found, '__name__', '')}.{name}")
            except ImportError:
                return False
    return True


@pytest.mark.parametrize("page", PAGES)
def test_functions_and_classes_that_a_page_names_exist(page: str) -> None:
    folders = {each.name for each in PACKAGE.iterdir() if each.is_dir()}
    named = {match[1] for code in code_of(page) if (match := re.match(r"(\w+(?:\.\w+)+)(?:\(|$)", code))}
    ours = {each for each in named if each.partition(".")[0] in folders}
    assert not [each for each in sorted(ours) if not exists(each)]


@pytest.mark.parametrize("page", PAGES)
def test_files_and_folders_that_a_page_names_exist(page: str) -> None:
    paths = {code for code in code_of(page) if re.fullmatch(r"[\w.-]+(?:/[\w.-]*)+", code)}
    ours = [each for each in paths if not each.startswith(MADE_LATER)]
    assert not [each for each in sorted(ours) if not any((folder / each).exists() for folder in (ROOT, PACKAGE))]


@pytest.mark.parametrize(
    "page",
    [
        *PAGES,
        "README.md",
        "docs/guide.md",
        "docs/languages.md",
        "docs/performance.md",
        "docs/reliability.md",
        "docs/scaling.md",
    ],
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8")):
        assert target.startswith("http") or ((ROOT / page).parent / target).exists(), target
