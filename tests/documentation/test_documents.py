"""The pages name what exists: functions and files of the package, other pages, and figures that were measured."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "aicore_provider"
PAGES = ("CONTRIBUTING.md", "docs/architecture.md")
MADE_LATER = ("dist", "site/", ".venv", ".sandbox", "..", "~")
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


def every_page() -> list[str]:
    return [
        f"{each.relative_to(ROOT)}"
        for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md")
        for each in sorted(ROOT.glob(pattern))
    ]


@pytest.mark.parametrize("page", every_page())
def test_links_between_pages_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
    ours = [each for each in targets if not each.startswith("http")]
    assert [each for each in ours if not ((ROOT / page).parent / each).exists()] == []


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the rows of the first table below a heading."""
    below = (ROOT / page).read_text(encoding="utf-8").partition(f"\n{heading}\n")[2]
    lines = below[below.index("\n|") + 1 :].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_comparison_shows_the_figures_that_were_measured() -> None:
    operations = {"look, without a change": "preview"}
    compared = [
        (deployments, operations.get(operation, operation), ours, script)
        for deployments, operation, ours, script in rows("docs/comparison.md", "## A script with SAP's SDK")
    ]
    measured = {
        (deployments, operation, *(cell.partition(";")[0].partition(" (")[0] for cell in (ours, script)))
        for deployments, _, operation, ours, _, script, *_ in rows("docs/performance.md", "## Others")
    }
    assert compared
    assert [each for each in compared if each not in measured] == []


@pytest.mark.parametrize("page", ["examples/README.md", "docs/examples.md"])
def test_the_table_of_examples_has_all_of_them(page: str) -> None:
    folders = {folder.name for folder in (ROOT / "examples").iterdir() if folder.is_dir()}
    rows = re.findall(
        r"^\| \[(\w+)\]\((?:\.\./examples/)?\1(?:/README\.md)?\) \|", (ROOT / page).read_text(), re.MULTILINE
    )
    assert sorted(rows) == sorted(folders)


@pytest.mark.parametrize(
    "requirement",
    sorted(
        {
            line
            for file in ROOT.glob("examples/*/requirements.txt")
            for line in file.read_text(encoding="utf-8").splitlines()
        }
    ),
)
def test_what_an_example_requires_is_what_it_is_tested_with(requirement: str) -> None:
    name, _, extras = requirement.rstrip("]").partition("[")
    installed = importlib.metadata.metadata(name)
    assert set(filter(None, extras.split(","))) <= set(installed.get_all("Provides-Extra") or [])
