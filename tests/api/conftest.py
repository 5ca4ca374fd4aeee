from __future__ import annotations

from collections.abc import Iterator

import pytest

from aicore_provider.api.credentials import Credentials, find_credentials
from aicore_provider.api.http import Http
from aicore_provider.emulator import Emulator
from tests.support.clocks import OneClock


@pytest.fixture
def clock() -> OneClock:
    return OneClock()


@pytest.fixture
def emulator(clock: OneClock) -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=8, token_seconds=7199, clock=clock.service) as running:
        yield running


@pytest.fixture
def credentials(emulator: Emulator) -> Credentials:
    return find_credentials(emulator.environment())


@pytest.fixture
def http(credentials: Credentials, clock: OneClock) -> Http:
    return Http(credentials, clock=clock, random_share=lambda: 0.0)
