"""The archives, built once for a process of the tests."""

from __future__ import annotations

import pytest

from release.archives import Archives, build
from tests.packaging.environments import EXTRAS, VERSIONS, Case
from tests.support.seed import sample

SAMPLE = 2


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Archives:
    return build(tmp_path_factory.mktemp("dist"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each extra on each Python; without --every-case two of these."""
    if "case" not in metafunc.fixturenames:
        return
    cases = [Case(version, extra) for version in VERSIONS for extra in EXTRAS]
    if not metafunc.config.getoption("--every-case"):
        cases = sample(cases, SAMPLE, metafunc.config.option.seed)
    metafunc.parametrize("case", cases, ids=str)
