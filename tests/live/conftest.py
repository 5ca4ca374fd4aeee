from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from aicore_provider.api.credentials import Credentials, find_credentials
from aicore_provider.api.errors import CredentialsError
from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.tenant import Tenant, log_in, real_seconds

TRANSITION_S = 20.0
"""The emulator is asked as often as a tenant is, so it shows every status."""


@pytest.fixture(scope="session")
def live(request: pytest.FixtureRequest) -> bool:
    """Whether a real tenant was asked for."""
    return bool(request.config.getoption("--live"))


@pytest.fixture(scope="session")
def credentials(live: bool) -> Iterator[tuple[Credentials, Emulator | None]]:
    """Where to go, and the emulator if it is one of ours."""
    with ExitStack() as stack:
        emulator = None
        environment = dict(os.environ)
        if not live:
            settings = {"transition_seconds": TRANSITION_S, "clock": SteppedClock()}
            emulator = stack.enter_context(Emulator.running(**settings))  # type: ignore[arg-type]
            environment = emulator.environment()
        try:
            found = find_credentials(environment)
        except CredentialsError as error:
            pytest.exit(f"{error}\nThe tests then work in a resource group of their own, and delete it.", returncode=2)
        if found.certificate is not None:
            pytest.exit(f"{found.source} has a certificate; these tests need a client secret.", returncode=2)
        yield found, emulator


@pytest.fixture(scope="session")
def tenant(credentials: tuple[Credentials, Emulator | None]) -> Iterator[Tenant]:
    """The tenant, with our resource group in it, until all tests are done."""
    found, emulator = credentials
    try:
        token = log_in(found)
    except (requests.RequestException, ConnectionError) as error:
        pytest.exit(f"cannot log in at {found.auth_url} with {found.source}: {error}", returncode=2)
    ours = Tenant(found.base_url, token, real_seconds if emulator is None else emulator.advance)
    try:
        ours.make_group()
        yield ours
    finally:
        ours.remove_group()
