"""`aicore-provider recover` after runs that were killed: what is left, what it removes, and when it refuses."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from sandbox.pulumi_process import PulumiProcess
from tests.engine.pace import COUNTED, HOUR_S, SLOW
from tests.support.client import Api
from tests.support.models import CHAT, OLDER
from tests.support.terminal import Terminal

Recover = Callable[..., Result]
COPY = "a kill has cut it: put its copy back, test.json.bak over test.json"


@pytest.fixture
def recover(stack: EngineStack, monkeypatch: pytest.MonkeyPatch) -> Recover:
    """Runs the command in the folder of the project, without a terminal."""
    monkeypatch.chdir(stack.folder)
    return lambda *arguments: CliRunner().invoke(aicore_provider, ["recover", *arguments], env=stack.shell)


def lock_files(stack: EngineStack) -> list[Path]:
    return list((stack.folder / "state" / ".pulumi" / "locks").rglob("*.json"))


def locks(stack: EngineStack) -> list[str]:
    """The ids of the locks in the backend."""
    return [path.stem for path in lock_files(stack)]


def killed(stack: EngineStack, emulator: Emulator, kill: Callable[[PulumiProcess], None]) -> str:
    """Kill an `up` while it waits for what it has begun; the id of its lock."""
    emulator.pace = SLOW
    with stack.begin("up") as run:
        run.read_until("PENDING")
        kill(run)
    emulator.pace = COUNTED
    (left,) = locks(stack)
    return left


def test_after_cli_and_provider_were_killed_one_command_puts_everything_right(
    stack: EngineStack, emulator: Emulator, recover: Recover
) -> None:
    api = Api(emulator)
    stack.configure({"chat": CHAT})
    lock = killed(stack, emulator, PulumiProcess.kill_with_providers)
    (orphan,) = api.ids()

    looked, unnamed = recover(), recover("--yes")

    assert (looked.exit_code, unnamed.exit_code, locks(stack)) == (1, 1, [lock])
    assert "Stack test: begun and not ended: creating AIDeployment chat." in looked.stderr
    assert f"{orphan} (orphan): PENDING" in looked.stderr
    assert "Nothing was done: there is no terminal to ask on." in looked.stderr
    assert unnamed.stderr.endswith(f"Then run it again with --lock {lock}.\n")
    assert "cancel" not in unnamed.stderr
    assert api.ids() == [orphan]

    done = recover("--yes", "--lock", lock)

    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"Stack test: removed lock {lock}.",
        "Stack test: refreshed the state.",
        f"Removed {orphan}.",
        "Stack test: forgot the creates that were cut short.",
        "Now run `pulumi up` (or `pulumi destroy`): it goes on where the killed run was.",
    ]
    assert "Outputs:" not in done.stderr, "what Pulumi prints is shown only where it fails"
    assert (locks(stack), stack.pending_operations, api.ids()) == ([], [], [])
    assert stack.up().failed is False
    assert api.ids() == [stack.outputs["chat"]["id"]]
    again = recover("--yes")
    assert (again.exit_code, api.ids()) == (0, [stack.outputs["chat"]["id"]])
    assert "every operation has ended" in again.stderr


def test_a_state_that_was_cut_is_told_with_the_copy_to_put_back(
    stack: EngineStack, emulator: Emulator, recover: Recover
) -> None:
    stack.deploy({"chat": CHAT})
    id_ = stack.outputs["chat"]["id"]
    (file,) = (stack.folder / "state" / ".pulumi" / "stacks").rglob("test.json")
    whole = file.read_text()
    for name in ("test", "organization/aicore/test"):
        for kept in (0, len(whole) // 2):
            file.write_text(whole[:kept])
            told = recover("--yes", "--stack", name)
            assert told.exit_code == 1
            assert COPY in told.stderr
        assert COPY in CliRunner().invoke(aicore_provider, ["doctor", "--stack", name], env=stack.shell).stdout
    file.write_text(whole.replace("{", "[", 1))
    told = recover("--yes")
    assert told.exit_code == 1
    assert "The state of stack test cannot be read" in told.stderr
    assert "a kill" not in told.stderr
    shutil.copy(file.with_name("test.json.bak"), file)

    assert recover("--yes").exit_code == 0
    assert stack.up().failed is False
    assert (stack.outputs["chat"]["id"], Api(emulator).ids()) == (id_, [id_])


def test_what_was_done_is_told_although_the_last_step_fails(
    stack: EngineStack, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.configure({"chat": CHAT})
    lock = killed(stack, emulator, PulumiProcess.kill_with_providers)
    (orphan,) = Api(emulator).ids()
    shim = tmp_path / "shim" / "pulumi"
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\ncase "$*" in *--clear-pending-creates*) echo "error: not now" >&2; exit 1;; esac\n'
        f'exec "{stack.cli}" "$@"\n'
    )
    shim.chmod(0o755)
    monkeypatch.chdir(stack.folder)
    shell = {**stack.shell, "PATH": f"{shim.parent}:{stack.shell['PATH']}"}

    failed = CliRunner().invoke(aicore_provider, ["recover", "--yes", "--lock", lock], env=shell)

    assert failed.exit_code == 1
    assert f"Stack test: removed lock {lock}." in failed.stdout
    assert f"Removed {orphan}." in failed.stdout
    assert "still noted as cut short" in failed.stdout
    assert "Now run `pulumi up`" not in failed.stdout
    assert "`pulumi refresh` of stack test failed: not now" in failed.stderr
    again = CliRunner().invoke(aicore_provider, ["recover", "--yes"], env=stack.shell)
    assert again.exit_code == 0, again.stderr
    assert stack.pending_operations == []


def test_a_lock_that_was_cut_is_told_and_removed_when_it_is_named(
    stack: EngineStack, emulator: Emulator, recover: Recover
) -> None:
    stack.configure({"chat": CHAT})
    whole = killed(stack, emulator, PulumiProcess.kill_with_providers)
    (orphan,) = Api(emulator).ids()
    (file,) = lock_files(stack)
    cut = file.with_name("cut.json")
    cut.write_text(file.read_text()[:20])

    doctor = CliRunner().invoke(aicore_provider, ["doctor", "--stack", "test"], env=stack.shell)
    removal = CliRunner().invoke(aicore_provider, ["orphans", "--stack", "test", "--remove", "--yes"], env=stack.shell)
    one_named = recover("--yes", "--lock", whole)

    assert "cut, whose file cannot be read" in doctor.stdout
    assert (removal.exit_code, Api(emulator).ids()) == (1, [orphan])
    assert "Stack test is locked: cut, whose file cannot be read." in removal.stderr
    assert one_named.exit_code == 1
    assert one_named.stderr.endswith(
        "See that this run has ended: its job in CI.\nThen run it again with --lock cut.\n"
    )
    assert sorted(locks(stack)) == sorted([whole, "cut"])

    done = recover("--yes", "--lock", whole, "--lock", "cut")

    assert done.exit_code == 0, done.stderr
    assert (locks(stack), Api(emulator).ids()) == ([], [])


def test_after_a_killed_switch_only_the_lock_is_in_the_way(
    stack: EngineStack, emulator: Emulator, recover: Recover
) -> None:
    stack.deploy({"chat": OLDER})
    id_ = stack.outputs["chat"]["id"]
    stack.configure({"chat": CHAT})
    lock = killed(stack, emulator, PulumiProcess.kill_with_providers)

    done = recover("--yes", "--lock", lock, "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == 0, done.stderr
    assert [each["id"] for each in told["removedLocks"]] == [lock]
    assert told["pending"] == [{"stack": "test", "operation": "updating", "resource": "AIDeployment chat"}]
    assert (told["orphans"], told["cleared"], locks(stack)) == ([], [], [])
    emulator.advance(HOUR_S)
    assert stack.up().failed is False
    assert (stack.outputs["chat"]["id"], Api(emulator).answering(id_)) == (id_, "2025-08-07")


def test_a_run_that_goes_on_is_left_alone_whatever_is_asked_for(
    stack: EngineStack, emulator: Emulator, recover: Recover
) -> None:
    stack.configure({"chat": CHAT})
    emulator.pace = SLOW
    with stack.begin("up") as run:
        run.read_until("PENDING")
        (lock,) = locks(stack)

        refused = recover("--yes", "--lock", lock)

        assert refused.exit_code == 1
        assert "A run on stack test goes on: process " in refused.stderr
        assert locks(stack) == [lock]
        assert Api(emulator).get("/lm/deployments")["resources"][0]["targetStatus"] == "RUNNING"
        emulator.advance(HOUR_S)
        assert run.end() == 0


def test_what_nobody_can_tell_from_what_was_made_by_hand_is_left_alone(
    stack: EngineStack, emulator: Emulator, recover: Recover
) -> None:
    api = Api(emulator)
    stack.deploy({"chat": CHAT})
    by_hand = api.create(stack.outputs["chat"]["configurationId"])

    done = recover("--yes")

    assert done.exit_code == 0
    assert f"Left alone, since nobody can tell who made it: {by_hand}." in done.stdout
    assert by_hand in api.ids()


def test_a_person_is_asked_before_anything_is_done_and_again_about_the_lock(
    stack: EngineStack, emulator: Emulator
) -> None:
    api = Api(emulator)
    stack.configure({"chat": CHAT})
    lock = killed(stack, emulator, PulumiProcess.kill_with_providers)
    (orphan,) = api.ids()

    refused = Terminal(["recover"], stack.folder, stack.shell)
    refused.until("Do this? [y/N]")
    refused.answer("y")
    refused.until("Has that run ended for certain? [y/N]")
    refused.answer("")
    refused.until("Aborted!")

    assert (refused.ended(), locks(stack), api.ids()) == (1, [lock], [orphan])
    assert f"Stack test is locked: {lock}, by " in refused.shown

    done = Terminal(["recover"], stack.folder, stack.shell)
    for question in ("Do this? [y/N]", "Has that run ended for certain? [y/N]"):
        done.until(question)
        done.answer("y")
    done.until("it goes on where the killed run was.")

    assert (done.ended(), locks(stack), stack.pending_operations, api.ids()) == (0, [], [], [])


def test_a_run_that_begins_while_a_person_is_asked_about_another_keeps_its_lock(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.configure({"chat": CHAT})
    killed(stack, emulator, PulumiProcess.kill_with_providers)
    (dead,) = lock_files(stack)

    terminal = Terminal(["recover", "--yes"], stack.folder, stack.shell)
    terminal.until("Has that run ended for certain? [y/N]")
    living = dead.with_stem("11111111-2222-3333-4444-555555555555")
    living.write_text(json.dumps({**json.loads(dead.read_text()), "hostname": "runner-8"}))
    dead.unlink()
    terminal.answer("y")
    terminal.until(f"Stack test is locked: {living.stem}, by ")
    terminal.until("Has that run ended for certain? [y/N]")
    terminal.answer("")
    terminal.until("Aborted!")

    assert (terminal.ended(), lock_files(stack)) == (1, [living])


def test_where_the_refresh_fails_nothing_of_the_later_steps_is_done(
    stack: EngineStack, emulator: Emulator, recover: Recover
) -> None:
    api = Api(emulator)
    stack.configure({"chat": CHAT})
    lock = killed(stack, emulator, PulumiProcess.kill_with_providers)
    (orphan,) = api.ids()
    stack.environment["PULUMI_CONFIG_PASSPHRASE"] = "another"

    failed = recover("--yes", "--lock", lock)

    assert failed.exit_code == 1
    error = failed.stderr[failed.stderr.index("Error: ") :]
    assert error.startswith("Error: `pulumi refresh` of stack test failed: ")
    assert error.endswith("and run this again; it goes on from here.\n")
    assert len(error.splitlines()) == 2
    assert ([each["type"] for each in stack.pending_operations], api.ids()) == (["creating"], [orphan])


def test_ctrl_c_is_left_to_pulumi_which_gives_its_lock_back_and_ends_the_command(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": CHAT})
    emulator.faults = [{"path": "/v2/lm/deployments*", "effect": {"latencySeconds": 3}}]

    terminal = Terminal(["recover", "--yes"], stack.folder, stack.shell)
    terminal.until("Running `pulumi refresh` of stack test, ")
    while not locks(stack):
        terminal.read()
    os.killpg(terminal.running.pid, signal.SIGINT)
    terminal.until("Interrupted.")

    assert (terminal.ended(), locks(stack)) == (130, [])
    assert "\x1b]" not in terminal.shown, "Pulumi asks the terminal nothing"
    assert "Traceback" not in terminal.shown
