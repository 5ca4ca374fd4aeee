"""The site in a real browser: it fits a phone, and asks no other host."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.emulator.browser import browser, missing

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
PAGES = ("model-change/", "what-a-change-does/", "kinds/AIDeployment/", "kinds/getModels/", "architecture/")


class Quiet(SimpleHTTPRequestHandler):
    """Tells nobody of requests."""

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    if absent := missing():
        pytest.skip(f"no browser: {absent} is missing (Debian: packages chromium and chromium-driver)")
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
        yield driver


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_no_wider_than_a_phone_and_asks_no_other_host(chromium: Chrome, address: str, page: str) -> None:
    chromium.get(f"{address}/{page}")
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= PHONE["width"]
    asked = chromium.execute_script("return performance.getEntriesByType('resource').map(each => each.name)")
    assert asked
    assert {urlsplit(each).netloc for each in asked} == {urlsplit(address).netloc}


def test_a_tab_of_a_language_is_chosen_on_every_page(chromium: Chrome, address: str) -> None:
    chromium.get(f"{address}/kinds/AIDeployment/")
    (go,) = [each for each in chromium.find_elements("css selector", ".tabbed-labels > label") if each.text == "Go"]
    chromium.execute_script("arguments[0].scrollIntoView({block: 'center'})", go)
    go.click()
    chromium.get(f"{address}/kinds/AIArtifact/")
    (chosen,) = [
        each
        for each in chromium.find_elements("css selector", ".tabbed-block")
        if each.value_of_css_property("display") != "none"
    ]
    assert "package main" in chosen.text
