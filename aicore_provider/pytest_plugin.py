"""A pytest plugin with the fixture `aicore_emulator`: a local AI Core for one test.

pytest loads it wherever the package is installed. It does not import Pulumi, and imports the emulator only when a test
uses the fixture.

    def test_mine(aicore_emulator):
        ...                                     # AICORE_BASE_URL and the other variables lead to the emulator

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
    """Register the marker."""
    config.addinivalue_line(
        "markers", "aicore_emulator(**settings): arguments of aicore_provider.emulator.Emulator for the fixture"
    )


@pytest.fixture
def aicore_emulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator that runs for this test. Transitions happen at once, unless the marker has other settings.

    Until the end of the test, all `AICORE_*` variables and `VCAP_SERVICES` are removed, so that no test reaches a real
    tenant by accident, and replaced by those that lead to the emulator. `NO_PROXY` is set, so that no library sends
    requests for the emulator to a proxy.
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
