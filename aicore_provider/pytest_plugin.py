"""A pytest plugin for everybody's tests: the fixture `aicore_emulator`, a local AI Core for one test.

It comes with the package, needs nothing of Pulumi, and imports nothing of the emulator before a test uses it.

    def test_mine(aicore_emulator):
        ...                                     # AICORE_BASE_URL and the like lead to the emulator

    @pytest.mark.aicore_emulator(transition_seconds=8, clock=SteppedClock())
    def test_slow_starts(aicore_emulator):
        aicore_emulator.advance(8)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from aicore_provider.proxies import without_proxy

if TYPE_CHECKING:
    from aicore_provider.emulator import Emulator


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "aicore_emulator(**settings): arguments of aicore_provider.emulator.Emulator for the fixture"
    )


@pytest.fixture
def aicore_emulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A running emulator of this test's own, in which everything happens at once unless the marker says otherwise.

    All `AICORE_*` variables and `VCAP_SERVICES` are taken away until the end of the test and replaced by those that
    lead to the emulator, so that no test can reach a real tenant by accident. No proxy is asked for it, whatever
    library a test uses.
    """
    try:
        from aicore_provider.emulator import Emulator
    except ModuleNotFoundError as error:
        if error.name not in ("flask", "jwt", "werkzeug"):
            raise
        pytest.fail(f"{error.name} is missing; pip install 'aicore-provider[emulator]'", pytrace=False)
    for name in list(os.environ):
        if name.startswith("AICORE_") or name == "VCAP_SERVICES":
            monkeypatch.delenv(name)
    marker = request.node.get_closest_marker("aicore_emulator")
    settings: dict[str, Any] = {"transition_seconds": 0, **(marker.kwargs if marker else {})}
    with Emulator.running(**settings) as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        for name, value in without_proxy(os.environ).items():
            monkeypatch.setenv(name, value)
        yield emulator
