"""The real plugin process, driven over gRPC as the engine drives it."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc, status_pb2
from pydantic.alias_generators import to_camel, to_snake

from aicore_provider import kinds
from aicore_provider.emulator import Emulator
from aicore_provider.lifecycle.limits import Limits
from tests.support.limits import SHORT, as_environment

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 30.0
"""A call that takes longer has gone wrong: none of these tests lets one wait for so long."""
UNKNOWN = rpc.UNKNOWN
PROVIDERS = {
    kind: serialize_provider(
        getattr(importlib.import_module(module.replace(".kinds.", ".providers.")), f"{kind}Provider")()
    )
    for kind, module in kinds.KINDS.items()
}

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_DERIVED = ("deploymentUrl", "call")
_CHANGES = {"DIFF_NONE": "same", "DIFF_UNKNOWN": "changed", "DIFF_SOME": "due"}

_QUICK = as_environment(Limits(pace=SHORT.pace))


@dataclass(frozen=True)
class FrontEnd:
    """One of the two processes that serve the kinds, as the engine sees it.

    Attributes:
        name: for people.
        python: its interpreter.
        module: what it runs.
        type_prefix: the type of a resource without its kind.
        is_native: whether it is the provider plugin, which has names in camelCase, and gets secrets as such.
    """

    name: str
    python: Path = Path(sys.executable)
    module: str = "pulumi.dynamic"
    type_prefix: str = "pulumi-python:dynamic/aicore:"
    is_native: bool = False

    def sent(self, kind: str, properties: Mapping[str, Any]) -> Struct:
        """Properties as the engine sends them."""
        if not self.is_native:
            return _struct({**properties, "__provider": PROVIDERS[kind]})
        secret = properties.get("secret_inputs") or ()
        return _struct({to_camel(k): _signed(v, k, secret) for k, v in properties.items() if k != "secret_inputs"})

    def got(self, kind: str, struct: Any) -> dict[str, Any]:
        """The properties of an answer, without the provider, and without those that the plugin derives."""
        found = json_format.MessageToDict(struct)
        if not self.is_native:
            return {k: v for k, v in found.items() if k != "__provider"}
        inputs = {each.name for each in kinds.load(kind).inputs}
        secret: list[str] = []
        plain = {
            to_snake(k): _unsigned(v, to_snake(k), secret) if to_snake(k) in inputs else v
            for k, v in found.items()
            if k not in _DERIVED
        }
        return {**plain, "secret_inputs": sorted(secret)} if plain else {}

    def path(self, path: str) -> str:
        """The path of a property as the tests have it."""
        name, dot, within = path.partition(".")
        return f"{to_snake(name)}{dot}{within}" if self.is_native else path

    def configuration(self, config: Mapping[str, str]) -> Struct:
        """The stack's configuration as the engine sends it."""
        return _struct({key.removeprefix("aicore:") if self.is_native else key: value for key, value in config.items()})


DYNAMIC = FrontEnd("newest SDK")
NATIVE = FrontEnd("provider plugin", module="aicore_provider.plugin", type_prefix="aicore:index:", is_native=True)


def dynamic(request: pytest.FixtureRequest) -> FrontEnd:
    """The dynamic front end, with the SDK that the parameter of a fixture names."""
    if request.param == DYNAMIC.name:
        return DYNAMIC
    oldest: Path = request.getfixturevalue("oldest_environment")
    return replace(DYNAMIC, name=request.param, python=oldest / "bin" / "python")


def _signed(value: Any, path: str, secret: Sequence[str]) -> Any:
    if path in secret:
        return {_SIGNATURE: _SECRET, "value": value}
    if isinstance(value, Mapping):
        return {key: _signed(each, f"{path}.{key}", secret) for key, each in value.items()}
    return value


def _unsigned(value: Any, path: str, secret: list[str]) -> Any:
    if isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET:
        secret.append(path)
        return value["value"]
    if isinstance(value, dict):
        return {key: _unsigned(each, f"{path}.{key}", secret) for key, each in value.items()}
    return value


class Engine(engine_pb2_grpc.EngineServicer):
    """The engine's log service, which writes down what it hears."""

    def __init__(self) -> None:
        self.lines: list[engine_pb2.LogRequest] = []
        self.is_gone = False
        self.server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()
        self._changed = threading.Condition()

    def go(self) -> None:
        """End, as if the engine's process were killed."""
        self.is_gone = True
        self.server.stop(None).wait()

    def Log(self, request: engine_pb2.LogRequest, context: Any) -> empty_pb2.Empty:  # noqa: N802
        with self._changed:
            self.lines.append(request)
            self._changed.notify_all()
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any) -> engine_pb2.GetRootResourceResponse:  # noqa: N802
        return engine_pb2.GetRootResourceResponse()

    def heard(self, text: str, urn: str) -> engine_pb2.LogRequest:
        """Wait for a line about that resource."""

        def find() -> engine_pb2.LogRequest | None:
            return next((line for line in self.lines if text in line.message and line.urn == urn), None)

        with self._changed:
            found = self._changed.wait_for(find, TIMEOUT_S)
        assert found is not None, [line.message for line in self.lines]
        return found


class CallFailed(Exception):
    """What the engine makes of a failed call.

    Attributes:
        text: what it shows.
        details: what the call itself said, which old and new SDKs word differently.
        kept: the `ErrorResourceInitFailed` within, or None.
        outputs: the properties in it.
    """

    def __init__(self, error: grpc.RpcError, resource: Resource) -> None:
        assert error.code() is grpc.StatusCode.UNKNOWN, error
        self.details = str(error.details())
        self.text = ""
        self.kept: provider_pb2.ErrorResourceInitFailed | None = None
        metadata = {item.key: item.value for item in error.trailing_metadata() or ()}
        if sent := metadata.get("grpc-status-details-bin"):
            status = status_pb2.Status.FromString(sent)
            assert status.code == error.code().value[0], "the engine ignores details whose code is another"
            self.text = status.message
            for detail in status.details:
                self.kept = provider_pb2.ErrorResourceInitFailed()
                assert detail.Unpack(self.kept)
        self.outputs = resource.front_end.got(resource.kind, self.kept.properties) if self.kept else {}
        super().__init__(self.text or self.details)


class Unheard(Exception):
    """Nobody waited for the answer any more."""


@dataclass(frozen=True)
class Resource:
    """One resource of a stack, and the calls that the engine makes for it."""

    stub: Any
    front_end: FrontEnd
    kind: str
    name: str

    @property
    def urn(self) -> str:
        return f"urn:pulumi:test::aicore::{self.front_end.type_prefix}{self.kind}::{self.name}"

    def check(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The checked inputs."""
        answer = self._call("Check", provider_pb2.CheckRequest(olds=self._props(olds or {}), news=self._props(news)))
        assert not answer.failures, answer
        return self.front_end.got(self.kind, answer.inputs)

    def complaints(self, news: Mapping[str, Any]) -> dict[str, str]:
        """What a check complains about, by property."""
        answer = self._call("Check", provider_pb2.CheckRequest(news=self._props(news)))
        return {self.front_end.path(failure.property): failure.reason for failure in answer.failures}

    def diff(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> tuple[str, list[str]]:
        """`same`, `changed` where inputs differ, or `due` where none does; and what replaces."""
        request = provider_pb2.DiffRequest(id=id_, olds=self._props(olds), news=self._props(news))
        answer = self._call("Diff", request)
        changes = _CHANGES[provider_pb2.DiffResponse.DiffChanges.Name(answer.changes)]
        if answer.detailedDiff:
            changes = "changed"
        return changes, [self.front_end.path(each) for each in answer.replaces]

    def create(self, inputs: Mapping[str, Any], *, timeout_s: float = 0.0) -> tuple[str, dict[str, Any]]:
        """Id and outputs."""
        request = provider_pb2.CreateRequest(properties=self._props(inputs), timeout=timeout_s)
        answer = self._call("Create", request)
        return answer.id, self.front_end.got(self.kind, answer.properties)

    def read(self, id_: str, outs: Mapping[str, Any], inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Id and outputs."""
        request = provider_pb2.ReadRequest(id=id_, properties=self._props(outs), inputs=self._props(inputs))
        answer = self._call("Read", request)
        return answer.id, self.front_end.got(self.kind, answer.properties)

    def update(
        self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any], *, timeout_s: float = 0.0
    ) -> dict[str, Any]:
        """The outputs."""
        olds, news = self._props(olds), self._props(news)
        answer = self._call("Update", provider_pb2.UpdateRequest(id=id_, olds=olds, news=news, timeout=timeout_s))
        return self.front_end.got(self.kind, answer.properties)

    def delete(self, id_: str, outs: Mapping[str, Any]) -> None:
        self._call("Delete", provider_pb2.DeleteRequest(id=id_, properties=self._props(outs)))

    def _call(self, method: str, request: Any) -> Any:
        request.urn = self.urn
        try:
            return getattr(self.stub, method)(request, timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            if error.code() in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE):
                raise Unheard from None
            raise CallFailed(error, self) from None

    def _props(self, props: Mapping[str, Any]) -> Any:
        return self.front_end.sent(self.kind, props)


class Plugin:
    """One plugin process."""

    def __init__(
        self,
        stub: Any,
        front_end: FrontEnd,
        engine: Engine,
        process: subprocess.Popen[str],
        hang_up: Callable[[], object],
    ) -> None:
        self.stub = stub
        self.front_end = front_end
        self.engine = engine
        self.process = process
        self.hang_up = hang_up
        """What the engine does on a second Ctrl-C: it closes the connection."""

    def configuration(self, name: str) -> Resource:
        return Resource(self.stub, self.front_end, "AIConfiguration", name)

    def deployment(self, name: str) -> Resource:
        return Resource(self.stub, self.front_end, "AIDeployment", name)

    def resource(self, kind: str, name: str) -> Resource:
        return Resource(self.stub, self.front_end, kind, name)

    def again(self, resource: Resource) -> Resource:
        """The same resource as this process sees it."""
        return replace(resource, stub=self.stub)

    def cancel(self, within_s: float = TIMEOUT_S) -> None:
        """What the engine sends on Ctrl-C, and at the end of a command."""
        self.stub.Cancel(empty_pb2.Empty(), timeout=within_s)

    def configured(self, model: str, name: str = "chat") -> str:
        """A configuration of that model, which may have gone since the check."""
        resource = self.configuration(name)
        wanted = {
            "executable_id": "azure-openai",
            "scenario_id": "foundation-models",
            "parameter_bindings": {"modelName": "gpt-5", "modelVersion": "latest"},
        }
        bindings = {"modelName": model, "modelVersion": "latest"}
        return resource.create(resource.check(wanted) | {"parameter_bindings": bindings})[0]


@contextmanager
def running(
    emulator: Emulator,
    *,
    front_end: FrontEnd = DYNAMIC,
    broken: Callable[[str], str] | None = None,
    config: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Plugin]:
    """A plugin process with this emulator for a service, which looks often.

    `broken` is one of the changes of `broken_plugin` that it starts with; `variables` change its environment.
    """
    engine = Engine()
    changed = ("-m", "tests.support.broken_plugin", broken.__name__) if broken else ("-m",)
    environment = {**os.environ, **emulator.environment(), **_QUICK, "PULUMI_PROJECT": "aicore", **(variables or {})}
    process = subprocess.Popen(
        [str(front_end.python), "-u", *changed, front_end.module, engine.address],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            stub.Configure(provider_pb2.ConfigureRequest(args=front_end.configuration(config or {})), timeout=TIMEOUT_S)
            yield Plugin(stub, front_end, engine, process, channel.close)
            assert process.poll() is None or engine.is_gone, "the process is still alive"
    finally:
        process.kill()
        process.communicate()
        engine.go()


def _struct(properties: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(dict(properties))
    return struct
