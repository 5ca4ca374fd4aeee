"""What the output `call` says is what the service answers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator
from aicore_provider.emulator.catalog import shipped
from aicore_provider.inference import call_of
from tests.support.client import Api

URL = "https://api.ai.example.com"
MODELS = sorted(shipped().models)
ASKED: dict[str, Any] = {
    "input": ["hello"],
    "messages": [{"role": "user", "content": "hello"}],
    "contents": [{"role": "user", "parts": [{"text": "hello"}]}],
    "instances": [{"content": "hello"}],
    "config": {
        "modules": {
            "prompt_templating": {
                "prompt": {"template": [{"role": "user", "content": "hello"}]},
                "model": {"name": "gpt-5-mini", "version": "latest"},
            }
        }
    },
}
"""What each of the APIs takes; each leaves alone what is another's."""


def called(executable: str, model: str = "", scenario: str = "foundation-models") -> dict[str, Any]:
    return call_of(
        service_url=URL,
        deployment_id="d1234567",
        resource_group="team-a",
        scenario_id=scenario,
        executable_id=executable,
        model=model,
    )


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with Emulator.running(transition_seconds=0) as emulator:
        yield Api(emulator)


def answered(api: Api, configuration: str, executable: str, model: str, scenario: str) -> requests.Response:
    deployment = api.create(configuration)
    api.emulator.advance(60)
    call = call_of(
        service_url=api.url,
        deployment_id=deployment,
        resource_group="default",
        scenario_id=scenario,
        executable_id=executable,
        model=model,
    )
    token = {"Authorization": api.session.headers["Authorization"]}
    return requests.request(call["method"], call["url"], headers=call["headers"] | token, json=ASKED, timeout=10)


@pytest.mark.parametrize(("executable", "model"), MODELS, ids=[model for _, model in MODELS])
def test_each_model_of_the_catalogue_answers_to_its_call(api: Api, executable: str, model: str) -> None:
    versions = shipped().models[executable, model]["versions"]
    configuration = api.configuration("latest" if versions else None, model=model, executable=executable)
    answer = answered(api, configuration, executable, model, "foundation-models")
    assert answer.ok, answer.text
    assert answer.json()["emulator"]["model"] == model


def test_orchestration_answers_to_its_call(api: Api) -> None:
    configuration = api.configuration(None, model=None, executable="orchestration", scenario="orchestration")
    answer = answered(api, configuration, "orchestration", "", "orchestration")
    assert answer.ok, answer.text


@pytest.mark.parametrize(
    ("executable", "model", "path", "api_version"),
    [
        ("azure-openai", "gpt-5", "chat/completions", "2023-05-15"),
        ("azure-openai", "o3-mini", "chat/completions", "2024-12-01-preview"),
        ("azure-openai", "text-embedding-3-large", "embeddings", "2023-05-15"),
        ("aws-bedrock", "anthropic--claude-4.5-haiku", "converse", ""),
        ("aws-bedrock", "amazon--titan-embed-image", "invoke", ""),
        ("gcp-vertexai", "gemini-2.5-pro", "models/gemini-2.5-pro:generateContent", ""),
        ("gcp-vertexai", "odd/../name", "models/odd%2F..%2Fname:generateContent", ""),
        ("gcp-vertexai", "gemini-embedding", "models/gemini-embedding:predict", ""),
        ("aicore-cohere", "cohere-reranker", "rerank", ""),
        ("aicore-cohere", "cohere--command-a-reasoning", "v2/chat", ""),
        ("aicore-mistralai", "", "chat/completions", ""),
    ],
)
def test_the_url_has_path_and_api_version(executable: str, model: str, path: str, api_version: str) -> None:
    call = called(executable, model)
    query = f"?api-version={api_version}" if api_version else ""
    assert call["url"] == f"{URL}/v2/inference/deployments/d1234567/{path}{query}"
    assert call["apiVersion"] == api_version
    assert call["method"] == "POST"
    assert call["headers"] == {"AI-Resource-Group": "team-a", "Content-Type": "application/json"}
    assert "oauth/token" in call["authorization"]


@pytest.mark.parametrize(
    ("executable", "model", "scenario"),
    [
        ("own-executable", "", "own-scenario"),
        ("azure-openai", "gpt-5", "own-scenario"),
        ("azure-openai", "", "foundation-models"),
        ("azure-openai", "gpt-realtime", "foundation-models"),
        ("azure-openai", "gpt-5.3-codex", "foundation-models"),
        ("aicore-opensource", "meta--llama3.1-70b-instruct", "foundation-models"),
        ("aicore-sap", "sap-abap-1", "foundation-models"),
        ("", "", ""),
    ],
)
def test_where_no_path_is_documented_none_is_made_up(executable: str, model: str, scenario: str) -> None:
    call = called(executable, model, scenario)
    assert (call["url"], call["apiVersion"]) == ("", "")
    assert call["headers"]["AI-Resource-Group"] == "team-a"
