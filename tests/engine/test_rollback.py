"""What users of an endpoint see of a switch, good or bad, and what the person who ran it reads."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from benchmarks.users import users
from sandbox.engine_stack import EngineStack
from tests.engine.pace import COUNTED, HOUR_S, SLOW
from tests.support.client import Api
from tests.support.models import CHAT, OLDER

DEAD_SWITCH = {"version": "2025-08-07", "outcome": "DEAD", "after": "switch"}


def test_a_good_switch_answers_every_request(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": OLDER})
    stack.configure({"chat": CHAT})
    with users(emulator, stack.outputs["chat"]["id"]) as answers:
        assert stack.up().failed is False
    versions = answers.versions
    switched = versions.index("2025-08-07")
    assert set(versions[:switched]) == {"2025-05-01"}
    assert set(versions[switched:]) == {"2025-08-07"}


def test_a_bad_switch_leaves_a_gap_that_ends_with_the_rollback(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": OLDER})
    before = stack.outputs["chat"]
    emulator.faults = [DEAD_SWITCH]
    stack.configure({"chat": CHAT})
    with users(emulator, before["id"]) as answers:
        failed = stack.up()
    emulator.faults = []

    (error,) = failed.errors
    assert "failed, it ended DEAD" in error
    assert "It was rolled back, which took " in error
    assert f"configuration {before['configurationId']} serves again, with the same URL" in error
    gap = [n for n, version in enumerate(answers.versions) if not version]
    assert gap == list(range(gap[0], gap[-1] + 1)), "one gap"
    assert set(answers.versions) == {"2025-05-01", ""}, "the old model before and after"
    asked = len(answers.all)
    print(f"bad switch: {len(gap)} of {asked} requests unanswered, {answers.unanswered_s():.1f} s")  # noqa: T201

    assert stack.resource("AIDeployment")["outputs"]["configuration_id"] == before["configurationId"]
    assert stack.up().failed is False, "the next up tries again"
    assert Api(emulator).answering(before["id"]) == "2025-08-07"


def test_a_rollback_that_fails_says_so_and_the_next_up_repairs_it(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": OLDER})
    id_ = stack.outputs["chat"]["id"]
    emulator.faults = [DEAD_SWITCH, DEAD_SWITCH | {"version": "2025-05-01"}]
    stack.configure({"chat": CHAT})
    (error,) = stack.up().errors
    assert "failed as well" in error
    assert "It may serve nothing now" in error

    emulator.faults = []
    again = stack.up()
    assert (again.failed, again.steps["AIDeployment chat"]) == (False, "update")
    assert Api(emulator).answering(id_) == "2025-08-07"


def test_where_the_service_refuses_to_switch_a_dead_deployment_the_next_preview_shows_a_replacement(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": OLDER})
    dead = stack.outputs["chat"]["id"]
    emulator.faults = [DEAD_SWITCH, {"refusePatchInDead": True}]
    stack.configure({"chat": CHAT})
    (error,) = stack.up().errors
    assert "failed as well" in error
    assert "The next `pulumi up` replaces it: the service switches no DEAD deployment" in error

    emulator.faults = [{"refusePatchInDead": True}]
    assert stack.preview().steps["AIDeployment chat"] == "create-replacement"
    assert stack.up().failed is False
    assert Api(emulator).ids() == [stack.outputs["chat"]["id"]] != [dead]


def test_what_somebody_puts_back_while_ours_starts_ends_the_command_and_is_left(
    stack: EngineStack, emulator: Emulator
) -> None:
    api = Api(emulator)
    stack.deploy({"chat": OLDER})
    before = stack.outputs["chat"]
    emulator.pace = SLOW
    stack.configure({"chat": CHAT})
    emulator.clear_journal()
    with stack.begin("up") as run:
        run.read_until("PENDING")
        assert api.switch(before["id"], before["configurationId"]).ok
        assert run.end() != 0
    assert f"somebody else switched it to configuration {before['configurationId']} meanwhile" in run.output
    assert "rolled back" not in run.output
    assert [entry.method for entry in emulator.journal if entry.method == "PATCH"] == ["PATCH"] * 2, "ours and theirs"

    emulator.advance(HOUR_S)
    emulator.pace = COUNTED
    assert stack.up().failed is False
    assert api.answering(before["id"]) == "2025-08-07"


def test_without_rollback_a_failed_switch_stays_for_whoever_looks_into_it(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": OLDER | {"rollback": False}})
    before = stack.outputs["chat"]
    emulator.faults = [DEAD_SWITCH]
    stack.configure({"chat": CHAT | {"rollback": False}})
    (error,) = stack.up().errors
    assert f"It is not rolled back, as the program says; configuration {before['configurationId']} served" in error
    assert Api(emulator).deployment(before["id"])["status"] == "DEAD"

    emulator.faults = []
    assert stack.up().failed is False
    assert Api(emulator).answering(before["id"]) == "2025-08-07"
