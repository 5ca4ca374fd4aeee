"""Orchestration in both versions: shapes of requests and answers, and which model is taken."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.emulator.inference import infer, stream
from tests.support.client import Api

Body = dict[str, Any]
PATHS = ("completion", "v2/completion")


def first(name: Any = "gpt-5", version: Any = "latest", **config: Any) -> Body:
    """A request of version 1."""
    template = [{"role": "user", "content": "Say {{?what}} and {{ ?other }}"}]
    model = {"model_name": name, "model_version": version}
    modules = {"llm_module_config": model, "templating_module_config": {"template": template}}
    return {"orchestration_config": {"module_configurations": modules, **config}, "input_params": {"what": "hello"}}


def module(name: Any = "gpt-5", version: Any = "latest") -> Body:
    """A module configuration of version 2."""
    template = [{"role": "user", "content": "Say {{?what}} and {{ ?other }}"}]
    return {"prompt_templating": {"model": {"name": name, "version": version}, "prompt": {"template": template}}}


def second(name: Any = "gpt-5", version: Any = "latest", **config: Any) -> Body:
    """A request of version 2."""
    return {"config": {"modules": module(name, version), **config}, "placeholder_values": {"what": "hello"}}


def deployed(api: Api, **parameters: str) -> str:
    """A running orchestration deployment with these parameters."""
    body = {
        "name": "router",
        "scenarioId": "orchestration",
        "executableId": "orchestration",
        "parameterBindings": [{"key": key, "value": value} for key, value in parameters.items()],
    }
    return api.running(str(api.call("POST", "/lm/configurations", json=body).json()["id"]))


def ask(api: Api, deployment: str, path: str, body: Any) -> requests.Response:
    return api.call("POST", f"/inference/deployments/{deployment}/{path}", json=body)


@pytest.mark.parametrize(
    ("path", "body", "steps", "result"),
    [
        ("completion", first(), "module_results", "orchestration_result"),
        ("v2/completion", second(), "intermediate_results", "final_result"),
    ],
)
def test_an_answer_in_the_shape_of_its_version(api: Api, path: str, body: Body, steps: str, result: str) -> None:
    deployment = deployed(api)

    answer = infer(api, deployment, path, {**body, "messages_history": [{"role": "system", "content": "Be kind."}]})

    assert set(answer) == {"request_id", steps, result, "emulator"}
    assert answer[steps]["llm"] == answer[result]
    assert answer[steps]["templating"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Say hello and {{ ?other }}"},
    ]
    assert answer[result]["object"] == "chat.completion"
    assert answer[result]["model"] == "gpt-5-latest"
    assert "gpt-5 latest" in answer[result]["choices"][0]["message"]["content"]
    assert set(answer[result]["usage"]) == {"prompt_tokens", "completion_tokens", "total_tokens"}
    assert answer["emulator"]["deploymentId"] == deployment
    assert answer["emulator"]["configurationId"] == api.deployment(deployment)["configurationId"]


@pytest.mark.parametrize(
    ("path", "body", "steps", "result"),
    [
        ("completion", first(stream=True), "module_results", "orchestration_result"),
        ("v2/completion", second(stream={"enabled": True}), "intermediate_results", "final_result"),
    ],
)
def test_a_stream_in_the_shape_of_its_version(api: Api, path: str, body: Body, steps: str, result: str) -> None:
    events = stream(api, deployed(api), path, body)

    assert len(events) > 3
    for event in events:
        assert set(event) == {"request_id", steps, result, "emulator"}
        assert event[steps]["llm"] == event[result]
        assert event[result]["object"] == "chat.completion.chunk"
        assert event[result]["model"] == "gpt-5-latest"
    assert [bool(event[steps].get("templating")) for event in events[:2]] == [True, False]
    text = "".join(event[result]["choices"][0]["delta"].get("content", "") for event in events)
    assert text.startswith("gpt-5 latest answers")
    assert [event[result]["choices"][0]["finish_reason"] for event in events[-2:]] == ["", "stop"]
    assert len({event["request_id"] for event in events}) == 1


@pytest.mark.parametrize("body", [second(), second(stream={"enabled": False}), second(stream={}), second(stream=None)])
def test_no_stream_unless_it_is_asked_for(api: Api, body: Body) -> None:
    assert infer(api, deployed(api), "v2/completion", body)["final_result"]["object"] == "chat.completion"


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("completion", {}, "'orchestration_config' is a required property"),
        ("completion", second(), "'orchestration_config' is a required property"),
        ("completion", {"orchestration_config": {}}, "'module_configurations' is a required property"),
        ("completion", first(None), "is not of type 'string'"),
        ("completion", first("gpt-9"), "Model gpt-9 not supported."),
        ("v2/completion", {}, "'config' is a required property"),
        ("v2/completion", first(), "'config' is a required property"),
        ("v2/completion", {"config": {}}, "'modules' is a required property - 'config'"),
        ("v2/completion", {"config": None}, "is not of type 'object' - 'config'"),
        ("v2/completion", {"config": {"modules": {}}}, "'prompt_templating' is a required property - 'config.modules'"),
        ("v2/completion", {"config": {"modules": []}}, "is not of type 'object' - 'config.modules'"),
        ("v2/completion", {"config": {"modules": "x"}}, "is not of type 'object'"),
        ("v2/completion", {"config": {"modules": {"prompt_templating": {}}}}, "'model' is a required property"),
        (
            "v2/completion",
            {"config": {"modules": {"prompt_templating": {"model": {}}}}},
            "'name' is a required property",
        ),
        ("v2/completion", second(5), "is not of type 'string' - 'config.modules.prompt_templating.model.name'"),
        (
            "v2/completion",
            second("gpt-5", 5),
            "is not of type 'string' - 'config.modules.prompt_templating.model.version'",
        ),
        ("v2/completion", second("gpt-9"), "Model gpt-9 not supported."),
        ("v2/completion", second("gpt-9", stream={"enabled": True}), "Model gpt-9 not supported."),
        ("v2/completion", second("gpt-5", "1999-01-01"), "Model gpt-5 not supported."),
        ("v2/completion", second(""), "Model  not supported."),
        ("v2/completion", second("cohere-reranker"), "Model cohere-reranker not supported."),
    ],
)
def test_what_is_refused(api: Api, path: str, body: Body, text: str) -> None:
    answer = ask(api, deployed(api), path, body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json"
    document = answer.json()
    error = document["error"] if path == "v2/completion" else document
    assert error["message"].startswith("400 - Request Body: ") is (path == "v2/completion")
    assert text in error["message"]
    assert (error["code"], error["location"]) == (400, "Request Body")
    assert error["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["v1/completion", "v2", "v2/completion/", "v2/embeddings", "chat/completions"])
def test_other_paths(api: Api, path: str) -> None:
    assert ask(api, deployed(api), path, second()).status_code == 404


ALLOWED = json.dumps([{"modelName": "gpt-5"}, {"modelName": "gpt-5-mini", "modelVersions": ["2025-08-07"]}])
OLD, NEW = "2025-05-01", "2025-08-07"


@pytest.mark.parametrize(
    ("kind", "name", "version", "passes"),
    [
        ("allow", "gpt-5", "latest", True),
        ("allow", "gpt-5-mini", NEW, True),
        ("allow", "gpt-5-mini", "latest", True),
        ("allow", "gpt-5-mini", OLD, False),
        ("allow", "gpt-4o", "latest", False),
        ("deny", "gpt-5", "latest", False),
        ("deny", "gpt-5-mini", NEW, False),
        ("deny", "gpt-5-mini", "latest", False),
        ("deny", "gpt-5-mini", OLD, True),
        ("deny", "gpt-4o", "latest", True),
        (None, "gpt-4o", "latest", False),
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_the_filter_of_the_deployment(
    api: Api, path: str, kind: str | None, name: str, version: str, passes: bool
) -> None:
    kinds = {} if kind is None else {"modelFilterListType": kind}
    deployment = deployed(api, modelFilterList=ALLOWED, **kinds)
    body = first(name, version) if path == "completion" else second(name, version)

    answer = ask(api, deployment, path, body)

    assert answer.status_code == (200 if passes else 400)
    assert passes or f"Model {name} not supported." in answer.text


@pytest.mark.parametrize("text", ["null", "", "[", "{}", "[1]", "7"])
def test_a_list_that_is_none_restricts_nothing(api: Api, text: str) -> None:
    deployment = deployed(api, modelFilterList=text, modelFilterListType="allow")

    assert ask(api, deployment, "v2/completion", second()).ok


@pytest.mark.parametrize("versions", [{"modelVersion": OLD}, {"modelVersions": OLD}, {"modelVersions": [OLD]}])
def test_other_ways_to_write_a_version(api: Api, versions: Body) -> None:
    deployment = deployed(api, modelFilterList=json.dumps([{"modelName": "gpt-5-mini", **versions}]))

    assert ask(api, deployment, "v2/completion", second("gpt-5-mini", OLD)).ok
    assert not ask(api, deployment, "v2/completion", second("gpt-5-mini", NEW)).ok


def test_a_list_of_modules_is_tried_in_order(api: Api) -> None:
    deployment = deployed(api, modelFilterList='[{"modelName": "gpt-4o"}]', modelFilterListType="deny")
    names = ["gpt-9", "gpt-4o", "gpt-5", "o3"]

    answer = infer(api, deployment, "v2/completion", {"config": {"modules": [module(name) for name in names]}})

    assert answer["final_result"]["model"] == "gpt-5-latest"
    failures = answer["intermediate_failures"]
    assert [each["message"] for each in failures] == ["Model gpt-9 not supported.", "Model gpt-4o not supported."]
    assert {each["request_id"] for each in failures} == {answer["request_id"]}
    streamed = {"config": {"modules": [module(name) for name in names], "stream": {"enabled": True}}}
    assert len(stream(api, deployment, "v2/completion", streamed)[0]["intermediate_failures"]) == 2


def test_a_list_of_modules_none_of_which_can_be_had(api: Api) -> None:
    for names in (["gpt-9"], ["gpt-9", "gpt-8"]):
        answer = ask(api, deployed(api), "v2/completion", {"config": {"modules": [module(name) for name in names]}})
        assert answer.status_code == 400
        assert [each["message"] for each in answer.json()["error"]] == [
            f"400 - Request Body: Model {name} not supported." for name in names
        ]


def test_only_version_2_takes_a_list(api: Api) -> None:
    body = {"orchestration_config": {"module_configurations": [first()["orchestration_config"]]}}

    assert ask(api, deployed(api), "completion", body).status_code == 400
