"""Models that are deprecated and retired."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, Refusal, SteppedClock
from tests.support.client import Api, error_of

OLD, NEW = "2025-05-01", "2025-08-07"
DAY_S = 86_400
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "emulator.md"


def change(api: Api, model: str, how: str, body: Any = None) -> requests.Response:
    return requests.post(f"{api.url}/_emulator/models/{model}/{how}", json=body or {}, timeout=10)


def versions(api: Api, model: str = "gpt-5-mini") -> dict[str, dict[str, Any]]:
    """What the API says of a model, by version; empty when it is not offered."""
    listed = api.get("/lm/scenarios/foundation-models/models")["resources"]
    return {version["name"]: version for each in listed if each["model"] == model for version in each["versions"]}


def test_one_version_is_deprecated(api: Api) -> None:
    before = versions(api)
    now = dt.datetime.fromtimestamp(
        requests.get(f"{api.url}/_emulator/clock", timeout=10).json()["seconds"], dt.timezone.utc
    )

    answer = change(
        api, "gpt-5-mini", "deprecate", {"version": OLD, "retiresInDays": 20, "suggestedReplacements": ["gpt-5.1"]}
    )

    day = f"{(now + dt.timedelta(days=20)).date()}T00:00:00Z"
    marks = {"deprecated": True, "retirementDate": day, "suggestedReplacements": ["gpt-5.1"]}
    assert versions(api) == {OLD: before[OLD] | marks, NEW: before[NEW]}
    assert [each["version"] for each in answer.json()] == [OLD, NEW]
    assert answer.json()[0] == {
        "model": "gpt-5-mini",
        "version": OLD,
        "executableId": "azure-openai",
        "isLatest": False,
        **marks,
    }
    assert api.create(api.configuration(OLD)), "it can still be deployed"


def test_what_is_not_said_stays(api: Api) -> None:
    change(api, "gpt-5-mini", "deprecate", {"version": OLD, "retiresInDays": -3, "suggestedReplacements": ["o3"]})
    before = versions(api)[OLD]

    assert change(api, "gpt-5-mini", "deprecate").ok

    assert versions(api)[OLD] == before
    assert versions(api)[NEW]["deprecated"] is True
    assert change(api, "gpt-5-mini", "deprecate", {"version": "latest", "retiresInDays": 0}).ok
    assert versions(api)[NEW]["retirementDate"]


def test_a_retired_version_cannot_be_deployed_and_what_runs_goes_on(api: Api) -> None:
    old, new = api.configuration(OLD), api.configuration(NEW)
    running, other, latest = api.running(old), api.running(new), api.running(api.configuration("latest"))

    assert [each["version"] for each in change(api, "gpt-5-mini", "retire", {"version": NEW}).json()] == [OLD]

    assert list(versions(api)) == [OLD]
    assert versions(api)[OLD]["isLatest"] is True
    assert error_of(api.call("POST", "/lm/deployments", json={"configurationId": new}))["code"] == "01510003"
    assert error_of(api.switch(running, new))["code"] == "01510003"
    assert api.deployment(other)["status"] == "RUNNING"
    assert (api.answering(running), api.answering(other)) == (OLD, NEW)
    assert api.answering(latest) == OLD, "latest is what the catalogue says"


def test_a_retired_model_is_gone_for_orchestration_as_well(api: Api) -> None:
    router = api.running(api.configuration(None, model=None, executable="orchestration", scenario="orchestration"))
    body = {"config": {"modules": {"prompt_templating": {"model": {"name": "gpt-5-mini"}}}}}
    path = f"/inference/deployments/{router}/v2/completion"
    assert api.call("POST", path, json=body).ok

    assert change(api, "gpt-5-mini", "retire").json() == []

    assert versions(api) == {}
    assert "Model gpt-5-mini not supported." in api.call("POST", path, json=body).text


def test_all_tenants_see_it_and_the_shipped_catalogue_comes_back() -> None:
    with Emulator.running(clock=SteppedClock(), tenants=["team-b"]) as emulator:
        here, there = Api(emulator), Api(emulator, client="team-b")
        shipped = versions(here)
        emulator.deprecate("gpt-5-mini", version=OLD, retires_in_days=1)
        assert versions(there)[OLD]["deprecated"] is True
        emulator.retire("gpt-5-mini", executable_id="azure-openai")
        assert versions(there) == {}
        with pytest.raises(Refusal, match="gpt-5-mini is not offered"):
            emulator.retire("gpt-5-mini")
        url = f"{emulator.url}/_emulator/models"
        assert requests.delete(url, timeout=10).json() == requests.get(url, timeout=10).json()
        assert versions(here) == versions(there) == shipped
        for api in (here, there):
            api.session.close()
    with Emulator.running(clock=SteppedClock()) as another:
        api = Api(another)
        assert versions(api) == shipped
        api.session.close()


def test_a_model_without_versions(api: Api) -> None:
    router = api.running(api.configuration(None, model=None, executable="orchestration", scenario="orchestration"))
    body = {"config": {"modules": {"prompt_templating": {"model": {"name": "sonar-deep-research"}}}}}
    path = f"/inference/deployments/{router}/v2/completion"
    assert api.call("POST", path, json=body).json()["final_result"]["model"] == "sonar-deep-research"

    refused = change(api, "sonar-deep-research", "deprecate", {"retiresInDays": 1})

    assert (refused.status_code, refused.json()["error"]) == (404, "sonar-deep-research has no versions")
    assert change(api, "sonar-deep-research", "retire").ok
    assert "not supported" in api.call("POST", path, json=body).text
    assert change(api, "sonar-deep-research", "retire").json()["error"] == "sonar-deep-research is not offered"


@pytest.mark.parametrize(
    ("model", "how", "body", "status"),
    [
        ("gpt-9", "retire", {}, 404),
        ("gpt-5-mini", "retire", {"version": "1999"}, 404),
        ("gpt-5-mini", "deprecate", {"version": ""}, 404),
        ("gpt-5-mini", "deprecate", {"executableId": "aws-bedrock"}, 404),
        ("gpt-5-mini", "deprecate", {"retiresInDays": "soon"}, 400),
        ("gpt-5-mini", "deprecate", {"retiresInDays": 10**9}, 400),
        ("gpt-5-mini", "deprecate", {"retiresInDays": 1.5}, 400),
        ("gpt-5-mini", "deprecate", {"suggestedReplacements": "gpt-5"}, 400),
        ("gpt-5-mini", "retire", {"retiresInDays": 1}, 400),
        ("gpt-5-mini", "retire", [1], 400),
        ("gpt-5-mini", "forget", {}, 404),
    ],
)
def test_what_is_refused(api: Api, model: str, how: str, body: Any, status: int) -> None:
    before = versions(api)

    answer = change(api, model, how, body)

    assert answer.status_code == status
    assert answer.json()["error"]
    assert versions(api) == before


def test_at_the_end_of_time() -> None:
    with Emulator.running(clock=SteppedClock(253_402_300_000.0)) as emulator:
        emulator.deprecate("o3", retires_in_days=36_500)
        emulator.deprecate("o4-mini", retires_in_days=-36_500)
        api = Api(emulator)
        assert {each["retirementDate"] for each in versions(api, "o3").values()} == {"9999-12-31T00:00:00Z"}
        api.session.close()


def test_the_commands_of_the_documentation_do_what_it_says(api: Api) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    commands = [line for block in blocks for line in block.replace("\\\n", "").splitlines() if line.startswith("curl ")]
    curl = argparse.ArgumentParser()
    curl.add_argument("url")
    curl.add_argument("-X", dest="method", default="GET")
    curl.add_argument("-d", dest="data")
    seen = []

    for command in commands:
        sent = curl.parse_args(shlex.split(command.replace("http://127.0.0.1:8080", api.url))[1:])
        # What curl says of a body when nobody tells it what it is.
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if sent.data else {}
        assert requests.request(sent.method, sent.url, data=sent.data, headers=headers, timeout=10).ok, command
        seen.append({name: version["deprecated"] for name, version in versions(api).items()})

    assert seen == [{OLD: True, NEW: False}, {NEW: False}, {OLD: False, NEW: False}]
