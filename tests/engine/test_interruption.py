"""Ctrl-C once and twice, and kill -9: every id is in the state or removed again, and no process stays behind."""

from __future__ import annotations

import threading
from pathlib import Path

from aicore_provider.emulator import Emulator, SystemWallClock
from sandbox.engine_stack import EngineStack
from sandbox.processes import is_running
from tests.engine.pace import COUNTED, HOUR_S, QUICK, SLOW
from tests.support.client import Api
from tests.support.clocks import wait_for
from tests.support.models import CHAT, CLAUDE, OLDER

THREE = {"chat": CHAT, "claude": CLAUDE, "older": OLDER}


def wait_until_pending(emulator: Emulator, count: int) -> None:
    api = Api(emulator)
    wait_for(lambda: [d["status"] for d in api.get("/lm/deployments")["resources"]] == ["PENDING"] * count, "PENDING")


def test_ctrl_c_keeps_every_id_and_the_next_up_goes_on(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure(THREE)
    emulator.pace = SLOW
    with stack.begin("up") as run:
        wait_until_pending(emulator, len(THREE))
        run.interrupt()
        assert run.end() != 0
    assert "The next `pulumi up` goes on from here" in run.output
    assert "Traceback" not in run.output
    ids = {stack.resource("AIDeployment", name)["id"] for name in THREE}
    assert ids == set(Api(emulator).ids())
    assert stack.pending_operations == []

    emulator.advance(HOUR_S)
    assert stack.up().failed is False
    assert {entry["id"] for entry in stack.outputs.values()} == ids


def test_ctrl_c_during_a_switch_leaves_it_running_and_the_next_up_waits_for_it(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": OLDER})
    id_ = stack.outputs["chat"]["id"]
    emulator.pace = SLOW
    stack.configure({"chat": CHAT})
    with stack.begin("up") as run:
        run.read_until("PENDING")
        run.interrupt()
        assert run.end() != 0
    emulator.advance(HOUR_S)
    assert stack.up().failed is False
    assert (stack.outputs["chat"]["id"], Api(emulator).answering(id_)) == (id_, "2025-08-07")


class LatencyTold(SystemWallClock):
    """Says when a request is under way that a fault makes slow."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.begun.set()
        super().sleep(seconds)


def test_a_second_ctrl_c_removes_what_nobody_recorded(tmp_path: Path, pulumi_root: Path) -> None:
    clock = LatencyTold()
    with Emulator.running(pace=COUNTED, clock=clock) as emulator:
        emulator.faults = [{"method": "POST", "path": "/v2/lm/deployments", "effect": {"latencySeconds": 3}}]
        stack = EngineStack(tmp_path, pulumi_root, emulator.environment() | QUICK)
        stack.configure({"chat": CHAT})
        with stack.begin("up") as run:
            wait_for(clock.begun.is_set, "the POST is under way")
            left = run.processes()
            run.interrupt()
            run.read_until("^C received")
            run.interrupt()
            assert run.end() != 0
        wait_for(lambda: not any(map(is_running, left)), "every process ends")
        assert [e.status for e in emulator.journal if e.method in ("POST", "DELETE") and "deployments" in e.path] == [
            202,
            202,
        ]
        Api(emulator).settle()
        assert Api(emulator).ids() == []
        emulator.faults = []
        assert stack.up().failed is False


def test_when_the_cli_is_killed_the_provider_removes_what_it_made_and_ends(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.configure(THREE)
    emulator.pace = SLOW
    with stack.begin("up") as run:
        wait_until_pending(emulator, len(THREE))
        providers = run.processes("pulumi.dynamic")
        assert providers
        run.kill()
        wait_for(lambda: not any(map(is_running, providers)), "the provider process ends")
    Api(emulator).settle()
    assert Api(emulator).ids() == []

    emulator.pace = COUNTED
    stack.stack.cancel()
    assert stack.up().failed is False
    assert {entry["id"] for entry in stack.outputs.values()} == set(Api(emulator).ids())


def test_what_cli_and_provider_leave_when_killed_together_is_named_by_every_later_up(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.configure({"chat": CHAT})
    emulator.pace = SLOW
    with stack.begin("up") as run:
        wait_until_pending(emulator, 1)
        run.kill_with_providers()
        run.end()
    (left,) = Api(emulator).ids()

    emulator.pace = COUNTED
    stack.stack.cancel()
    for _ in range(2):
        later = stack.up()
        assert later.failed is False
        assert [line for line in later.told if left in line and "aicore-provider orphans" in line], later.told
    assert stack.outputs["chat"]["id"] != left
    # A command that changes nothing names it as well, and a deployment that is managed is never named.
    preview = stack.preview()
    assert len([line for line in preview.told if "aicore-provider orphans" in line]) == 1
