"""No test may ever reach a real tenant or a person's own Pulumi: their variables are taken away first."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.support.seed import any_seed, sample, seed_of_commit

_SLOW_FOLDERS = ("tests/faults/", "tests/engine/")
"""They drive the real engine; the slowest first."""
_SAMPLED_FOLDERS = ("tests/engine/", "tests/providers/")
"""What takes minutes: on the real engine, and with the processes that the engine starts."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long to look for what nobody has thought of, and whether a real tenant is asked."""
    parser.addoption(
        "--live",
        action="store_true",
        help="run tests/live, and nothing else, against the tenant that the environment has credentials for",
    )
    parser.addoption(
        "--engine-share",
        type=int,
        metavar="PERCENT",
        default=100,
        help="run so many percent of tests/engine and tests/providers, by the seed; default: all of them",
    )
    parser.addoption("--every-case", action="store_true", help="run what is too long for `make test`, not a sample")
    parser.addoption(
        "--fuzz",
        type=int,
        metavar="N",
        help="send N made up requests of each kind to each operation of the emulator, other ones every time",
    )
    parser.addoption(
        "--sample", type=int, metavar="N", help="run N of the selected tests, by the seed; default: all of them"
    )
    parser.addoption(
        "--seed",
        type=int,
        metavar="N",
        help="choose samples, random lives and made up values as the run did that told this seed; "
        "default: from the commit, so that each commit tries others",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Mark what drives the real engine, keep a real tenant's credentials from all tests but its own, sample, order."""
    if config.getoption("--live"):
        items[:] = [item for item in items if "tests/live/" in item.path.as_posix()]
    _leave_out(config, items)
    for item in items:
        if _folder_rank(item) < len(_SLOW_FOLDERS):
            item.add_marker(pytest.mark.engine)
    yield
    # What -m and -k leave out is gone by now.
    if (count := config.getoption("--sample")) is not None:
        chosen = set(sample(range(len(items)), count, config.option.seed))
        config.hook.pytest_deselected(items=[item for n, item in enumerate(items) if n not in chosen])
        items[:] = [item for n, item in enumerate(items) if n in chosen]
    # Where tests are dealt out one by one, the quick ones at the end let all workers end together.
    items.sort(key=_folder_rank)


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is too long for this run, and with --every-case the samples of what runs as a whole."""
    every = config.getoption("--every-case")

    def is_left_out(item: pytest.Item) -> bool:
        is_long = item.get_closest_marker("every_case") is not None
        return is_long != every and (is_long or "tests/faults/" in item.path.as_posix())

    left_out = [item for item in items if is_left_out(item)]
    for folder in _SAMPLED_FOLDERS:
        within = [item for item in items if folder in item.path.as_posix() and item not in left_out]
        count = -(-len(within) * config.getoption("--engine-share") // 100)
        chosen = set(sample(range(len(within)), count, config.option.seed))
        left_out += [item for number, item in enumerate(within) if number not in chosen]
    # By identity: two items may be equal.
    gone = set(map(id, left_out))
    items[:] = [item for item in items if id(item) not in gone]
    config.hook.pytest_deselected(items=left_out)


def _folder_rank(item: pytest.Item) -> int:
    """The place of the test's folder among the slow ones; all others come after those."""
    path = item.path.as_posix()
    return next((n for n, folder in enumerate(_SLOW_FOLDERS) if folder in path), len(_SLOW_FOLDERS))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Settle the seed, and clean the environment for all tests and the processes that they start."""
    _seed(config)
    # A shell that starts a job in the background has Ctrl-C ignored, and so would every process that the tests start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--live"):
        return
    for name in list(os.environ):
        # With those of `make test`, a `make` that a test starts would say that it is below another one.
        if name.startswith(("AICORE_", "PULUMI_")) or name in ("VCAP_SERVICES", "MAKELEVEL", "MAKEFLAGS", "MFLAGS"):
            del os.environ[name]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the seed to a worker process of xdist."""
    node.workerinput["seed"] = node.config.option.seed


def _seed(config: pytest.Config) -> None:
    """One seed for what is sampled here and for Hypothesis, the same in all worker processes."""
    config.option.seed = getattr(config, "workerinput", {}).get("seed", config.option.seed)
    if config.option.seed is None:
        commit = None if config.option.fuzz else seed_of_commit(config.rootpath)
        config.option.seed = any_seed() if commit is None else commit
    if config.getoption("--hypothesis-seed", None) is None:
        config.option.hypothesis_seed = str(config.option.seed)
    # In CI, Hypothesis would make up the same for ever; elsewhere it would fail on a machine that has other work.
    settings.register_profile("seeded", derandomize=False, deadline=None)
    settings.load_profile("seeded")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how to run with the same chances again, and what was left to chance."""
    if (share := terminalreporter.config.getoption("--engine-share")) < 100:
        terminalreporter.write_line(
            f"Of tests/engine and tests/providers {share} % ran, by the seed; `make test-faults` runs all."
        )
    terminalreporter.write_line(f"Seed: {terminalreporter.config.option.seed} (the same again: --seed)")


@pytest.fixture(scope="session")
def oldest_environment() -> Path:
    """The virtual environment with the oldest supported versions, Pulumi's SDK above all; `make oldest` makes it."""
    folder = Path(__file__).parents[1] / ".venv-oldest"
    if not (folder / "bin" / "python").exists():
        pytest.fail("there is no .venv-oldest; run `make test`, or `make oldest` once")
    return folder
