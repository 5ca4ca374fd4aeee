"""What the site has beyond MkDocs: CONTRIBUTING.md and CHANGELOG.md as pages, each page as Markdown, and `llms.txt`.

Pages in `docs/` are written for a Git host as well. So a link to a file of the repository is an ordinary link there,
and one example in several languages is a row of blocks of code, each below a bold title. The site makes tabs of it.
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import indent

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data

_LOG = logging.getLogger("mkdocs.hooks.documentation")
_ROOT = Path(__file__).parents[1]
_DOCS = "docs"
_AT_THE_TOP: Mapping[str, str] = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
"""Pages of the site that stand at the top of the repository, and their names there."""
_SITE_PLACES = {name: place for place, name in _AT_THE_TOP.items()} | {"README.md": "index.md"}
_NOT_SEARCHED = ("changelog.md",)
"""A word that is looked for stands there too often."""
_LONGEST_DESCRIPTION = 200

_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
_WITH_SCHEME = re.compile(r"[a-z]+:")
_DESCRIPTION = re.compile(r"^<!-- description: (.*?) -->$", re.DOTALL | re.MULTILINE)
_BLOCK = r"^\*\*([^*\n]+)\*\*\n\n(```\w+\n.*?^```)\n\n?"
_ONE = re.compile(_BLOCK, re.MULTILINE | re.DOTALL)
_ROW = re.compile(rf"(?:{_BLOCK}){{2,}}", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand at the top of the repository."""
    for place, name in _AT_THE_TOP.items():
        files.append(File.generated(config, place, abs_src_path=str(_ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Give the page a description, say whether it is searched, and return it as the site has it."""
    del config, files
    page.meta["description"] = description(markdown)
    if not page.meta["description"]:
        _LOG.warning("%s has neither a paragraph below its title nor a comment `description: ...`", page.file.src_uri)
    if page.file.src_uri in _NOT_SEARCHED:
        page.meta["search"] = {"exclude": True}
    return with_tabs(for_site(markdown, page.file.src_uri))


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Write each page as Markdown beside its HTML, and `llms.txt`, which lists them."""
    pages = list(_in_order(files))
    site = Path(config.site_dir)
    for page in pages:
        twin = site / page.file.src_uri
        twin.parent.mkdir(parents=True, exist_ok=True)
        twin.write_text(for_site(get_data(page.file.content_string)[0], page.file.src_uri), encoding="utf-8")
    (site / "llms.txt").write_text(llms_txt(config.site_name, config.site_description or "", pages), encoding="utf-8")
    return env


def llms_txt(name: str, about: str, pages: list[Page]) -> str:
    """Return the list of all pages for language models, in the form of https://llmstxt.org."""
    lines = [f"# {name}", "", f"> {about}"]
    section = None
    for page in pages:
        top = [name, *(each.title for each in page.ancestors)][-1]
        if top != section:
            lines += ["", f"## {top}", ""]
            section = top
        lines.append(f"- [{page.title}]({page.file.src_uri}): {page.meta['description']}")
    return "\n".join(lines) + "\n"


def description(markdown: str) -> str:
    """Return what a page is about, as plain text: what it says in a comment, else its first sentences; "" for none."""
    if told := _DESCRIPTION.search(markdown):
        return " ".join(told[1].split())
    for block in re.split(r"\n{2,}", _FENCE.sub("", markdown)):
        if re.match(r"[A-Za-z`*\[]", block) and not re.match(r"[*] |!?\[[^\]]*\]\(\S+\)$", block):
            return _shortened(_plain(block))
    return ""


def for_site(markdown: str, place: str) -> str:
    """Return a page with the links that it needs in the site; `place` is where it is there.

    What is in the repository and not in the site is named, not linked.
    """
    home = "" if place in _AT_THE_TOP else posixpath.join(_DOCS, posixpath.dirname(place))

    def linked(match: re.Match[str]) -> str:
        text, path, anchor = match["text"], match["path"], match["anchor"] or ""
        if _WITH_SCHEME.match(path):
            return match[0]
        target = posixpath.normpath(posixpath.join(home, path))
        if target.startswith(f"{_DOCS}/"):
            there = target.removeprefix(f"{_DOCS}/")
        elif target in _SITE_PLACES:
            there = _SITE_PLACES[target]
        elif (_ROOT / target).exists():
            return f"`{target}`" if text.strip("`") in (target, path) else f"{text} (`{target}` in the repository)"
        else:
            return match[0]
        return f"[{text}]({posixpath.relpath(there, posixpath.dirname(place) or '.')}{anchor})"

    parts = _FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _LINK.sub(linked, part) for part in parts)


def with_tabs(markdown: str) -> str:
    """Return a page in which each row of titled blocks of code is a row of tabs."""
    return _ROW.sub(lambda row: "".join(_tab(*each.groups()) for each in _ONE.finditer(row[0])), markdown)


def _tab(title: str, code: str) -> str:
    return f'=== "{title}"\n\n{indent(code, "    ")}\n\n'


def _in_order(files: Files) -> Iterator[Page]:
    """The pages in the order of the navigation; those that it lacks are an error of the build."""
    pages = [each.page for each in files.documentation_pages() if each.page]
    page = next((each for each in pages if each.previous_page is None and each.next_page), None)
    while page:
        yield page
        page = page.next_page


def _plain(markdown: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return " ".join(re.sub(r"[`*]", "", text).split())


def _shortened(text: str) -> str:
    """Return as many whole sentences as are short enough, the first one at least; none that leads to something else."""
    first, *others = re.split(r"(?<=[.?!]) (?=[A-Z])", text)
    found = first
    for sentence in others:
        if len(found) + len(sentence) >= _LONGEST_DESCRIPTION or sentence.endswith(":"):
            break
        found = f"{found} {sentence}"
    return found
