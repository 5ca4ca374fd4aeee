"""The components of the plugin: what they register with a resource monitor, and what they tell the program."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from aicore_provider.emulator import Emulator
from aicore_provider.kinds.parallelism import MOST
from tests.support import plugin as plugins
from tests.support.plugin import NATIVE, TIMEOUT_S, UNKNOWN, Plugin

STACK = "urn:pulumi:test::aicore::pulumi:pulumi:Stack::aicore-test"
OTHER = "urn:pulumi:test::aicore::aicore:index:AIResourceGroup::team"
PROVIDER = "urn:pulumi:test::aicore::pulumi:providers:aicore::default", "b2f1"
MODEL = {"model": "gpt-5-mini", "version": "2025-08-07"}
TOLD: Mapping[str, Mapping[str, Any]] = {
    "AIConfiguration": {"executableId": "azure-openai", "resourceGroup": "default", "latestVersion": ""},
    "AIDeployment": {
        "serviceUrl": "https://api.example.com",
        "deploymentUrl": "https://api.example.com/v2/inference/deployments/d1",
        "status": "RUNNING",
        "modelVersion": "2025-08-07",
    },
}
"""What the service tells of an object beyond its inputs."""


def signed(value: Any) -> dict[str, Any]:
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """A resource monitor that makes everything, or what `answer` returns."""

    def __init__(self) -> None:
        self.registered: list[resource_pb2.RegisterResourceRequest] = []
        self.outputs: dict[str, dict[str, Any]] = {}
        self.answer: Callable[[Any, Any], resource_pb2.RegisterResourceResponse] = made

    def RegisterResource(self, request: Any, context: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802
        self.registered.append(request)
        return self.answer(request, context)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802
        self.outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def request(self, kind: str) -> resource_pb2.RegisterResourceRequest:
        (found,) = (each for each in self.registered if each.type == f"aicore:index:{kind}")
        return found

    def inputs(self, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = json_format.MessageToDict(self.request(kind).object)
        return found


def made(request: Any, context: Any = None, *, id_: str = "d1", **more: Any) -> resource_pb2.RegisterResourceResponse:
    kind = request.type.rpartition(":")[2]
    types = request.parent.split("::")[2] if request.custom else ""
    urn = f"urn:pulumi:test::aicore::{types}{'$' if types else ''}{request.type}::{request.name}"
    outputs = struct({**json_format.MessageToDict(request.object), **TOLD.get(kind, {}), **more})
    return resource_pb2.RegisterResourceResponse(urn=urn, id=id_ if request.custom else "", object=outputs)


def struct(properties: Mapping[str, Any]) -> Struct:
    found = Struct()
    found.update(dict(properties))
    return found


@contextmanager
def listening(threads: int = 8) -> Iterator[tuple[Monitor, str]]:
    monitor = Monitor()
    server = grpc.server(ThreadPoolExecutor(threads))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield monitor, f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=0) as running:
        yield running


@pytest.fixture(scope="module", params=["newest SDK", "oldest SDK"])
def plugin(request: pytest.FixtureRequest, emulator: Emulator) -> Iterator[Plugin]:
    front_end = NATIVE
    if request.param == "oldest SDK":
        oldest: Path = request.getfixturevalue("oldest_environment")
        front_end = replace(NATIVE, name=request.param, python=oldest / "bin" / "python")
    with plugins.running(emulator, front_end=front_end) as running:
        urn, id_ = PROVIDER
        running.stub.Configure(provider_pb2.ConfigureRequest(urn=urn, id=id_), timeout=TIMEOUT_S)
        yield running


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with listening() as (monitor, address):
        monitor.address = address  # type: ignore[attr-defined]
        yield monitor


def construct(
    plugin: Plugin, monitor: Any, component: str, arguments: Mapping[str, Any], **options: Any
) -> provider_pb2.ConstructResponse:
    request = provider_pb2.ConstructRequest(
        type=f"aicore:index:{component}",
        name="chat",
        parent=STACK,
        monitorEndpoint=monitor.address,
        inputs=struct(arguments),
        **options,
    )
    answer: provider_pb2.ConstructResponse = plugin.stub.Construct(request, timeout=TIMEOUT_S)
    return answer


def outputs(answer: provider_pb2.ConstructResponse) -> dict[str, Any]:
    found: dict[str, Any] = json_format.MessageToDict(answer.state)
    return found


def refused(plugin: Plugin, monitor: Any, component: str, arguments: Mapping[str, Any], **options: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        construct(plugin, monitor, component, arguments, **options)
    return str(caught.value.details())


# --- what is registered -----------------------------------------------------------------------------------------------


def test_a_component_and_its_parts_have_one_name(plugin: Plugin, monitor: Monitor) -> None:
    answer = construct(plugin, monitor, "ModelDeployment", MODEL)
    component, configuration, deployment = monitor.registered
    assert [each.name for each in monitor.registered] == ["chat"] * 3
    assert (component.type, component.parent, component.custom) == ("aicore:index:ModelDeployment", STACK, False)
    assert {configuration.parent, deployment.parent} == {answer.urn}
    assert {configuration.provider, deployment.provider} == {"::".join(PROVIDER)}, "the provider that constructs it"
    assert [each.spec.type for part in (configuration, deployment) for each in part.aliases] == [
        "pulumi-python:dynamic/aicore:AIConfiguration",
        "pulumi-python:dynamic/aicore:AIDeployment",
    ]
    assert list(deployment.propertyDependencies["configurationId"].urns) == [made(configuration).urn]
    assert {urn for each in answer.stateDependencies.values() for urn in each.urns} == {
        made(configuration).urn,
        made(deployment).urn,
    }
    assert monitor.outputs == {answer.urn: outputs(answer)}


FILTERS = [{"modelName": "gpt-5", "modelVersions": ["2025-08-07"]}, {"modelName": "gpt-4o", "modelVersions": []}]


@pytest.mark.parametrize(
    ("component", "arguments", "configuration", "deployment"),
    [
        (
            "ModelDeployment",
            {"model": "gpt-5-mini", "configurationName": "mini", "versionId": "1", "takeOver": "d123", "ttl": "10h"},
            {
                "scenarioId": "foundation-models",
                "parameterBindings": {"modelName": "gpt-5-mini", "modelVersion": ""},
                "name": "mini",
                "versionId": "1",
                "takeOver": "d123",
            },
            {"takeOver": "d123", "ttl": "10h"},
        ),
        (
            "OrchestrationDeployment",
            {"modelFilterList": FILTERS, "modelFilterListType": "allow", "rollback": False},
            {
                "scenarioId": "orchestration",
                "executableId": "orchestration",
                "parameterBindings": {
                    "modelFilterList": '[{"modelName":"gpt-5","modelVersions":["2025-08-07"]},{"modelName":"gpt-4o"}]',
                    "modelFilterListType": "allow",
                },
            },
            {"rollback": False},
        ),
        (
            "OrchestrationDeployment",
            {"modelFilterList": [], "resourceGroup": "team"},
            {"scenarioId": "orchestration", "executableId": "orchestration", "resourceGroup": "team"},
            {},
        ),
        (
            "ExecutableDeployment",
            {
                "scenarioId": "own",
                "executableId": "own-serving",
                "parameters": {"plan": "small"},
                "artifacts": {"model": "a-1"},
                "verify": "/health",
            },
            {
                "scenarioId": "own",
                "executableId": "own-serving",
                "parameterBindings": {"plan": "small"},
                "inputArtifactBindings": {"model": "a-1"},
            },
            {"verify": "/health"},
        ),
    ],
    ids=["model", "filter", "no filter", "executable"],
)
def test_each_part_gets_its_arguments(
    plugin: Plugin,
    monitor: Monitor,
    component: str,
    arguments: Mapping[str, Any],
    configuration: Mapping[str, Any],
    deployment: Mapping[str, Any],
) -> None:
    construct(plugin, monitor, component, arguments)
    assert monitor.inputs("AIConfiguration") == configuration
    of_configuration = {
        "configurationId": "d1",
        "scenarioId": configuration["scenarioId"],
        "executableId": TOLD["AIConfiguration"]["executableId"],
        "resourceGroup": TOLD["AIConfiguration"]["resourceGroup"],
    }
    assert monitor.inputs("AIDeployment") == {**of_configuration, **deployment}


def test_a_secret_argument_is_a_secret_of_the_part(plugin: Plugin, monitor: Monitor) -> None:
    arguments = {
        "scenarioId": "own",
        "executableId": "own-serving",
        "parameters": {"apiKey": signed("hidden"), "plan": "small"},
        "ttl": signed("10h"),
    }
    answer = construct(plugin, monitor, "ExecutableDeployment", arguments)
    assert monitor.inputs("AIConfiguration")["parameterBindings"] == {"apiKey": signed("hidden"), "plan": "small"}
    assert monitor.inputs("AIDeployment")["ttl"] == signed("10h")
    assert "hidden" not in str(answer.state)


def test_a_filter_with_a_secret_is_secret(plugin: Plugin, monitor: Monitor) -> None:
    filters = [{"modelName": signed("gpt-5")}]
    construct(plugin, monitor, "OrchestrationDeployment", {"modelFilterList": filters, "modelFilterListType": "deny"})
    told = monitor.inputs("AIConfiguration")["parameterBindings"]["modelFilterList"]
    assert told == signed('[{"modelName":"gpt-5"}]')


def test_options_reach_the_parts(plugin: Plugin, monitor: Monitor) -> None:
    construct(
        plugin,
        monitor,
        "ModelDeployment",
        MODEL,
        dependencies=[OTHER],
        inputDependencies={"version": provider_pb2.ConstructRequest.PropertyDependencies(urns=[OTHER])},
        protect=True,
        retainOnDelete=True,
        deleteBeforeReplace=False,
        deletedWith=OTHER,
        customTimeouts=provider_pb2.ConstructRequest.CustomTimeouts(create="1h"),
        ignoreChanges=["version", "ttl"],
        replaceOnChanges=["model"],
        additionalSecretOutputs=["status", "configurationName"],
        providers={"aicore": "::".join(PROVIDER)},
        resource_hooks=provider_pb2.ConstructRequest.ResourceHooksBinding(after_create=["notify"]),
    )
    component, configuration, deployment = monitor.registered
    assert [list(each.hooks.after_create) for each in monitor.registered] == [["notify"], [], []]
    assert dict(component.providers) == {"aicore": "::".join(PROVIDER)}
    assert [list(each.dependencies)[:1] for each in monitor.registered] == [[OTHER]] * 3
    assert list(configuration.propertyDependencies["parameterBindings"].urns) == [OTHER]
    assert [each.protect for each in monitor.registered] == [True, False, True]
    assert list(configuration.ignoreChanges) == ["parameterBindings.modelVersion"]
    assert list(configuration.additionalSecretOutputs) == ["name"]
    assert list(deployment.ignoreChanges) == ["ttl"]
    assert list(deployment.replaceOnChanges) == ["configurationId"]
    assert list(deployment.additionalSecretOutputs) == ["status"]
    assert (deployment.deleteBeforeReplace, deployment.deleteBeforeReplaceDefined) == (False, True)
    assert (deployment.retainOnDelete, deployment.deletedWith) == (True, OTHER)
    assert deployment.customTimeouts.create == "1h"


def test_options_that_are_not_given_are_left_to_the_engine(plugin: Plugin, monitor: Monitor) -> None:
    construct(plugin, monitor, "ModelDeployment", MODEL)
    deployment = monitor.request("AIDeployment")
    assert not deployment.HasField("protect")
    assert not deployment.HasField("retainOnDelete")
    assert not deployment.HasField("customTimeouts")
    assert not deployment.deleteBeforeReplaceDefined


# --- what is told -----------------------------------------------------------------------------------------------------


def test_a_program_gets_all_outputs(plugin: Plugin, monitor: Monitor) -> None:
    told = outputs(construct(plugin, monitor, "ModelDeployment", MODEL))
    url = TOLD["AIDeployment"]["deploymentUrl"]
    assert told.pop("summary") == {
        "id": "d1",
        "url": url,
        "model": "gpt-5-mini",
        "version": "2025-08-07",
        "executable": "azure-openai",
        "configurationId": "d1",
        "resourceGroup": "default",
        "status": "RUNNING",
        "call": told["call"],
    }
    assert told.pop("call")["url"].startswith(f"{url}/chat/completions?")
    assert told == {
        "deploymentId": "d1",
        "deploymentUrl": url,
        "url": url,
        "version": "2025-08-07",
        "servedVersion": "2025-08-07",
    }


def test_for_latest_the_catalogue_tells_the_version_that_answers(plugin: Plugin, monitor: Monitor) -> None:
    monitor.answer = lambda request, _: made(request, latestVersion="2025-08-07", modelVersion="latest")
    told = outputs(construct(plugin, monitor, "ModelDeployment", {**MODEL, "version": "latest"}))
    assert (told["version"], told["servedVersion"]) == ("latest", "2025-08-07")


def test_a_preview_of_a_create_tells_what_is_known(plugin: Plugin, monitor: Monitor) -> None:
    unknown = dict.fromkeys(["status", "deploymentUrl", "modelVersion"], UNKNOWN)
    monitor.answer = lambda request, _: made(
        request, id_="", **(unknown if request.type.endswith("AIDeployment") else {"latestVersion": UNKNOWN})
    )
    told = outputs(construct(plugin, monitor, "ModelDeployment", MODEL, dryRun=True))
    assert monitor.inputs("AIDeployment")["configurationId"] == UNKNOWN
    summary = told.pop("summary")
    assert {key for key, value in summary.items() if value == UNKNOWN} == {
        "id",
        "url",
        "configurationId",
        "status",
        "call",
    }
    assert (told.pop("version"), summary["model"]) == ("2025-08-07", "gpt-5-mini")
    assert set(told.values()) == {UNKNOWN}


def test_a_preview_of_a_switch_tells_how_to_call_the_new_model(plugin: Plugin, monitor: Monitor) -> None:
    def answer(request: Any, _: Any) -> resource_pb2.RegisterResourceResponse:
        if request.type.endswith("AIConfiguration"):
            return made(request, id_="", executableId="gcp-vertexai", latestVersion=UNKNOWN)
        return made(request, status=UNKNOWN, modelName=UNKNOWN, modelVersion=UNKNOWN, call=UNKNOWN)

    monitor.answer = answer
    told = outputs(construct(plugin, monitor, "ModelDeployment", {"model": "gemini-2.5-pro"}, dryRun=True))
    assert told["call"]["url"].endswith("/models/gemini-2.5-pro:generateContent")
    assert (told["deploymentId"], told["url"]) == ("d1", TOLD["AIDeployment"]["deploymentUrl"])


def test_an_argument_that_is_not_known_yet_is_not_known_to_the_parts(plugin: Plugin, monitor: Monitor) -> None:
    told = outputs(
        construct(plugin, monitor, "ModelDeployment", {"model": "gpt-5-mini", "version": UNKNOWN}, dryRun=True)
    )
    bindings = monitor.inputs("AIConfiguration")["parameterBindings"]
    assert bindings == {"modelName": "gpt-5-mini", "modelVersion": UNKNOWN}
    assert told["version"] == UNKNOWN


def test_what_comes_of_a_secret_model_is_secret(plugin: Plugin, monitor: Monitor) -> None:
    told = outputs(construct(plugin, monitor, "ModelDeployment", {**MODEL, "model": signed("gpt-5-mini")}))
    assert told["summary"]["model"] == signed("gpt-5-mini")
    assert {*told["call"]} == {*signed("")}
    assert told["version"] == "2025-08-07"


# --- what is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("component", "arguments", "options", "told"),
    [
        ("ModelDeployment", {"version": "1"}, {}, "model is missing."),
        ("ExecutableDeployment", {"scenarioId": "own"}, {}, "executableId is missing."),
        ("ModelDeployment", {**MODEL, "modell": "x"}, {}, "there is no argument modell; there are model, version, "),
        ("OrchestrationDeployment", {"executableId": "x"}, {}, "there is no argument executableId; there are "),
        ("OrchestrationDeployment", {"modelFilterListType": "deny"}, {}, "modelFilterList and modelFilterListType ("),
        (
            "OrchestrationDeployment",
            {"modelFilterList": ["gpt-5"], "modelFilterListType": "deny"},
            {},
            "modelFilterList is a list such as [{modelName: ",
        ),
        (
            "ModelDeployment",
            MODEL,
            {"ignoreChanges": ["versions"]},
            "ignoreChanges names 'versions'; known are model, ",
        ),
        (
            "ModelDeployment",
            MODEL,
            {"additionalSecretOutputs": ["secret"]},
            "additionalSecretOutputs names 'secret'; known are model, ",
        ),
        ("Deployment", {}, {}, "there is no such component; there are ModelDeployment, "),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_registered(
    plugin: Plugin,
    monitor: Monitor,
    component: str,
    arguments: Mapping[str, Any],
    options: Mapping[str, Any],
    told: str,
) -> None:
    assert refused(plugin, monitor, component, arguments, **options).startswith(told)
    assert monitor.registered == []


def test_a_part_that_fails_fails_the_component(plugin: Plugin, monitor: Monitor) -> None:
    def answer(request: Any, context: Any) -> resource_pb2.RegisterResourceResponse:
        if request.type.endswith("AIConfiguration"):
            context.abort(grpc.StatusCode.INTERNAL, "resource registration failed")
        return made(request)

    monitor.answer = answer
    told = refused(plugin, monitor, "ModelDeployment", MODEL)
    assert told == "aicore:index:AIConfiguration was not registered: resource registration failed"
    assert len(monitor.registered) == 2


# --- many at once, and the end ----------------------------------------------------------------------------------------


def test_components_hold_back_no_call_of_their_parts(plugin: Plugin) -> None:
    many = MOST + 20
    all_there = threading.Barrier(many + 1, timeout=TIMEOUT_S)
    with listening(many + 4) as (monitor, address), ThreadPoolExecutor(many) as pool:
        monitor.address = address  # type: ignore[attr-defined]
        go_on = threading.Event()

        def answer(request: Any, _: Any) -> resource_pb2.RegisterResourceResponse:
            if not request.custom:
                all_there.wait()
                assert go_on.wait(TIMEOUT_S)
            return made(request)

        monitor.answer = answer
        constructs = [pool.submit(construct, plugin, monitor, "ModelDeployment", MODEL) for _ in range(many)]
        all_there.wait()
        # While all of them wait, the engine calls for their parts.
        assert plugin.configuration("chat").complaints({"executable_id": "azure-openai"}).keys() >= {"scenario_id"}
        go_on.set()
        assert {outputs(each.result())["deploymentId"] for each in constructs} == {"d1"}


def test_a_construct_ends_with_its_call(plugin: Plugin, monitor: Monitor) -> None:
    ended = threading.Event()

    def answer(request: Any, context: Any) -> resource_pb2.RegisterResourceResponse:
        context.add_callback(ended.set)
        waiting.set()
        assert ended.wait(TIMEOUT_S)
        return made(request)

    waiting = threading.Event()
    monitor.answer = answer
    request = provider_pb2.ConstructRequest(
        type="aicore:index:ModelDeployment",
        name="chat",
        monitorEndpoint=monitor.address,  # type: ignore[attr-defined]
        inputs=struct(MODEL),
    )
    call = plugin.stub.Construct.future(request)
    assert waiting.wait(TIMEOUT_S)
    call.cancel()
    assert ended.wait(TIMEOUT_S), "the call of the monitor has ended as well"
    assert len(monitor.registered) == 1
