"""Pulumi's own options, custom time-outs, `.get()`, and the package in a program of somebody's own."""

from __future__ import annotations

import json
import sys

import pytest

from aicore_provider.cli.doctor.stack import MOST_CONFIG_BYTES, passed_bytes
from aicore_provider.cli.stack import parse_config
from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS


def test_a_protected_deployment_is_switched_but_neither_replaced_nor_deleted(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": CHAT | {"version": "2025-05-01", "protect": True}})
    id_ = stack.outputs["chat"]["id"]
    stack.configure({"chat": CHAT | {"protect": True}})
    assert stack.up().failed is False
    for change in ({"chat": CLAUDE | {"protect": True}}, {"embeddings": EMBEDDINGS}):
        stack.configure(change)
        refused = stack.up()
        assert refused.failed
        assert "protect" in refused.output
    assert stack.destroy().failed
    assert Api(emulator).deployment(id_)["status"] == "RUNNING"


def test_a_renamed_entry_stays_the_same_deployment(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": CHAT})
    before = stack.outputs["chat"]["id"]
    writes = len([e for e in emulator.journal if e.method != "GET"])
    stack.configure({"assistant": CHAT | {"formerly": "chat"}})
    assert stack.up().failed is False
    assert stack.outputs["assistant"]["id"] == before
    tokens = {"/oauth/token"}
    assert {e.path for e in [e for e in emulator.journal if e.method != "GET"][writes:]} <= tokens


def test_where_the_quota_allows_one_deployment_it_can_be_deleted_first(stack: EngineStack, emulator: Emulator) -> None:
    emulator.faults = [{"deploymentQuota": 1}]
    stack.deploy({"chat": CHAT})
    before = stack.outputs["chat"]["id"]

    stack.configure({"chat": CLAUDE})
    refused = stack.up()
    assert refused.failed
    assert any("replace: deleteFirst" in error for error in refused.errors), refused.errors
    assert Api(emulator).deployment(before)["status"] == "RUNNING"

    stack.configure({"chat": CLAUDE | {"replace": "deleteFirst"}})
    assert stack.up().failed is False
    assert Api(emulator).ids() == [stack.outputs["chat"]["id"]]


def test_a_first_create_that_the_quota_refuses_makes_nothing_and_says_what_to_check(
    stack: EngineStack, emulator: Emulator
) -> None:
    emulator.faults = [{"deploymentQuota": 0}]
    stack.configure({"chat": CHAT})
    (error,) = stack.up().errors
    assert "was refused" in error
    assert "Check the resource group, the service plan and the quota of deployments." in error
    assert "deleteFirst" not in error, "nothing is replaced"
    assert len(error.splitlines()) <= 3
    assert Api(emulator).ids() == []
    emulator.faults = []
    assert stack.up().failed is False


STUCK = """
import pulumi
from aicore_provider import ModelDeployment
ModelDeployment(
    "chat", model="gpt-5-mini", version="2025-08-07", executable_id="azure-openai", TTL
    opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="2s", update="2s")),
)
"""


def test_a_create_that_hangs_keeps_its_id_and_the_next_up_goes_on_waiting(
    stack: EngineStack, emulator: Emulator
) -> None:
    emulator.faults = [{"model": "gpt-5-mini", "outcome": "PENDING"}]
    stack.program(STUCK.replace("TTL", ""))
    stack.configure({})
    failed = stack.up()
    assert failed.failed
    assert "not done within " in failed.errors[0]
    assert ", last seen as: PENDING" in failed.errors[0]
    assert any("PENDING: starting" in line for line in failed.live)
    assert not any("PENDING: starting (" in line for line in failed.told), "progress is live only"
    hanging = stack.resource("AIDeployment")["id"]
    assert stack.preview().steps == {"AIDeployment chat": "update"}

    again = stack.up()
    assert again.failed
    assert Api(emulator).ids() == [hanging], "waited for, not made anew"

    # Somebody gives up on it; then it is replaced.
    emulator.faults = []
    assert Api(emulator).stop(hanging).ok
    Api(emulator).settle()
    assert stack.up().failed is False
    assert Api(emulator).ids() == [stack.resource("AIDeployment")["id"]] != [hanging]


def test_a_replacement_that_fails_leaves_the_old_one_live_and_a_revert_is_unchanged(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.program(STUCK.replace("TTL", ""))
    stack.configure({})
    assert stack.run_up().failed is False
    old = stack.resource("AIDeployment")["id"]

    emulator.faults = [{"model": "gpt-5-mini", "outcome": "PENDING"}]
    stack.program(STUCK.replace("TTL", "ttl='10h',"))
    failed = stack.up()
    assert failed.failed
    assert "The new deployment was removed again" in failed.errors[0]
    assert Api(emulator).ids() == [old]
    assert Api(emulator).answering(old) == "2025-08-07"

    stack.program(STUCK.replace("TTL", ""))
    assert stack.up().steps == {}


def test_get_looks_at_what_is_managed_elsewhere_and_changes_nothing(stack: EngineStack, emulator: Emulator) -> None:
    api = Api(emulator)
    configuration = api.configuration()
    id_ = api.create(configuration)
    api.settle()
    program = (
        "import pulumi\n"
        "from aicore_provider import AIConfiguration, AIDeployment\n"
        "there = AIDeployment.get('there', {id!r})\n"
        f"config = AIConfiguration.get('config', {configuration!r})\n"
        "pulumi.export('deployments', dict(url=there.deployment_url, model=there.model_name,"
        " status=there.status, bindings=config.parameter_bindings))\n"
    )
    stack.configure({})
    stack.program(program.replace("{id!r}", repr(id_)))
    assert stack.up().failed is False
    assert stack.outputs == {
        "url": f"{emulator.url}/v2/inference/deployments/{id_}",
        "model": "gpt-5-mini",
        "status": "RUNNING",
        "bindings": {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"},
    }
    assert stack.destroy().failed is False
    assert api.ids() == [id_]

    stack.program(program.replace("{id!r}", "'d0000000000000000'"))
    failed = stack.preview()
    assert failed.failed
    assert any("There is no deployment d0000000000000000 in default" in error for error in failed.errors)


def test_a_bare_configuration_id_is_switched_in_place_and_another_executable_refused(
    stack: EngineStack, emulator: Emulator
) -> None:
    api = Api(emulator)
    first, second = api.configuration("2025-05-01"), api.configuration("2025-08-07")
    foreign = api.configuration("1", model=CLAUDE["model"], executable=CLAUDE["executable"])
    program = "from aicore_provider import AIDeployment\nAIDeployment('chat', configuration_id={id!r})\n"
    stack.configure({})
    for configuration in (first, second):
        stack.program(program.format(id=configuration))
        assert stack.up().failed is False
    id_ = stack.resource("AIDeployment")["id"]
    assert api.answering(id_) == "2025-08-07"
    stack.program(program.format(id=foreign))
    failed = stack.up()
    assert failed.failed
    assert "is for executable aws-bedrock, the deployment runs azure-openai" in failed.errors[0]
    assert api.deployment(id_)["configurationId"] == second


def test_without_refresh_always_drift_is_not_seen_and_the_user_is_told_how_to_see_it(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.project(options=None)
    stack.configure({"chat": CHAT})
    first = stack.up()
    assert any("refresh: always" in line for line in first.told), first.told
    id_ = stack.outputs["chat"]["id"]
    assert Api(emulator).switch(id_, Api(emulator).configuration("2025-05-01")).ok
    Api(emulator).settle()
    assert stack.up().steps == {}
    assert stack.up(refresh=True).steps == {"AIDeployment chat": "update"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_configuration_can_be_exactly_as_large_as_doctor_counts(stack: EngineStack) -> None:
    stack.program("import pulumi\n")
    _ = stack.stack

    def preview_with(letters: int) -> tuple[int, bool, str]:
        stack.configure({"chat": CHAT}, catalog='<é&"' + "a" * letters)
        config = parse_config("test", json.loads(stack.pulumi("config", "--json"))).config
        run = stack.preview()
        return passed_bytes(config), run.failed, run.output

    little, *_ = preview_with(0)
    most = MOST_CONFIG_BYTES - little

    assert preview_with(most)[:2] == (MOST_CONFIG_BYTES, False)
    size, failed, output = preview_with(most + 1)
    assert (size, failed) == (MOST_CONFIG_BYTES + 1, True)
    assert "argument list too long" in output
