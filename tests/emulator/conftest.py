from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.emulator.browser import browser, missing
from tests.emulator.shown_page import Page
from tests.support.client import TRANSITION_S, Api

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


@pytest.fixture
def api(emulator: Emulator) -> Iterator[Api]:
    client = Api(emulator)
    with client.session:
        yield client


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    if absent := missing():
        pytest.skip(f"no browser: {absent} is missing (Debian: packages chromium and chromium-driver)")
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def page(chromium: Chrome, emulator: Emulator) -> Iterator[Page]:
    shown = Page(chromium, emulator.url)
    yield shown
    assert shown.complaints() == []
    chromium.get("about:blank")
