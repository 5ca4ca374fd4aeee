"""The page for people who use a keyboard, a screen reader, a small window or dark colours, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import requests
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from aicore_provider.emulator import Emulator
from sandbox.console import Problem
from tests.emulator.axe_core import findings, script
from tests.emulator.shown_page import Page
from tests.support.client import TRANSITION_S, Api

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

WIDE, ZOOMED, NARROW = 1280, 640, 320
"""Widths in CSS pixels; a window of 1280 at a zoom of 200 % has 640."""


@pytest.fixture
def axe() -> None:
    try:
        script()
    except Problem as problem:
        pytest.skip(str(problem))


@contextmanager
def shown_as(driver: Chrome, scheme: str, width: int) -> Iterator[None]:
    """The page in light or dark colours, in a window of a width."""
    size = {"width": width, "height": 1600, "deviceScaleFactor": 1, "mobile": False}
    wish = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", wish)
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        yield
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def empty(page: Page, _api: Api) -> None:
    page.until(lambda: page.one("#no-deployments").is_displayed())


def full(page: Page, api: Api) -> None:
    """Objects in states of every colour, and answers of each."""
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    configuration = api.configuration()
    dead, stopped, running = (api.running(configuration) for _ in range(3))
    api.emulator.kill(dead)
    api.stop(stopped)
    api.emulator.advance(TRANSITION_S)
    api.call("POST", "/admin/secrets", json={"name": "token", "data": {}})
    requests.delete(f"{api.url}/_emulator/journal", timeout=10)
    api.create(configuration)
    api.emulator.faults = [{"path": "/v2/lm/meta", "effect": {"status": 503}}]
    api.call("GET", "/lm/meta")
    api.deployment(running)
    api.call("GET", "/lm/deployments/none")
    page.shows(dead, "DEAD")
    page.shows(stopped, "STOPPED")
    page.until(lambda: len(page.all("#requests tr")) == 4)


def refused(page: Page, api: Api) -> None:
    full(page, api)
    page.one("#faults").clear()
    page.one("#faults").send_keys("{")
    page.one("#apply-faults").click()
    page.until(lambda: page.one("#problem").is_displayed())


def switching(page: Page, api: Api) -> None:
    page.press(api.running(api.configuration()), "Switch")
    page.until(lambda: page.one("#switch-dialog").is_displayed())


@pytest.mark.parametrize("scene", [empty, full, refused, switching], ids=lambda each: each.__name__)
@pytest.mark.usefixtures("axe")
def test_axe_finds_nothing(page: Page, api: Api, scene: Any) -> None:
    scene(page, api)
    for scheme, width in (("light", WIDE), ("dark", WIDE), ("light", ZOOMED), ("light", NARROW)):
        with shown_as(page.driver, scheme, width):
            found = findings(page.driver)
            # In a narrow window a part of a table is scrolled out of sight, where its colours cannot be told.
            undecided = found["incomplete"] if width == WIDE else []
            assert (found["violations"], undecided) == ([], []), f"{scheme}, {width} px"


@pytest.mark.parametrize("width", [ZOOMED, NARROW])
def test_a_narrow_window_is_scrolled_downwards_only(page: Page, api: Api, width: int) -> None:
    full(page, api)
    with shown_as(page.driver, "light", width):
        beyond = "const { scrollWidth, clientWidth } = document.documentElement; return scrollWidth - clientWidth"
        assert page.driver.execute_script(beyond) == 0


def test_nothing_moves(page: Page, api: Api) -> None:
    """So nobody needs to ask for less motion."""
    full(page, api)
    assert page.driver.execute_script("return document.getAnimations().length") == 0
    style = files("aicore_provider.emulator").joinpath("page/page.css").read_text()
    assert not [word for word in ("animation", "transition", "scroll-behavior") if word in style]


class Keyboard:
    """A person without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focused(self) -> Any:
        return self.page.driver.switch_to.active_element

    @property
    def at(self) -> str:
        """What a screen reader calls the element that has the focus; one that is just being replaced has no name."""
        return str(self.page.until(lambda: self.focused.accessible_name))

    def press(self, *keys: str) -> None:
        """Press keys: what has the focus when each arrives gets it, and the page may have just put it there anew."""
        ActionChains(self.page.driver).send_keys(*keys).perform()

    def go_to(self, name: str) -> list[str]:
        """Press Tab until an element of this name has the focus; returns the names on the way."""
        passed: list[str] = []
        while not (passed and passed[-1] == name):
            assert len(passed) < 60, passed
            self.press(Keys.TAB)
            passed.append(self.at)
            assert self.is_visible(), f"nobody sees that {self.at} has the focus"
        return passed

    def is_visible(self) -> bool:
        """Whether the focus can be seen: the element is in the window and has an outline."""
        seen = """
            const { top, left, bottom, right, width } = document.activeElement.getBoundingClientRect();
            const style = getComputedStyle(document.activeElement);
            const inside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
            return inside && width > 1 && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        """
        return bool(self.page.driver.execute_script(seen))


@pytest.fixture
def keyboard(page: Page) -> Keyboard:
    return Keyboard(page)


def test_the_order_of_the_focus_is_that_of_the_page(page: Page, api: Api, keyboard: Keyboard) -> None:
    deployment = api.running(api.configuration())
    page.shows(deployment, "RUNNING")
    assert keyboard.go_to("Restore catalogue") == [
        "To the deployments",
        *("+1 min", "+1 h", "+1 day", "Pause the page"),
        *("default 1", "Search deployments and other objects"),
        *("Table of deployments", f"Switch {deployment}", f"Stop {deployment}", f"Kill {deployment}"),
        "Table of requests",
        *("Add", "Rules in force, as JSON", "Set faults", "No faults"),
        *("Model", "retires in", "Set retirement", "Remove from catalogue", "Restore catalogue"),
    ]


def test_the_groups_can_be_passed_by(page: Page, api: Api, keyboard: Keyboard) -> None:
    page.shows(api.running(api.configuration()), "RUNNING")
    keyboard.go_to("To the deployments")
    keyboard.press(Keys.ENTER, Keys.TAB)
    assert keyboard.at == "Table of deployments"


def test_a_deployment_is_switched_and_stopped_by_keys(page: Page, api: Api, keyboard: Keyboard) -> None:
    deployment = api.running(api.configuration("2025-05-01"))
    page.shows(deployment, "RUNNING")

    keyboard.go_to(f"Switch {deployment}")
    keyboard.press(Keys.ENTER)
    page.until(lambda: page.one("#switch-dialog").is_displayed())
    assert page.one("#switch-dialog").accessible_name == f"Switch {deployment}"
    page.until(lambda: keyboard.at == "to")
    keyboard.press("gpt-5-mini 2025-08", Keys.TAB, Keys.ENTER)
    page.until(lambda: "switch of" in page.news)
    assert page.news == f"switch of {deployment}: done, its status is RUNNING"
    assert keyboard.at == f"Switch {deployment}"

    api.emulator.advance(TRANSITION_S)
    page.shows(deployment, "RUNNING", "2025-08-07")
    keyboard.go_to(f"Stop {deployment}")
    keyboard.press(Keys.ENTER)
    page.until(lambda: "stop of" in page.news)
    page.shows(deployment, "STOPPING")
    # Its button cannot be pressed any more, and nothing else is there but the delay.
    assert keyboard.at == f"Delay {deployment}"
    api.emulator.advance(TRANSITION_S)
    page.shows(deployment, "STOPPED")
    page.until(lambda: keyboard.at == "Table of deployments")


def test_the_focus_stays_while_the_page_changes(page: Page, api: Api, keyboard: Keyboard) -> None:
    deployment = api.running(api.configuration())
    page.shows(deployment, "RUNNING")
    keyboard.go_to(f"Stop {deployment}")
    button = keyboard.focused

    other = api.create(api.configuration(name="other"))
    page.shows(other, "UNKNOWN")
    api.emulator.advance(1)
    page.until(lambda: "in 1 s" in page.row(other).text)
    api.emulator.kill(other)
    page.shows(other, "DEAD")

    assert keyboard.focused == button
    assert keyboard.at == f"Stop {deployment}"
    api.delete(other)
    keyboard.go_to("Table of requests")


@pytest.mark.parametrize("change", ["kill", "stop", "delete"])
def test_the_focus_comes_back_to_where_a_row_has_changed_behind_the_dialog(
    page: Page, api: Api, keyboard: Keyboard, change: str
) -> None:
    deployment, _other = api.running(api.configuration()), api.running(api.configuration(name="other"))
    page.shows(deployment, "RUNNING")
    keyboard.go_to(f"Switch {deployment}")
    keyboard.press(Keys.ENTER)
    page.until(lambda: page.one("#switch-dialog").is_displayed())
    if change == "kill":
        api.emulator.kill(deployment)
        page.shows(deployment, "DEAD")
    else:
        api.stop(deployment)
        api.emulator.advance(TRANSITION_S)
        page.shows(deployment, "STOPPED")
    if change == "delete":
        api.delete(deployment)
        api.emulator.advance(TRANSITION_S)
        page.until(lambda: page.row(deployment) is None)

    keyboard.press(Keys.ESCAPE)

    page.until(lambda: not page.one("#switch-dialog").is_displayed())
    assert keyboard.at == (f"Switch {deployment}" if change == "kill" else "Table of deployments")


@pytest.mark.parametrize("place", ["row", "dialog"])
def test_the_focus_goes_to_the_search_when_the_last_row_goes(
    page: Page, api: Api, keyboard: Keyboard, place: str
) -> None:
    deployment = api.running(api.configuration())
    page.shows(deployment, "RUNNING")
    keyboard.go_to(f"Switch {deployment}")
    if place == "dialog":
        keyboard.press(Keys.ENTER)
        page.until(lambda: page.one("#switch-dialog").is_displayed())
    api.stop(deployment)
    api.emulator.advance(TRANSITION_S)
    api.delete(deployment)
    api.emulator.advance(TRANSITION_S)
    page.until(lambda: page.one("#no-deployments").is_displayed())

    if place == "dialog":
        keyboard.press(Keys.ESCAPE)

    assert keyboard.at == "Search deployments and other objects"


def test_a_search_is_told_and_what_changes_by_itself_is_not(page: Page, api: Api, keyboard: Keyboard) -> None:
    page.shows(api.running(api.configuration()), "RUNNING")
    assert page.one("#news").aria_role == "status"
    assert page.news == ""

    keyboard.go_to("Search deployments and other objects")
    keyboard.press("nothing of that name")
    page.until(lambda: page.news == "0 deployments, 0 other objects")
    api.create(api.configuration())
    page.until(lambda: page.one("#groups").text == "default 2")
    assert page.news == "0 deployments, 0 other objects"
    live = page.all("[aria-live], [role=status], [role=alert], output")
    assert [each.get_attribute("id") for each in live] == ["problem", "news"]


def test_the_page_can_be_paused(page: Page, api: Api, keyboard: Keyboard) -> None:
    page.until(lambda: page.one("#deployment-count").text == "0")
    keyboard.go_to("Pause the page")
    keyboard.press(Keys.SPACE)
    assert keyboard.focused.get_attribute("aria-pressed") == "true"
    api.create(api.configuration())
    page.driver.execute_async_script("tick().then(arguments[0])")
    assert page.one("#deployment-count").text == "0"
    keyboard.press(Keys.SPACE)
    page.until(lambda: page.one("#deployment-count").text == "1")


def test_each_row_has_a_header_and_each_table_a_name(page: Page, api: Api) -> None:
    full(page, api)
    for name in ("deployments", "objects", "requests"):
        table = page.one(f"#{name}").find_element("xpath", "..")
        assert table.accessible_name
        columns = table.find_elements("css selector", "thead th")
        assert [each.aria_role for each in columns] == ["columnheader"] * len(columns)
        assert all(each.accessible_name for each in columns)
        rows = table.find_elements("css selector", "tbody tr")
        assert all(len(row.find_elements("css selector", "th[scope=row]")) == 1 for row in rows)


def test_a_retirement_is_tried_by_keys(page: Page, api: Api, keyboard: Keyboard, emulator: Emulator) -> None:
    def versions() -> dict[str, Any]:
        offered = requests.get(f"{api.url}/_emulator/models", timeout=10).json()
        return {each["version"]: each for each in offered if each["model"] == "gpt-5-mini"}

    page.until(lambda: page.all("#model option"))
    keyboard.go_to("Model")
    keyboard.press("gpt-5-mini 2025-05", Keys.TAB, Keys.BACKSPACE * 2, "5")
    keyboard.go_to("Set retirement")
    keyboard.press(Keys.ENTER)
    page.until(lambda: "retires 2" in page.one("#model option:checked").text)
    assert versions()["2025-05-01"]["deprecated"] is True
    assert page.news == f"gpt-5-mini 2025-05-01: retires {versions()['2025-05-01']['retirementDate'][:10]}"
    keyboard.go_to("Remove from catalogue")
    keyboard.press(Keys.ENTER)
    page.until(lambda: page.news == "gpt-5-mini 2025-05-01: not offered any more")
    assert set(versions()) == {"2025-08-07"}
    keyboard.go_to("Restore catalogue")
    keyboard.press(Keys.ENTER)
    page.until(lambda: "as it was" in page.news)
    assert set(versions()) == {"2025-05-01", "2025-08-07"}
    assert emulator.faults == []
