"""What starts with each command: the imports of the program, and the first call in the plugin process.

Each repetition is a fresh process, those of ours alternately with those to compare with.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent import futures
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from aicore_provider.providers.configuration import AIConfigurationProvider
from benchmarks.measuring import Measurement
from benchmarks.programs.floor import EmptyProvider
from benchmarks.selection import Selection
from benchmarks.tenant import tenant

REPETITIONS = 15
IMPORTS_LIMIT_S = 0.05
"""By which the program's imports may take longer than that of Pulumi."""
CALL_LIMIT_S = 0.15
"""By which the first call may take longer than that of an empty provider."""
_PULUMI = "import pulumi"
_OURS = "from aicore_provider import ModelDeployment, StackConfig, deploy"
_INPUTS = {
    "executable_id": "azure-openai",
    "scenario_id": "foundation-models",
    "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"},
}
_TIMEOUT_S = 60.0


def measurements(_selection: Selection) -> Iterator[Measurement]:
    """Measure both, each beside what it is compared with."""
    imports: dict[str, list[float]] = {_PULUMI: [], _OURS: []}
    for _ in range(REPETITIONS):
        for program, seconds in imports.items():
            seconds.append(_run(program))
    yield Measurement(_PULUMI, tuple(imports[_PULUMI]))
    yield Measurement(_OURS, tuple(imports[_OURS]), statistics.median(imports[_PULUMI]) + IMPORTS_LIMIT_S)

    providers: dict[str, ResourceProvider] = {
        "an empty provider": EmptyProvider(),
        "AIConfiguration, with its requests": AIConfigurationProvider(),
    }
    calls: dict[str, list[float]] = {name: [] for name in providers}
    with tenant() as service:
        for _ in range(REPETITIONS):
            for name, provider in providers.items():
                calls[name].append(_first_call(provider, service.environment))
    empty, ours = calls
    yield Measurement(f"first check in a plugin process, {empty}", tuple(calls[empty]))
    limit_s = statistics.median(calls[empty]) + CALL_LIMIT_S
    yield Measurement(f"first check in a plugin process, {ours}", tuple(calls[ours]), limit_s)


def _run(program: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - begun


def _first_call(provider: ResourceProvider, variables: Mapping[str, str]) -> float:
    """Start a plugin process, and return the seconds of its first call."""
    engine = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    address = f"127.0.0.1:{engine.add_insecure_port('127.0.0.1:0')}"
    engine.start()
    command = [sys.executable, "-u", "-m", "pulumi.dynamic", address]
    environment = {**os.environ, **variables, "PULUMI_PROJECT": "aicore"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the plugin process has no output")
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.Configure(provider_pb2.ConfigureRequest(), timeout=_TIMEOUT_S)
                news = Struct()
                news.update({**_INPUTS, "__provider": serialize_provider(provider)})
                urn = "urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIConfiguration::chat"
                begun = time.perf_counter()
                stub.Check(provider_pb2.CheckRequest(urn=urn, news=news), timeout=_TIMEOUT_S)
                return time.perf_counter() - begun
        finally:
            process.kill()
            engine.stop(None)
