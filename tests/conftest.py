"""No test may ever reach a real tenant or a person's own Pulumi: their variables are taken away first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long to look for what nobody has thought of, and whether a real tenant is asked."""
    parser.addoption(
        "--live",
        action="store_true",
        help="run tests/live, and nothing else, against the tenant that the environment has credentials for",
    )
    parser.addoption(
        "--fuzz",
        type=int,
        metavar="N",
        help="send N made up requests of each kind to each operation of the emulator, other ones every time",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that drive the real engine; keep a real tenant's credentials from all tests but its own."""
    if config.getoption("--live"):
        items[:] = [item for item in items if "tests/live/" in item.path.as_posix()]
    for item in items:
        if any(folder in item.path.as_posix() for folder in ("tests/engine/", "tests/faults/")):
            item.add_marker(pytest.mark.engine)


def pytest_configure(config: pytest.Config) -> None:
    """Clean the environment for all tests and the processes that they start."""
    if config.getoption("--live"):
        return
    for name in list(os.environ):
        if name.startswith(("AICORE_", "PULUMI_")) or name == "VCAP_SERVICES":
            del os.environ[name]


@pytest.fixture(scope="session")
def oldest_environment() -> Path:
    """The virtual environment with the oldest supported versions, Pulumi's SDK above all; `make oldest` makes it."""
    folder = Path(__file__).parents[1] / ".venv-oldest"
    if not (folder / "bin" / "python").exists():
        pytest.fail("there is no .venv-oldest; run `make test`, or `make oldest` once")
    return folder
