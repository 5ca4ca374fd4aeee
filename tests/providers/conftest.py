from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from tests.support import plugin as plugins
from tests.support.client import Api
from tests.support.plugin import Plugin, Resource

_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=0) as running:
        assert Api(running).call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-a"}).ok
        yield running


@pytest.fixture(scope="session", params=["newest SDK", "oldest SDK"])
def python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of the plugin process: each test runs with both ends of the supported range of Pulumi's SDK."""
    if request.param == "newest SDK":
        return Path(sys.executable)
    oldest: Path = request.getfixturevalue("oldest_environment")
    return oldest / "bin" / "python"


@pytest.fixture(scope="session")
def shared_plugin(shared_emulator: Emulator, python: Path) -> Iterator[Plugin]:
    with plugins.running(shared_emulator, python=python) as running:
        yield running


@pytest.fixture(scope="session")
def next_run(shared_emulator: Emulator, python: Path) -> Iterator[Plugin]:
    """Another process: each command of Pulumi starts one, so none meets again what it has made itself."""
    with plugins.running(shared_emulator, python=python) as running:
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
