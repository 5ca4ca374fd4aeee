"""What the plugin tells the engine beyond the dynamic providers: previews, single differences, functions, ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2

from aicore_provider.emulator import Emulator
from tests.support import plugin as plugins
from tests.support.client import Api
from tests.support.plugin import NATIVE, UNKNOWN, Plugin

TYPE = "urn:pulumi:test::aicore::aicore:index:"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": {"key": "hidden-value"}}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=0) as running:
        yield running


@pytest.fixture(scope="module")
def plugin(emulator: Emulator) -> Iterator[Plugin]:
    with plugins.running(emulator, front_end=NATIVE) as running:
        yield running


def struct(**properties: Any) -> Struct:
    made = Struct()
    made.update(properties)
    return made


def plain(answer: Struct) -> dict[str, Any]:
    found: dict[str, Any] = json_format.MessageToDict(answer)
    return found


def invoked(plugin: Plugin, name: str, **arguments: Any) -> dict[str, Any]:
    request = provider_pb2.InvokeRequest(tok=f"aicore:index:{name}", args=struct(**arguments))
    return plain(getattr(plugin.stub.Invoke(request), "return"))


def refused(plugin: Plugin, name: str, **arguments: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        invoked(plugin, name, **arguments)
    return str(caught.value.details())


def test_a_preview_of_a_create_tells_what_is_known(plugin: Plugin) -> None:
    inputs = {"configurationId": UNKNOWN, "resourceGroup": "default", "serviceUrl": "https://api.example.com"}
    request = provider_pb2.CreateRequest(urn=f"{TYPE}AIDeployment::chat", properties=struct(**inputs), preview=True)
    answer = plugin.stub.Create(request)
    told = plain(answer.properties)
    assert answer.id == ""
    assert {**told, **inputs} == told
    assert (told["rollback"], told["ttl"]) == (True, "")
    assert {told[key] for key in ("status", "deploymentUrl", "call", "executableId", "tenant")} == {UNKNOWN}


def test_a_preview_of_a_switch_keeps_what_a_switch_keeps(plugin: Plugin) -> None:
    outs = {
        "configurationId": "c-0001",
        "resourceGroup": "default",
        "serviceUrl": "https://api.example.com",
        "createdAt": "2026-01-01T00:00:00Z",
        "executableId": "azure-openai",
        "status": "RUNNING",
        "tenant": "zone",
    }
    news = {key: outs[key] for key in ("resourceGroup", "serviceUrl")} | {"configurationId": UNKNOWN}
    request = provider_pb2.UpdateRequest(
        id="d1", urn=f"{TYPE}AIDeployment::chat", olds=struct(**outs), news=struct(**news), preview=True
    )
    told = plain(plugin.stub.Update(request).properties)
    assert told["deploymentUrl"] == "https://api.example.com/v2/inference/deployments/d1"
    assert {key: told[key] for key in ("createdAt", "executableId", "tenant")} == {
        key: outs[key] for key in ("createdAt", "executableId", "tenant")
    }
    assert (told["status"], told["configurationId"]) == (UNKNOWN, UNKNOWN)


def test_differences_are_told_one_by_one(plugin: Plugin) -> None:
    olds = {
        "scenarioId": "foundation-models",
        "executableId": "azure-openai",
        "parameterBindings": {"modelName": "gpt-5-mini", "modelVersion": "latest", "gone": "1"},
        "resourceGroup": "default",
        "name": "chat",
    }
    news = olds | {"parameterBindings": {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07", "new": "2"}}
    request = provider_pb2.DiffRequest(
        id="c-1",
        urn=f"{TYPE}AIConfiguration::chat",
        olds=struct(**olds),
        news=struct(**news),
        old_inputs=struct(**olds),
    )
    answer = plugin.stub.Diff(request)
    kinds = {path: provider_pb2.PropertyDiff.Kind.Name(each.kind) for path, each in answer.detailedDiff.items()}
    assert kinds == {
        "parameterBindings.modelVersion": "UPDATE_REPLACE",
        "parameterBindings.gone": "DELETE_REPLACE",
        "parameterBindings.new": "ADD_REPLACE",
    }
    assert list(answer.replaces) == ["parameterBindings"]


def test_the_path_of_a_label_is_quoted(plugin: Plugin) -> None:
    olds = {"resourceGroupId": "team-a", "labels": {"ext.ai.sap.com/owner": "a"}, "status": "PROVISIONED"}
    news = {**olds, "labels": {"ext.ai.sap.com/owner": "b"}}
    request = provider_pb2.DiffRequest(
        id="team-a", urn=f"{TYPE}AIResourceGroup::team", olds=struct(**olds), news=struct(**news)
    )
    assert list(plugin.stub.Diff(request).detailedDiff) == ['labels["ext.ai.sap.com/owner"]']


def test_what_is_always_secret_is_so_whatever_the_program_says(plugin: Plugin) -> None:
    news = struct(name="db", data={"key": "hidden-value"})
    answer = plugin.stub.Check(provider_pb2.CheckRequest(urn=f"{TYPE}AIGenericSecret::db", news=news))
    assert plain(answer.inputs)["data"] == SECRET


def test_a_type_that_there_is_not_is_told_with_those_that_there_are(plugin: Plugin) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        plugin.stub.Check(provider_pb2.CheckRequest(urn=f"{TYPE}Deployment::it", news=struct()))
    assert str(caught.value.details()).startswith("There is no resource aicore:index:Deployment; there are AIConfig")


def test_get_model(plugin: Plugin) -> None:
    latest = invoked(plugin, "getModel", model="gpt-5-mini")
    assert (latest["version"], latest["isLatest"], latest["executableId"]) == ("2025-08-07", True, "azure-openai")
    assert invoked(plugin, "getModel", model="gpt-5-mini", version="2025-05-01")["isLatest"] is False
    assert refused(plugin, "getModel", model="gpt-5-mimi").startswith(
        "Resource group default offers no model gpt-5-mimi. Did you mean gpt-5-mini?"
    )
    assert "has no version 2020-01-01 in resource group default; there are" in refused(
        plugin, "getModel", model="gpt-5-mini", version="2020-01-01"
    )


def test_get_models(plugin: Plugin) -> None:
    models = invoked(plugin, "getModels", executableId="azure-openai")["models"]
    assert {each["executableId"] for each in models} == {"azure-openai"}
    assert {"gpt-5-mini"} < {each["model"] for each in models}
    assert len(invoked(plugin, "getModels")["models"]) > len(models)


def test_get_deployment(plugin: Plugin, emulator: Emulator) -> None:
    api = Api(emulator)
    made = api.create(api.configuration("2025-08-07", name="by hand"))
    emulator.advance(60)
    by_id = invoked(plugin, "getDeployment", deploymentId=made)
    assert by_id == invoked(plugin, "getDeployment", configurationName="by hand")
    assert by_id["call"]["url"].startswith(f"{by_id['deploymentUrl']}/chat/completions")
    assert (by_id["status"], by_id["modelName"]) == ("RUNNING", "gpt-5-mini")
    second = api.create(api.configuration("2025-08-07", name="by hand"))
    emulator.advance(60)
    told = refused(plugin, "getDeployment", configurationName="by hand")
    assert told.startswith("There are several running deployments with a configuration named by hand in resource group")
    assert {made, second} <= {*told.replace(".", "").replace(",", "").split()}
    assert refused(plugin, "getDeployment") == "getDeployment: give either deploymentId or configurationName."
    assert refused(plugin, "getDeployment", deploymentId="d-none").startswith("There is no deployment d-none in")


def test_a_function_that_there_is_not_is_told_with_those_that_there_are(plugin: Plugin) -> None:
    assert refused(plugin, "getModl").startswith("There is no function aicore:index:getModl; there are getModel, ")


def test_it_tells_its_version_and_schema(plugin: Plugin) -> None:
    version = plugin.stub.GetPluginInfo(empty_pb2.Empty()).version
    assert f'"version": "{version}"' in plugin.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema
