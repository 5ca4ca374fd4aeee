"""The picture of a terminal, as `make terminal-picture` has left it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "terminal.svg"
SVG = "{http://www.w3.org/2000/svg}"


def texts() -> list[str]:
    """What it shows, a text for each colour of each line."""
    root = ElementTree.parse(PICTURE).getroot()  # noqa: S314 - a file of ours
    return [(each.text or "").replace("\xa0", " ") for each in root.iter(f"{SVG}text")]


def test_it_shows_a_deployment_that_keeps_its_id_and_its_url_with_another_model() -> None:
    before, after = (text for text in texts() if text.startswith("  chat  "))
    assert "gpt-5-mini" in before
    assert "gpt-5-mini" not in after
    assert re.findall(r"d[0-9a-f]{15}", before) == re.findall(r"d[0-9a-f]{15}", after) != []
    urls = [text.strip() for text in texts() if text.strip().startswith("http://127.0.0.1:")]
    assert urls[:2] == urls[2:]


def test_it_has_a_title_and_a_description() -> None:
    root = ElementTree.parse(PICTURE).getroot()  # noqa: S314 - a file of ours
    named = {each.get("id"): each.text for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("role") == "img"
    assert all(named[name] for name in root.attrib["aria-labelledby"].split())


def test_it_loads_nothing_and_names_no_place_of_the_machine_where_it_was_made() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    addresses = re.findall(r"https?://[\w.]+", picture)
    assert set(addresses) == {"http://www.w3.org", "http://127.0.0.1"}
    assert {target[0] for target in re.findall(r"url\(\s*['\"]?(.)", picture)} == {"#"}
    assert not re.findall(r"[\s\"'>](?:/\w+){2,}|~/|file:", picture)
