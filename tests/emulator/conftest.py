from __future__ import annotations

from collections.abc import Iterator

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


@pytest.fixture
def api(emulator: Emulator) -> Iterator[Api]:
    client = Api(emulator)
    with client.session:
        yield client
