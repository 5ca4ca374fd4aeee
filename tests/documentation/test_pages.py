"""Generated pages and pictures are what the generator makes now."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from aicore_provider import kinds
from aicore_provider.components import COMPONENTS
from aicore_provider.kinds.property import Property
from aicore_provider.plugin.functions import FUNCTIONS
from aicore_provider.plugin.imported import located
from documentation.pages import DOCS, generated
from documentation.programs import LANGUAGES
from documentation.switch import OBSERVED, SITUATIONS, WANTED, statuses, words

FILES = generated()
PICTURES = [path for path in FILES if path.endswith(".svg")]
SVG = "{http://www.w3.org/2000/svg}"


def told(picture: str) -> list[str]:
    """The texts of a picture, in their order."""
    return [each.text or "" for each in ElementTree.fromstring(FILES[picture]).iter(f"{SVG}text")]  # noqa: S314


def table(page: str, head: str) -> list[list[str]]:
    """The rows of the table whose head begins with these words."""
    lines = FILES[page].splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(head))
    rows = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.mark.parametrize("path", FILES)
def test_a_generated_file_is_in_step_with_the_code(path: str) -> None:
    assert (DOCS / path).read_text(encoding="utf-8") == FILES[path], "run `make docs-pages`"


def test_no_page_is_left_of_a_kind_that_there_is_no_longer() -> None:
    there = {f"kinds/{path.name}" for path in (DOCS / "kinds").iterdir()}
    assert there == {path for path in FILES if path.startswith("kinds/")}


@pytest.mark.parametrize("name", [*kinds.KINDS, *COMPONENTS, *FUNCTIONS])
def test_everything_has_a_page_with_an_example_in_each_language(name: str) -> None:
    page = FILES[f"kinds/{name}.md"]
    assert all(f"**{title}**\n\n```{fence}\n" in page for title, fence in LANGUAGES.items())


def is_told(each: Property, page: str) -> bool:
    return re.search(rf"^- \*\*`{each.name}`\*\*.*\n\n    \S", page, re.MULTILINE) is not None


@pytest.mark.parametrize("name", kinds.KINDS)
def test_a_page_tells_every_input_and_output(name: str) -> None:
    page = FILES[f"kinds/{name}.md"]
    assert [each.name for each in kinds.load(name).properties if not is_told(each, page)] == []


@pytest.mark.parametrize("name", kinds.KINDS)
def test_an_id_for_an_import_is_understood(name: str) -> None:
    kind = kinds.load(name)
    properties = {each.name for each in kind.properties}
    ids = re.findall(rf"^pulumi import aicore:index:{name} example (\S+)$", FILES[f"kinds/{name}.md"], re.MULTILINE)
    places = [located(kind, id_)[1] for id_ in ids]
    expected = [{"resource_group": "team-docs"}] if "resource_group" in properties else [{}]
    assert places == expected + ([{"scope": "tenant-wide"}] if "scope" in properties else [])


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_has_a_title_and_a_description_for_screen_readers(path: str) -> None:
    root = ElementTree.fromstring(FILES[path])  # noqa: S314
    assert root.attrib["role"] == "img"
    labels = root.attrib["aria-labelledby"].split()
    assert [root.find(f"{SVG}*[@id='{label}']") is not None for label in labels] == [True, True]


def test_every_picture_is_on_a_page() -> None:
    page = FILES["model-change.md"]
    assert [path for path in PICTURES if f"({path})" not in page] == []


def test_the_picture_and_the_table_of_statuses_tell_what_is_decided() -> None:
    decided = [[name, *(words(action)[0] for action in actions)] for name, actions in statuses()]
    assert [row[0] for row in decided] == list(OBSERVED)
    picture = told("pictures/statuses.svg")
    assert picture[-len(decided) * (1 + len(WANTED)) :] == [cell for row in decided for cell in row]
    assert table("model-change.md", "| What is there") == decided


def test_the_picture_and_the_table_of_a_switch_tell_what_is_decided() -> None:
    picture = told("pictures/switch-steps.svg")
    rows = table("model-change.md", "| Number | What a look shows")
    assert len(rows) == len(SITUATIONS)
    for number, (situation, row) in enumerate(zip(SITUATIONS, rows, strict=True), 1):
        said, _ = words(situation.action)
        assert row[:3] == [str(number), situation.seen, said]
        begin = picture.index(f"{number}. {situation.seen}")
        assert " ".join(picture[begin + 1 :]).startswith(f"→ {said}")


def test_a_switch_goes_on_or_fails_in_the_ways_that_there_are() -> None:
    ends = {number for number, _ in enumerate(SITUATIONS)} - {before for each in SITUATIONS for before in each.after}
    assert {words(SITUATIONS[number].action)[1] for number in ends} == {"done", "failed"}
    assert [words(each.action)[0] for each in SITUATIONS if not each.after] == ["PATCH: switch"]


def test_the_generator_writes_below_the_documentation() -> None:
    assert not [path for path in FILES if Path(path).is_absolute() or ".." in path]


def test_an_option_in_a_sentence_is_marked_once() -> None:
    page = FILES["commands.md"]
    assert "as `aicore-provider orphans --remove` does" in " ".join(page.split())
    assert "without `--yes`" in page
    lines = [re.sub(r"`[^`]+`", "", line) for line in page.splitlines() if not line.startswith("```")]
    assert [line for line in lines if "`" in line] == []
