"""States that releases have written, with an object of every kind: they stay as they are until they are destroyed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicore_provider import kinds
from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.engine.release_states import FRONT_ENDS, STATES, restored, running, write
from tests.engine.tenant_program import changing
from tests.support.client import Api

RELEASES = sorted(each for each in STATES.iterdir() if each.is_dir())
SAVED = [saved for release in RELEASES for saved in sorted(release.iterdir())]
LISTS = (
    "/admin/repositories",
    "/admin/applications",
    "/admin/objectStoreSecrets",
    "/admin/secrets",
    "/lm/deployments",
    "/lm/executionSchedules",
)


def held_in(saved: Path) -> set[str]:
    """The kinds of which a saved state has an object."""
    resources = json.loads((saved / "state.json").read_text())["deployment"]["resources"]
    return {each["type"].rpartition(":")[2] for each in resources}


def wanted_of(front_end: str) -> set[str]:
    # A stack file has no executions: a schedule makes them.
    return set(kinds.KINDS) - ({"AIExecution"} if front_end == "stack-file" else set())


@pytest.fixture(params=SAVED, ids=lambda saved: f"{saved.parent.name}-{saved.name}")
def saved(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def emulator(saved: Path, tmp_path: Path) -> Iterator[Emulator]:
    with running(tmp_path, (saved / "tenant.sql").read_text()) as emulator:
        yield emulator


@pytest.fixture
def stack(saved: Path, tmp_path: Path, pulumi_root: Path, emulator: Emulator) -> EngineStack:
    return restored(saved, tmp_path, pulumi_root, emulator)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_a_release_has_a_state_of_each_front_end_with_an_object_of_every_kind(release: Path) -> None:
    assert {each.name for each in release.iterdir()} == set(FRONT_ENDS)
    for each in release.iterdir():
        assert held_in(each) >= wanted_of(each.name)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_the_next_release_can_write_its_state(front_end: str, tmp_path: Path, pulumi_root: Path) -> None:
    write(tmp_path, front_end, pulumi_root)

    assert held_in(tmp_path) >= wanted_of(front_end)


def test_it_stays_as_it_is_and_is_destroyed(stack: EngineStack, emulator: Emulator) -> None:
    before = {each["urn"]: each.get("id") for each in stack.resources}
    emulator.clear_journal()

    shown = stack.preview(diff=True)
    assert (shown.failed, shown.changes) == (False, {}), shown.output
    refreshed = stack.refresh()
    assert (refreshed.failed, refreshed.changes) == (False, {}), refreshed.output
    done = stack.up()
    assert (done.failed, done.changes) == (False, {}), done.output
    assert changing(emulator) == []
    assert {each["urn"]: each.get("id") for each in stack.resources} == before

    gone = stack.destroy()
    assert not gone.failed, gone.output
    assert stack.resources == []
    api = Api(emulator)
    assert {path: api.get(path)["resources"] for path in LISTS} == {path: [] for path in LISTS}
