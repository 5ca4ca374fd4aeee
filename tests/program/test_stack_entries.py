"""From an entry of a stack file to what the engine is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor

from aicore_provider import (
    AIConfiguration,
    AIDeployment,
    ExecutableDeployment,
    ModelDeployment,
    OrchestrationDeployment,
    StackConfig,
    deploy,
)
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.complaints import ConfigError
from aicore_provider.stack.values import with_secrets
from tests.program.mocked_engine import Mocks, run


class _Monitor(MockMonitor):
    """Writes down what it is told as it comes: the mocks would make a whole map secret for one value in it."""

    def __init__(self) -> None:
        super().__init__(Mocks())
        self.told: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        self.told[f"{request.type.rpartition(':')[2]} {request.name}"] = MessageToDict(request.object)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        self.told[f"{request.type.rpartition(':')[2]} {request.name}"] = MessageToDict(request.properties)
        return super().ReadResource(request)  # type: ignore[no-untyped-call]


def told(declare: Callable[[], object]) -> dict[str, dict[str, Any]]:
    """The inputs of every resource that a program declares, by kind and name."""
    monitor = _Monitor()

    run(declare, monitor)
    return monitor.told


def deployed(entries: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    config = StackConfig.parse({"deployments": entries})
    return told(lambda: {name: deploy(name, entry, "default") for name, entry in config.deployments.items()})


@pytest.mark.parametrize(
    "entry",
    [
        {"model": "gpt-5-mini", "version": "2025-08-07"},
        {"scenario": "orchestration"},
        {"scenario": "own-scenario", "executable": "own-executable"},
    ],
    ids=["model", "orchestration", "executable"],
)
def test_name_and_version_reference_of_the_configuration(entry: dict[str, Any]) -> None:
    named = deployed({"chat": entry | {"configurationName": "azure-openai--gpt-5", "versionId": "0.0.1"}})
    inputs = named["AIConfiguration chat"]
    assert (inputs["name"], inputs["version_id"]) == ("azure-openai--gpt-5", "0.0.1")
    bare = deployed({"chat": entry})["AIConfiguration chat"]
    assert [key for key in ("name", "version_id") if bare.get(key) is not None] == []


KEY = "aicore:serviceKey"
DECLARATIONS: dict[str, Callable[[], object]] = {
    "AIConfiguration": lambda: AIConfiguration("c", executable_id="azure-openai"),
    "AIDeployment": lambda: AIDeployment("d", configuration_id="c-1234"),
    "AIDeployment.get": lambda: AIDeployment.get("d", "d-1234"),
    "ModelDeployment": lambda: ModelDeployment("m", model="gpt-5", version="latest"),
    "OrchestrationDeployment": lambda: OrchestrationDeployment("o"),
    "ExecutableDeployment": lambda: ExecutableDeployment("e", scenario_id="my-scenario", executable_id="my-executable"),
}


@pytest.mark.parametrize("declare", DECLARATIONS.values(), ids=list(DECLARATIONS))
def test_a_service_key_in_plain_text_is_refused_wherever_something_is_declared(declare: Callable[[], object]) -> None:
    def declared() -> object:
        pulumi.runtime.set_all_config({KEY: '{"clientsecret": "s3cret"}'})
        return declare()

    with pytest.raises(pulumi.RunError) as caught:
        told(declared)
    assert "pulumi config set --secret aicore:serviceKey" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("declare", DECLARATIONS.values(), ids=list(DECLARATIONS))
def test_an_encrypted_service_key_is_none_of_the_programs_business(declare: Callable[[], object]) -> None:
    def declared() -> object:
        pulumi.runtime.set_all_config({KEY: '{"clientsecret": "s3cret"}'}, [KEY])
        return declare()

    assert told(declared)


MODEL = {"model": "gpt-5-mini", "version": "2025-08-07", "executable": "azure-openai"}
OWN = {"scenario": "own-scenario", "executable": "own-executable", "parameters": {"a": "x", "b.c": "y"}}
ROUTER = {
    "scenario": "orchestration",
    "modelFilterList": [{"modelName": "gpt-5", "modelVersions": ["1", "2"]}],
    "modelFilterListType": "deny",
}
TEXTS = {"resourceGroup": "team-a", "ttl": "10h", "configurationName": "name", "versionId": "v", "takeOver": "d-1234"}


def secret_values(inputs: Any) -> set[str]:
    """All that is secret in what the engine is told, wherever it is."""
    if isinstance(inputs, Mapping):
        if inputs.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return {str(inputs["value"])}
        return set().union(*(secret_values(each) for each in inputs.values()))
    return set().union(*(secret_values(each) for each in inputs)) if isinstance(inputs, list) else set()


@pytest.mark.parametrize(
    ("entry", "place", "told_as", "paths"),
    [
        (MODEL, ("model",), "gpt-5-mini", ["parameter_bindings.modelName"]),
        (MODEL, ("version",), "2025-08-07", ["parameter_bindings.modelVersion"]),
        (MODEL, ("executable",), "azure-openai", ["executable_id"]),
        (OWN, ("scenario",), "own-scenario", ["scenario_id"]),
        (OWN, ("parameters", "b.c"), "y", ["parameter_bindings.b.c"]),
        (OWN | {"artifacts": {"m": "a-123"}}, ("artifacts", "m"), "a-123", ["input_artifact_bindings.m"]),
        (ROUTER, ("modelFilterListType",), "deny", ["parameter_bindings.modelFilterListType"]),
        (
            ROUTER,
            ("modelFilterList", 0, "modelName"),
            '[{"modelName":"gpt-5","modelVersions":["1","2"]}]',
            ["parameter_bindings.modelFilterList"],
        ),
        (
            ROUTER,
            ("modelFilterList", 0, "modelVersions", 1),
            '[{"modelName":"gpt-5","modelVersions":["1","2"]}]',
            ["parameter_bindings.modelFilterList"],
        ),
        (MODEL | TEXTS, ("resourceGroup",), "team-a", ["resource_group"]),
        (MODEL | TEXTS, ("configurationName",), "name", ["name"]),
        (MODEL | TEXTS, ("versionId",), "v", ["version_id"]),
        (MODEL | TEXTS, ("takeOver",), "d-1234", ["take_over"]),
    ],
    ids=str,
)
def test_an_encrypted_text_is_secret_and_nothing_else_is(
    entry: dict[str, Any], place: tuple[str | int, ...], told_as: str, paths: list[str]
) -> None:
    found = deployed({"chat": with_secrets(entry, {place})})
    configuration = found["AIConfiguration chat"]
    assert secret_values(configuration) == {told_as}
    assert configuration["secret_inputs"] == paths
    assert secret_values(found) == {told_as}


def test_a_secret_ttl_is_the_deployments() -> None:
    found = deployed({"chat": with_secrets(MODEL | TEXTS, {("ttl",)})})
    assert secret_values(found["AIDeployment chat"]) == {"10h"}
    assert found["AIDeployment chat"]["secret_inputs"] == ["ttl"]
    assert secret_values(found["AIConfiguration chat"]) == set()


def test_without_a_secret_nothing_is_said_of_secrets() -> None:
    found = deployed({"chat": MODEL | TEXTS, "own": OWN, "router": ROUTER})
    assert [kind for kind, inputs in found.items() if "secret_inputs" in inputs] == []
    assert secret_values(found) == set()


def test_secrets_of_ones_own_program() -> None:
    def declare() -> None:
        bindings = {"key": pulumi.Output.secret("s3cret").apply(str.upper), "plain": pulumi.Output.from_input("seen")}
        AIConfiguration("own", scenario_id="own-scenario", executable_id="own-executable", parameter_bindings=bindings)

    inputs = told(declare)["AIConfiguration own"]
    assert (secret_values(inputs), inputs["secret_inputs"]) == ({"S3CRET"}, ["parameter_bindings.key"])


def test_what_pulumi_itself_must_see_cannot_be_encrypted() -> None:
    for change in ({"protect": "true"}, {"rollback": "false"}, {"replace": "deleteFirst"}, {"formerly": "talk"}):
        (key,) = change
        with pytest.raises(ConfigError, match=f"aicore:deployments.chat.{key}: cannot be encrypted"):
            deployed({"chat": with_secrets(MODEL | change, {(key,)})})
    with pytest.raises(ConfigError, match=r"aicore:deployments.chat.scenario: cannot be encrypted"):
        deployed({"chat": with_secrets(ROUTER, {("scenario",)})})
    with pytest.raises(ConfigError, match=r"aicore:deployments.chat: must be a dictionary; single texts in it may be"):
        deployed({"chat": SecretText("{}")})
    with pytest.raises(ConfigError, match=r"aicore:deployments.chat.parameters: must be a dictionary"):
        deployed({"chat": OWN | {"parameters": SecretText("{}")}})


def test_a_filter_that_is_encrypted_as_a_whole_is_json_text() -> None:
    found = deployed({"chat": ROUTER | {"modelFilterList": SecretText(json.dumps(ROUTER["modelFilterList"]))}})
    assert secret_values(found) == {'[{"modelName":"gpt-5","modelVersions":["1","2"]}]'}


@pytest.mark.parametrize("place", [*((key,) for key in (*MODEL, *TEXTS))], ids=str)
def test_no_complaint_shows_what_is_encrypted(place: tuple[str]) -> None:
    wrong = {"executable": "s3cret!", "resourceGroup": "s3cret!", "takeOver": "s3cret!", "ttl": "s3cret"}
    wrong |= {"configurationName": "s3cret`", "model": " ", "version": " ", "versionId": " "}
    with pytest.raises(ConfigError) as caught:
        StackConfig.parse({"deployments": {"chat": with_secrets(MODEL | TEXTS | wrong, {place})}})
    assert f"aicore:deployments.chat.{place[0]}: " in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "place", "secret"),
    [
        (OWN, ("parameters", "b.c"), False),
        (ROUTER, ("modelFilterList", 0, "modelName"), False),
        (MODEL, ("version",), False),
        (MODEL, ("model",), True),
        (
            OWN | {"scenario": "foundation-models", "parameters": {"modelName": "m", "k": "v"}},
            ("parameters", "k"),
            False,
        ),
    ],
    ids=str,
)
def test_what_a_caller_needs_is_secret_only_where_it_comes_from_a_secret(
    entry: dict[str, Any], place: tuple[str | int, ...], secret: bool
) -> None:
    (wanted,) = StackConfig.parse({"deployments": {"chat": with_secrets(entry, {place})}}).deployments.values()
    found: list[bool] = []

    async def look(call: pulumi.Output[Any]) -> int:
        found.append(await call.is_secret())
        return len(found)

    def declare() -> pulumi.Output[int]:
        return pulumi.Output.from_input(look(deploy("chat", wanted, "default").call))

    told(declare)
    assert found == [secret]
