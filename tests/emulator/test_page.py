"""The page for people, in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.emulator.shown_page import Page
from tests.support.client import TRANSITION_S, Api

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

TENANT_WIDE = {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"}
STORE = {
    "name": "store",
    "type": "S3",
    "bucket": "models-bucket",
    "data": {"AWS_ACCESS_KEY_ID": "i", "AWS_SECRET_ACCESS_KEY": "k"},
}
OLD, NEW = "2025-05-01", "2025-08-07"


def test_what_it_shows(page: Page, api: Api) -> None:
    page.until(lambda: "No deployments yet" in page.one("#no-deployments").text)
    deployment = api.create(api.configuration(OLD, name="<b>chat</b>"))
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})

    page.shows(deployment, "UNKNOWN", "default", "<b>chat</b>", f"gpt-5-mini {OLD}", "nobody", "CREATE")
    page.until(lambda: "team-b 0" in page.one("#groups").text)
    assert "PROVISIONING" in page.one("#groups").text
    page.until(lambda: "POST /v2/admin/resourceGroups" in page.all("#requests tr")[0].text)
    api.emulator.advance(TRANSITION_S)
    page.shows(deployment, "RUNNING")
    assert page.row(deployment).text.count(f"gpt-5-mini {OLD}") == 2
    assert page.one("#deployment-count").text == "1"
    api.emulator.faults = [{"path": "/v2/lm/meta", "effect": {"drop": "beforeCommit"}}]
    with pytest.raises(requests.ConnectionError):
        api.call("GET", "/lm/meta")
    page.until(lambda: "drop beforeCommit" in page.all("#requests tr")[0].text)
    assert "dropped" in page.all("#requests tr")[0].text


def test_other_objects(page: Page, api: Api) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    api.call("POST", "/admin/secrets", json={"name": "token", "data": {"a": "c2VjcmV0"}})
    api.call("POST", "/admin/secrets", json={"name": "wide", "data": {}}, headers=TENANT_WIDE)
    api.call("POST", "/admin/objectStoreSecrets", json=STORE, headers={"AI-Resource-Group": "team-b"})
    api.call("POST", "/admin/dockerRegistrySecrets", json={"name": "registry", "data": {".dockerconfigjson": "{}"}})
    api.call(
        "POST", "/admin/repositories", json={"name": "models", "url": "<b>u</b>", "username": "u", "password": "p"}
    )
    source = {"repositoryName": "models", "revision": "HEAD", "path": "workflows", "applicationName": "app"}
    api.call("POST", "/admin/applications", json=source)
    api.call("PATCH", "/admin/resources/nodes", json={"resourcePlans": [{"name": "basic", "request": 2}]})

    page.until(lambda: page.one("#object-count").text == "7")
    rows = {row.find_element("css selector", "code").text: row.text for row in page.all("#objects tr")}
    assert "secret" in rows["token"]
    assert "default" in rows["token"]
    assert "1 value" in rows["token"]
    assert "in 0 of 2 resource groups" in rows["wide"]
    assert "whole tenant" in rows["wide"]
    assert "s3 models-bucket" in rows["store"].lower()
    assert "team-b" in rows["store"]
    assert "Docker registry secret" in rows["registry"]
    assert "IN-PROGRESS" in rows["models"]
    assert "<b>u</b>" in rows["models"]
    assert "workflows at HEAD: sync is under way" in rows["app"]
    assert "0 of 2" in rows["basic"]

    api.emulator.advance(TRANSITION_S)
    page.until(lambda: "Synced" in page.one("#objects").text)
    api.call("DELETE", "/admin/dockerRegistrySecrets/registry")
    page.until(lambda: "DELETING" in page.one("#objects").text)
    api.emulator.advance(TRANSITION_S)
    page.until(lambda: page.one("#object-count").text == "6")


def test_executions_and_what_belongs_to_them(page: Page, api: Api) -> None:
    configuration = api.training("<b>train</b>")
    schedule = {"name": "hourly", "cron": "0 * * * *", "configurationId": configuration}
    made = api.call("POST", "/lm/executionSchedules", json=schedule).json()["id"]
    execution = api.execute(configuration)
    api.call("PATCH", "/lm/metrics", json={"executionId": execution, "tags": [{"name": "a", "value": "b"}]})

    page.until(lambda: page.one("#object-count").text == "4")
    rows = [row.text for row in page.all("#objects tr")]
    assert any("execution" in row and "UNKNOWN" in row and "<b>train</b>" in row for row in rows)
    assert any("ACTIVE" in row and "hourly: 0 * * * *" in row for row in rows)
    assert any("dataset texts: ai://default/texts" in row for row in rows)
    assert any("0 metrics, 1 tags" in row for row in rows)
    api.emulator.advance(3600)
    page.until(lambda: page.one("#object-count").text == "7")
    assert page.one("#objects").text.count("COMPLETED") == 2
    assert page.one("#objects").text.count("made model classifier") == 2
    assert f"by schedule {made[:8]}" in page.one("#objects").text


def test_one_group_of_many_and_a_search(page: Page, api: Api) -> None:
    """Fifty groups, and more deployments than are listed at once."""
    groups = [f"team-{index:02}" for index in range(49)]
    for group in groups:
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": group})
    api.emulator.advance(TRANSITION_S)
    for index in range(5):
        for group in groups:
            team = {"AI-Resource-Group": group}
            configuration = api.call(
                "POST",
                "/lm/configurations",
                json={"name": f"chat-{index}", "scenarioId": "orchestration", "executableId": "orchestration"},
                headers=team,
            ).json()["id"]
            api.call("POST", "/lm/deployments", json={"configurationId": configuration}, headers=team)
    api.call("POST", "/admin/objectStoreSecrets", json=STORE, headers={"AI-Resource-Group": "team-07"})
    api.call("POST", "/admin/objectStoreSecrets", json=STORE)

    page.until(lambda: page.one("#deployment-count").text == "245, the 200 last changed")
    assert len(page.all("#groups li")) == 50
    assert len(page.all("#deployments tr")) == 200

    with_objects = ["default 0 +1", "team-07 5 +1"]
    page.until(lambda: [each.text for each in page.all("#groups button") if "+1" in each.text] == with_objects)
    next(each for each in page.all("#groups button") if "team-07" in each.text).click()
    page.until(lambda: page.one("#deployment-count").text == "5")
    assert {row.text.count("team-07") for row in page.all("#deployments tr")} == {1}
    assert page.one("#object-count").text == "1"
    page.one("#search").send_keys("CHAT-3")
    page.until(lambda: page.one("#deployment-count").text == "1")
    assert not page.one("#objects-section").is_displayed()
    page.one("#groups button[aria-pressed='true']").click()
    page.until(lambda: page.one("#deployment-count").text == "49")
    page.one("#search").clear()
    page.one("#search").send_keys("models-bucket")
    page.until(lambda: page.one("#object-count").text == "2")
    assert "None here" in page.one("#no-deployments").text


def test_stop_kill_and_delay(page: Page, api: Api) -> None:
    configuration = api.configuration()
    stopped, killed = api.running(configuration), api.running(configuration)
    late = api.create(configuration)

    page.press(stopped, "Stop")
    page.shows(stopped, "STOPPING", "→ STOPPED")
    page.press(killed, "Kill")
    page.shows(killed, "DEAD", "nobody")
    page.press(late, "Delay")
    page.shows(late, "UNKNOWN", "in 32 s")

    assert api.deployment(stopped)["targetStatus"] == "STOPPED"
    assert api.deployment(killed)["status"] == "DEAD"
    api.emulator.advance(TRANSITION_S)
    assert api.deployment(late)["status"] == "UNKNOWN"
    page.shows(stopped, "STOPPED")
    assert [each for each in page.row(stopped).find_elements("tag name", "button") if each.is_enabled()] == []


def test_switch(page: Page, api: Api) -> None:
    from selenium.webdriver.support.ui import Select

    deployment = api.running(api.configuration(OLD))

    page.press(deployment, "Switch")
    page.until(lambda: page.one("#switch-dialog").is_displayed())
    Select(page.one("#switch-target")).select_by_visible_text(f"gpt-5-mini {NEW}")
    page.one("#switch-dialog button.primary").click()

    page.shows(deployment, "RUNNING", f"gpt-5-mini {NEW}", f"gpt-5-mini {OLD}", "UPDATE")
    assert api.answering(deployment) == OLD
    api.emulator.advance(TRANSITION_S)
    page.until(lambda: page.row(deployment).text.count(f"gpt-5-mini {NEW}") == 2)
    assert api.answering(deployment) == NEW


def test_a_refusal_is_told(page: Page, api: Api) -> None:
    deployment = api.running(api.configuration())
    page.shows(deployment, "RUNNING")
    page.driver.execute_script("refresh = () => {};")
    api.stop(deployment)

    page.press(deployment, "Stop")

    page.until(lambda: "Current status STOPPING cannot be changed" in page.one("#problem").text)


def test_faults_and_time(page: Page, api: Api, emulator: Emulator) -> None:
    from selenium.webdriver.support.ui import Select

    Select(page.one("#preset")).select_by_visible_text("a quota of 3 deployments")
    page.one("#apply-faults").click()

    page.until(lambda: emulator.faults == [{"deploymentQuota": 3}])
    page.until(lambda: page.one("#fault-count").text == "1 in force")
    emulator.faults = [{"refusePatchInDead": True}]
    page.until(lambda: json.loads(page.one("#faults").get_property("value")) == emulator.faults)
    page.one("#faults").clear()
    page.one("#faults").send_keys('[{"effect": {"colour": "red"}}]')
    page.one("#apply-faults").click()
    page.until(lambda: "colour" in page.one("#problem").text)
    page.one("#clear-faults").click()
    page.until(lambda: emulator.faults == [])
    before = requests.get(f"{api.url}/_emulator/clock", timeout=10).json()["seconds"]
    page.one("[data-advance='3600']").click()
    page.until(lambda: requests.get(f"{api.url}/_emulator/clock", timeout=10).json()["seconds"] == before + 3600)
    page.driver.get_log("browser")  # type: ignore[no-untyped-call]


def test_an_emulator_that_has_gone_and_comes_back(chromium: Chrome) -> None:
    with Emulator.running(clock=SteppedClock()) as emulator:
        page = Page(chromium, emulator.url)
        page.until(lambda: page.one("#no-requests").is_displayed())
        port = int(emulator.url.rsplit(":", 1)[1])
    page.until(lambda: "does not answer" in page.one("#problem").text)
    with Emulator.running(clock=SteppedClock(), port=port):
        page.until(lambda: not page.one("#problem").is_displayed())
    chromium.get("about:blank")


def test_it_asks_nobody_else(emulator: Emulator) -> None:
    """No assets from elsewhere, and none that the policy would not allow; this needs no browser."""
    page = requests.get(emulator.url, timeout=10)

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for path in ("page.css", "page.js"):
        assert f'"/_emulator/{path}"' in page.text
        part = requests.get(f"{emulator.url}/_emulator/{path}", timeout=10)
        assert part.status_code == 200
        assert "http" not in part.text
    assert emulator.journal == []
