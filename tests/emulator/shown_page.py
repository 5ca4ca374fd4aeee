"""The emulator's page in a browser, as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


class Page:
    """The page as a person uses it."""

    def __init__(self, driver: Chrome, url: str) -> None:
        self.driver = driver
        driver.get_log("browser")  # type: ignore[no-untyped-call]
        driver.get(url)

    def until(self, happens: Callable[[], Any]) -> Any:
        """Look until something is true; what it was is returned."""
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        waiting = WebDriverWait(self.driver, 20, 0.05, ignored_exceptions=[StaleElementReferenceException])
        return waiting.until(lambda _: happens())

    def all(self, css: str) -> list[Any]:
        return self.driver.find_elements("css selector", css)

    def one(self, css: str) -> Any:
        return self.driver.find_element("css selector", css)

    @property
    def news(self) -> str:
        """What was said to screen readers last; it cannot be seen."""
        return str(self.one("#news").get_property("textContent"))

    def row(self, deployment: str) -> Any:
        """The row of a deployment, when it is there."""
        return next((row for row in self.all("#deployments tr") if deployment in row.text), None)

    def shows(self, deployment: str, status: str, *texts: str) -> None:
        """Wait until the row of a deployment has this status and all these texts."""

        def is_so() -> bool:
            row = self.row(deployment)
            return row is not None and row.text.startswith(status) and all(text in row.text for text in texts)

        self.until(is_so)

    def press(self, deployment: str, name: str) -> None:
        """Press a button of a deployment's row."""

        def pressed() -> bool:
            row = self.row(deployment)
            buttons = [] if row is None else row.find_elements("tag name", "button")
            for button in buttons:
                if button.text == name and button.is_enabled():
                    button.click()
                    return True
            return False

        self.until(pressed)

    def complaints(self) -> list[str]:
        """What the browser's console says, but for answers that were refused on purpose."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [
            entry["message"] for entry in entries if "the server responded with a status of 412" not in entry["message"]
        ]
