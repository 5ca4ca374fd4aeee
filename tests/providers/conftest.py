from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from aicore_provider.emulator import Emulator
from tests.support import plugin as plugins
from tests.support.client import Api
from tests.support.plugin import NATIVE, FrontEnd, Plugin, Resource, dynamic

_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=0) as running:
        assert Api(running).call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-a"}).ok
        yield running


@pytest.fixture(scope="session", params=["newest SDK", "oldest SDK", NATIVE.name])
def front_end(request: pytest.FixtureRequest) -> FrontEnd:
    """Each test runs with the dynamic provider, at both ends of the supported range of Pulumi's SDK, and the plugin."""
    return NATIVE if request.param == NATIVE.name else dynamic(request)


@pytest.fixture(scope="session")
def shared_plugin(shared_emulator: Emulator, front_end: FrontEnd) -> Iterator[Plugin]:
    with plugins.running(shared_emulator, front_end=front_end) as running:
        yield running


@pytest.fixture(scope="session")
def next_run(shared_emulator: Emulator, front_end: FrontEnd) -> Iterator[Plugin]:
    """Another process: each command of Pulumi starts one, so none meets again what it has made itself."""
    with plugins.running(shared_emulator, front_end=front_end) as running:
        yield running


@pytest.fixture
def emulator(shared_emulator: Emulator) -> Iterator[Emulator]:
    """An emulator without faults and with an empty journal."""
    shared_emulator.clear_journal()
    yield shared_emulator
    shared_emulator.faults = []


@pytest.fixture
def plugin(shared_plugin: Plugin, emulator: Emulator) -> Plugin:
    """A plugin process that other tests have used before, as one process serves all resources of a stack."""
    return shared_plugin


@pytest.fixture
def chat(plugin: Plugin) -> Resource:
    """A deployment under a name that this process has not met yet."""
    return plugin.deployment(f"chat-{next(_numbers)}")
