"""CLI and provider killed together during a create: the orphan is named, and removed by its command alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.engine.pace import COUNTED, QUICK, SLOW
from tests.support.client import Api
from tests.support.clocks import wait_for
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS

Orphans = Callable[..., Result]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(pace=COUNTED, default_orchestration=True) as running:
        yield running


@pytest.fixture
def orphans(stack: EngineStack, monkeypatch: pytest.MonkeyPatch) -> Orphans:
    """Runs the command in the folder of the project."""
    monkeypatch.chdir(stack.folder)
    return lambda *arguments: CliRunner().invoke(aicore_provider, ["orphans", *arguments], env=stack.shell)


def ids(ended: Result) -> dict[str, set[str]]:
    """The ids in the JSON, by their list."""
    told = json.loads(ended.stdout)
    return {key: {each["id"] for each in told[key]} for key in ("orphans", "uncertain", "notOurs")}


def killed_while_creating(stack: EngineStack, emulator: Emulator) -> str:
    """Kill CLI and provider once a deployment has been made; the id that nobody recorded."""
    before = set(Api(emulator).ids())
    emulator.pace = SLOW
    with stack.begin("up") as run:
        wait_for(lambda: len(Api(emulator).ids()) > len(before), "a new deployment")
        run.kill_with_providers()
    stack.stack.cancel()
    emulator.pace = COUNTED
    (left,) = set(Api(emulator).ids()) - before
    return left


def test_an_orphan_is_named_by_every_up_and_removed_by_its_command_and_nothing_else_is(
    stack: EngineStack, emulator: Emulator, orphans: Orphans, pulumi_root: Path, tmp_path: Path
) -> None:
    api = Api(emulator)
    (sap,) = api.ids()
    stack.deploy({"embeddings": EMBEDDINGS})
    another = EngineStack(tmp_path / "another", pulumi_root, emulator.environment() | QUICK)
    another.deploy({"claude": CLAUDE})
    not_ours = {sap, another.outputs["claude"]["id"], api.create(api.configuration())}
    by_hand = api.create(stack.outputs["embeddings"]["configurationId"])
    stack.configure({"chat": CHAT, "embeddings": EMBEDDINGS})

    orphan = killed_while_creating(stack, emulator)

    expected = {"orphans": {orphan}, "uncertain": {by_hand}, "notOurs": not_ours}
    assert ids(orphans("--json")) == expected
    next_up = stack.up()
    assert next_up.failed is False
    assert {id_ for id_ in api.ids() if any(id_ in line for line in next_up.told)} == {orphan, by_hand}
    assert [each["type"] for each in stack.pending_operations] == ["creating"], "carried over"
    assert ids(orphans("--json")) == expected

    everything, chat = set(api.ids()), stack.outputs["chat"]["id"]
    unasked, refused = orphans("--remove"), orphans("--remove", "--yes", orphan, *not_ours, chat)
    assert (unasked.exit_code, refused.exit_code) == (1, 1)
    assert "Nothing was removed" in unasked.stderr
    for id_ in not_ours:
        assert f"{id_} is not ours: its configuration " in refused.stderr
    assert f"{chat} stands in the state of stack test" in refused.stderr
    assert set(api.ids()) == everything

    removed = orphans("--remove", "--yes")
    assert (removed.exit_code, removed.stdout.splitlines()[0]) == (0, f"Removed {orphan}.")
    assert set(api.ids()) == everything - {orphan}
    _, advice, _ = removed.stdout.split("`")
    assert advice == "pulumi refresh --clear-pending-creates --stack test"
    stack.pulumi(*advice.split()[1:], "--yes")
    assert stack.pending_operations == []

    assert orphans("--remove", "--yes").stdout == "There are no orphans to remove.\n"
    assert orphans("--remove", "--yes", by_hand).exit_code == 0
    assert set(api.ids()) == everything - {orphan, by_hand}
    last = stack.up()
    assert (last.steps, last.told) == ({}, [])


def test_on_one_configuration_nobody_can_tell_the_orphans_from_what_was_made_by_hand(
    stack: EngineStack, emulator: Emulator, orphans: Orphans
) -> None:
    stack.configure({"chat": CHAT})
    left = {killed_while_creating(stack, emulator) for _ in range(2)}

    found = ids(orphans("--json"))
    by_hand = Api(emulator).create(stack.resource("AIConfiguration")["id"])
    too_many = ids(orphans("--json"))

    assert (found["orphans"], found["uncertain"]) == (left, set())
    assert (too_many["orphans"], too_many["uncertain"]) == (set(), {*left, by_hand})


def test_a_replacement_that_was_cut_short_leaves_an_orphan_although_its_configuration_is_forgotten(
    stack: EngineStack, emulator: Emulator, orphans: Orphans
) -> None:
    stack.deploy({"chat": CLAUDE})
    kept = stack.outputs["chat"]["id"]
    stack.configure({"chat": CHAT})

    orphan = killed_while_creating(stack, emulator)

    stack.configure({"chat": CLAUDE})
    assert stack.up().failed is False
    assert stack.outputs["chat"]["id"] == kept
    assert stack.resource("AIConfiguration")["id"] != Api(emulator).deployment(orphan)["configurationId"]
    assert ids(orphans("--json"))["orphans"] == {orphan}
    assert orphans("--remove", "--yes").exit_code == 0
    assert kept in Api(emulator).ids()
    assert orphan not in Api(emulator).ids()
