"""`make emulator-screenshot`: the picture of the emulator's page in the docs, with something going on."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from aicore_provider.emulator import Emulator, SteppedClock
from tests.emulator.browser import browser, missing
from tests.support.client import Api

PICTURE = Path(__file__).parents[2] / "docs" / "emulator.png"


def something_going_on(emulator: Emulator) -> None:
    """A few deployments in different states, other objects, and requests with different results."""
    api, team = Api(emulator), Api(emulator, "team-search")
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-search"})
    api.call("POST", "/admin/secrets", json={"name": "sharepoint", "data": {"user": "", "password": ""}})
    chat = api.create(api.configuration("2025-05-01", name="chat"))
    emulator.advance(60)
    team.create(team.configuration("1", model="text-embedding-3-small", name="embeddings"))
    team.create(team.configuration("001", model="gemini-2.5-pro", executable="gcp-vertexai", name="summaries"))
    emulator.advance(60)
    emulator.kill(team.ids()[1])
    keys = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    team.call(
        "POST", "/admin/objectStoreSecrets", json={"name": "default", "type": "S3", "bucket": "docs", "data": keys}
    )
    repository = {"name": "models", "url": "https://git.example.com/models", "username": "", "password": ""}
    api.call("POST", "/admin/repositories", json=repository)
    source = {"applicationName": "serving", "repositoryName": "models", "revision": "HEAD", "path": "serving"}
    api.call("POST", "/admin/applications", json=source)
    stopped = api.create(api.configuration("2025-08-07", model="gpt-5", name="experiment"))
    emulator.advance(60)
    api.stop(stopped)
    emulator.advance(60)
    api.ask(chat)
    api.switch(chat, api.configuration("2025-08-07", name="chat"))
    emulator.faults = [{"path": "/v2/lm/meta", "times": 1, "effect": {"status": 503}}]
    api.call("GET", "/lm/meta")
    emulator.advance(12)
    api.ask(chat)
    team.create(team.configuration("1", model="anthropic--claude-4.5-haiku", executable="aws-bedrock", name="answers"))
    api.delete(chat)
    emulator.faults = [{"outcome": "DEAD", "model": "gpt-5*", "after": "switch", "times": 1}]
    for each in (api, team):
        each.session.close()


def main() -> None:
    """Take the picture."""
    if absent := missing():
        sys.exit(f"{absent} is missing (Debian: packages chromium and chromium-driver)")
    with (
        tempfile.TemporaryDirectory() as profile,
        Emulator.running(transition_seconds=40, clock=SteppedClock()) as emulator,
        browser(Path(profile), *sys.argv[2:], width=1180, height=1730) as driver,
    ):
        something_going_on(emulator)
        driver.get(emulator.url)
        driver.implicitly_wait(10)
        driver.find_element("css selector", "#deployments tr")
        driver.find_element("css selector", "#requests tr")
        picture = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
        driver.save_screenshot(str(picture))


if __name__ == "__main__":
    main()
