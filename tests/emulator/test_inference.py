from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator
from tests.emulator.client import HALF_WAY_S, TRANSITION_S, Api


def test_openai(api: Api) -> None:
    deployment = api.running(api.configuration("latest"))
    url = f"/inference/deployments/{deployment}"
    query = {"api-version": "2025-04-01"}

    chat = api.call("POST", f"{url}/chat/completions", params=query, json={"messages": []}).json()
    vectors = api.call("POST", f"{url}/embeddings", params=query, json={"input": "x"}).json()

    assert chat["model"] == "gpt-5-mini-2025-08-07"
    assert "gpt-5-mini 2025-08-07" in chat["choices"][0]["message"]["content"]
    assert chat["emulator"]["version"] == "2025-08-07"
    assert vectors["data"][0]["embedding"]
    assert api.call("POST", f"{url}/chat/completions", json={}).status_code == 400


def test_bedrock(api: Api) -> None:
    deployment = api.running(api.configuration("1", model="anthropic--claude-4.5-haiku", executable="aws-bedrock"))
    url = f"/inference/deployments/{deployment}"

    invoked = api.call("POST", f"{url}/invoke", json={}).json()
    conversed = api.call("POST", f"{url}/converse", json={}).json()

    assert "anthropic--claude-4.5-haiku 1" in invoked["content"][0]["text"]
    assert "anthropic--claude-4.5-haiku 1" in conversed["output"]["message"]["content"][0]["text"]


@pytest.mark.parametrize("operation", ["completion", "v2/completion"])
def test_orchestration(api: Api, operation: str) -> None:
    made = api.configuration(None, model=None, scenario="orchestration", executable="orchestration")
    deployment = api.running(made)

    answer = api.call("POST", f"/inference/deployments/{deployment}/{operation}", json={}).json()

    assert answer["orchestration_result"]["choices"]
    assert answer["emulator"]["configurationId"] == made


def test_what_is_refused(api: Api, emulator: Emulator) -> None:
    deployment = api.running(api.configuration())
    path = f"/inference/deployments/{deployment}"
    without, unknown = Api(emulator, None), Api(emulator, "nobody")

    assert api.call("POST", f"{path}/invoke", json={}).status_code == 404
    assert api.call("POST", f"{path}/chat/completions", data=b"x").status_code == 400
    assert api.call("POST", f"{path}/chat/completions", json=[]).status_code == 400
    assert without.ask(deployment).status_code == 404
    assert unknown.ask(deployment).status_code == 403
    assert api.ask("d123456789abcdef").status_code == 404
    without.session.close()
    unknown.session.close()


def test_before_it_runs(api: Api) -> None:
    deployment = api.create(api.configuration())

    assert api.ask(deployment).status_code == 404
    api.emulator.advance(HALF_WAY_S)
    assert api.ask(deployment).status_code == 404
    api.emulator.advance(TRANSITION_S)
    assert api.ask(deployment).status_code == 200
