"""The requests of a switch, recorded: the calls of Pulumi's engine, answered by the kinds over the emulated service."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from aicore_provider import kinds
from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.emulator import Emulator, JournalEntry, SteppedClock
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.outcome import Found, Made, Updated
from aicore_provider.kinds.property import Properties
from aicore_provider.kinds.rules import Rules
from aicore_provider.kinds.session import Session
from aicore_provider.lifecycle.limits import Limits

OLD, NEW = "2025-05-01", "2025-08-07"
_TRANSITION_S = 60.0


@dataclass(frozen=True)
class Step:
    """A call of the engine, such as `Update AIDeployment`, and the requests that the provider sent for it.

    Each request stands in it once, however often it was sent.
    """

    call: str
    requests: tuple[str, ...]


def switch_steps() -> list[Step]:
    """Return the steps of a `pulumi up` after the version of a model was changed in the program."""
    clock = _Clock()
    with Emulator.running(transition_seconds=_TRANSITION_S, clock=clock.service) as emulator:
        before = _Program(emulator, clock, OLD)
        configuration = before.made("AIConfiguration", before.configuration())
        deployment = before.made("AIDeployment", before.deployment(configuration.id))
        return list(_switched(_Program(emulator, clock, NEW), configuration, deployment))


def _switched(program: _Program, configuration: Made, deployment: Made) -> Iterator[Step]:
    """Make the calls in the order of Pulumi's engine; `tests/engine` compares them with those of a real run."""
    emulator = program.emulator
    emulator.clear_journal()

    def step(call: str) -> Step:
        requests: list[str] = []
        for is_read, run in groupby(map(request_of, emulator.journal), key=lambda each: each.startswith("GET ")):
            several = list(run)
            # Threads read at the same time, so that reads have no order of their own.
            requests += sorted(several) if is_read else several
        emulator.clear_journal()
        return Step(call, tuple(dict.fromkeys(requests)))

    for kind, made in (("AIConfiguration", configuration), ("AIDeployment", deployment)):
        found = program.read(kind, made)
        assert isinstance(found, Found)  # noqa: S101  (nobody has deleted it)
        yield step(f"Read {kind}")
    program.check("AIConfiguration", program.configuration(), configuration.outputs)
    yield step("Check AIConfiguration")
    made = program.made("AIConfiguration", program.configuration(), configuration.outputs)
    yield step("Create AIConfiguration")
    inputs = program.check("AIDeployment", program.deployment(made.id), deployment.outputs)
    yield step("Check AIDeployment")
    call = program.call("AIDeployment")
    updated = kinds.load("AIDeployment").update(program.session, call, deployment.id, deployment.outputs, inputs)
    assert isinstance(updated, Updated)  # noqa: S101  (the new version runs)
    yield step("Update AIDeployment")
    call = program.call("AIConfiguration")
    kinds.load("AIConfiguration").delete(program.session, call, configuration.id, configuration.outputs)
    yield step("Delete AIConfiguration")


def request_of(entry: JournalEntry) -> str:
    """Return a request with a placeholder for its id."""
    *parts, last = entry.path.split("/")
    is_id = parts[-1:] == ["deployments"] or parts[-1:] == ["configurations"]
    return f"{entry.method} {'/'.join([*parts, '{id}' if is_id else last])}"


class _Clock:
    """The time of the service, which a wait moves on at once."""

    def __init__(self) -> None:
        self.service = SteppedClock()

    def now(self) -> float:
        return self.service.now()

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        del wake
        self.service.sleep(seconds)


@dataclass(frozen=True)
class _Silent:
    """Nobody reads what is told."""

    interrupted: threading.Event = field(default_factory=threading.Event)

    def progress(self, text: str) -> None: ...
    def info(self, text: str) -> None: ...
    def announce(self, text: str) -> None: ...
    def warn(self, text: str) -> None: ...
    def debug(self, text: str) -> None: ...


class _Program:
    """One run of a program that wants this version of a model, in a provider process of its own."""

    def __init__(self, emulator: Emulator, clock: _Clock, version: str) -> None:
        self.emulator = emulator
        self._version = version
        client = AICore(find_credentials(emulator.environment()), clock=clock)
        rules = Rules(ModelPolicy(), is_on=True, plan=())
        self.session = Session(client, host=_Silent(), limits=Limits(), rules=lambda: rules, environment={})

    def configuration(self) -> dict[str, Any]:
        return {
            "scenario_id": "foundation-models",
            "executable_id": "azure-openai",
            "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": self._version},
        }

    def deployment(self, configuration_id: str) -> dict[str, Any]:
        return {"configuration_id": configuration_id, "executable_id": "azure-openai"} | {
            "scenario_id": "foundation-models"
        }

    def call(self, kind: str, old_inputs: Properties | None = None) -> Call:
        return Call(f"urn:pulumi:dev::models::pulumi-python:dynamic/aicore:{kind}::chat", old_inputs=old_inputs)

    def check(self, kind: str, inputs: Mapping[str, Any], olds: Properties | None = None) -> dict[str, Any]:
        checked = kinds.load(kind).check(self.session, self.call(kind), olds or {}, inputs)
        assert not checked.failures  # noqa: S101  (the catalogue offers the version)
        return checked.inputs

    def made(self, kind: str, inputs: Mapping[str, Any], olds: Properties | None = None) -> Made:
        made = kinds.load(kind).create(self.session, self.call(kind), self.check(kind, inputs, olds))
        assert isinstance(made, Made)  # noqa: S101  (nothing goes wrong here)
        return made

    def read(self, kind: str, made: Made) -> object:
        return kinds.load(kind).read(self.session, self.call(kind, made.outputs), made.id, made.outputs)
