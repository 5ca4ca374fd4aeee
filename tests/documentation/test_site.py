"""The built site: complete, described, readable without another host, and with a Markdown twin of each page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from documentation.hooks import description, for_site, with_tabs
from tests.documentation.building import ROOT, build

LOADED_BY = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
"""Attributes that make a browser send a request."""
LOADING_LINKS = {"stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "icon", "manifest", "modulepreload"}


class Tags(HTMLParser):
    """The tags of a page with their attributes, and what is in `style` and `script`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def requests(self) -> Iterator[str]:
        """What the page makes a browser fetch by itself."""
        for tag, attributes in self.found:
            if name := LOADED_BY.get(tag):
                yield attributes.get(name) or ""
            elif tag == "link" and set((attributes.get("rel") or "").split()) & LOADING_LINKS:
                yield attributes.get("href") or ""


def tags(page: Path) -> Tags:
    parser = Tags()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Path]:
    return sorted(set(site.rglob("index.html")) - {site / "index.html"})


def listed(site: Path) -> dict[str, tuple[str, str]]:
    """Title and description of each page of `llms.txt`, by its path."""
    text = (site / "llms.txt").read_text(encoding="utf-8")
    return {path: (title, told) for title, path, told in re.findall(r"^- \[(.+)\]\((\S+)\): (.+)$", text, re.MULTILINE)}


def test_llms_txt_names_every_page_with_a_title_and_a_description(site: Path) -> None:
    text = (site / "llms.txt").read_text(encoding="utf-8")
    assert re.match(r"# .+\n\n> .+\n\n## ", text)
    docs = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert listed(site).keys() == docs | {"contributing.md", "changelog.md"}
    assert all(title.strip() and told.strip() for title, told in listed(site).values())


def test_each_page_is_there_as_markdown_too(site: Path) -> None:
    for path in listed(site):
        text = (site / path).read_text(encoding="utf-8")
        assert re.search(r"^# \S", text, re.MULTILINE), path
        assert not text.startswith("---"), path


def test_links_in_markdown_lead_to_markdown_or_pictures_of_the_site(site: Path) -> None:
    for path in listed(site):
        text = re.sub(r"^```.*?^```$", "", (site / path).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            assert urlsplit(target).scheme or ((site / path).parent / target).is_file(), (path, target)


def test_every_page_names_its_markdown_and_has_a_description(site: Path, pages: list[Path]) -> None:
    assert len(pages) == len(listed(site)) - (site / "index.md").exists()
    for page in pages:
        found = tags(page).found
        (twin,) = [each["href"] for tag, each in found if tag == "link" and each.get("type") == "text/markdown"]
        assert (page.parent / str(twin)).is_file(), page
        told = [each["content"] for tag, each in found if tag == "meta" and each.get("name") == "description"]
        assert told, page
        assert all(told), page


def test_every_image_has_an_alternative_text(pages: list[Path]) -> None:
    images = [(page, each) for page in pages for tag, each in tags(page).found if tag == "img"]
    assert images
    assert [(page, each) for page, each in images if not (each.get("alt") or "").strip()] == []


def test_no_page_makes_a_request_to_another_host(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert [each for each in tags(page).requests() if urlsplit(each).netloc] == [], page
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", text), style


def test_one_example_in_several_languages_is_a_row_of_tabs(site: Path) -> None:
    page = (site / "kinds" / "AIDeployment" / "index.html").read_text(encoding="utf-8")
    (labels,) = re.findall(r'<div class="tabbed-labels">(.*?)</div>', page)
    assert re.findall(r"<label[^>]*>(.*?)</label>", labels) == ["Python", "YAML", "TypeScript", "Go"]


def test_what_is_looked_for_is_found_on_pages_and_not_in_the_changelog(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    found = {each["location"].partition("#")[0] for each in index["docs"]}
    assert "kinds/AIDeployment/" in found
    assert "changelog/" not in found


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Title\n\nA [page](none.md), and a [part](#none).\n")
    (docs / "forgotten.md").write_text("# Forgotten\n\nNo navigation names it.\n")
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nav = configuration[configuration.index("nav:\n") : configuration.index("validation:\n")]
    file = tmp_path / "mkdocs.yml"
    file.write_text(
        re.sub(r"^watch: .*\n", "", configuration, flags=re.MULTILINE)
        .replace(nav, "nav: [index.md, contributing.md, changelog.md]\n")
        .replace("docs_dir: docs", f"docs_dir: {docs}")
        .replace(" documentation/", f" {ROOT}/documentation/")
    )
    done = build(tmp_path / "site", "--config-file", str(file))
    assert done.returncode != 0
    assert "none.md" in done.stderr
    assert "#none" in done.stderr
    assert "forgotten.md" in done.stderr


# --- the pieces -------------------------------------------------------------------------------------------------------


def test_a_row_of_titled_blocks_becomes_tabs_and_a_single_one_stays() -> None:
    row = "**Python**\n\n```python\na = 1\n```\n\n**Go**\n\n```go\na := 1\n```\n\nText.\n"
    assert with_tabs(row) == (
        '=== "Python"\n\n    ```python\n    a = 1\n    ```\n\n=== "Go"\n\n    ```go\n    a := 1\n    ```\n\nText.\n'
    )
    single = "**Python**\n\n```python\na = 1\n```\n\nText.\n"
    assert with_tabs(single) == single


@pytest.mark.parametrize(
    ("link", "place", "expected"),
    [
        ("[models](models.md#policy)", "guide.md", "[models](models.md#policy)"),
        ("[table](../what.md)", "kinds/AIArtifact.md", "[table](../what.md)"),
        ("[how](../CONTRIBUTING.md#style)", "architecture.md", "[how](contributing.md#style)"),
        ("[page](docs/architecture.md#layers)", "contributing.md", "[page](architecture.md#layers)"),
        ("[a tool](../sandbox/languages.py)", "guide.md", "a tool (`sandbox/languages.py` in the repository)"),
        ("[`tests/live`](../tests/live)", "emulator.md", "`tests/live`"),
        ("[Pulumi](https://www.pulumi.com)", "guide.md", "[Pulumi](https://www.pulumi.com)"),
        ("[gone](../gone.py)", "guide.md", "[gone](../gone.py)"),
    ],
)
def test_a_link_of_a_git_host_becomes_one_of_the_site(link: str, place: str, expected: str) -> None:
    assert for_site(f"A {link}.\n", place) == f"A {expected}.\n"


def test_a_link_in_code_is_left_alone() -> None:
    code = "```md\n[how](../CONTRIBUTING.md)\n```\n"
    assert for_site(code, "guide.md") == code


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Title\n\nA [page](x.md) about `up`. More.\n", "A page about up. More."),
        ("# Title\n\n<!-- made -->\n\n| a |\n| --- |\n\nText.\n", "Text."),
        ("# Title\n\n<!-- description: What\nit is. -->\n\nText.\n", "What it is."),
        ("# Title\n\nSay `<!-- description: ... -->` below it. You need:\n", "Say <!-- description: ... --> below it."),
        ("# Title\n\n```sh\nmake\n```\n", ""),
    ],
)
def test_a_page_is_described_by_its_first_paragraph_unless_it_says_otherwise(markdown: str, expected: str) -> None:
    assert description(markdown) == expected
