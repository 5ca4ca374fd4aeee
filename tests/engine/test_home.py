"""An object lives on one service and tenant: a wrong shell never empties a state and never builds anything twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack, Run
from tests.engine.pace import COUNTED
from tests.support.models import CHAT


@pytest.fixture
def elsewhere() -> Iterator[Emulator]:
    with Emulator.running(pace=COUNTED, tenant_id="another-tenant") as other:
        yield other


def commands(stack: EngineStack) -> Iterator[Run]:
    yield from (command() for command in (stack.preview, stack.up, stack.refresh, stack.destroy))


def test_another_service_is_told_by_every_command_and_nothing_is_done(
    stack: EngineStack, emulator: Emulator, elsewhere: Emulator
) -> None:
    stack.deploy({"chat": CHAT})
    resources = {r["urn"]: r.get("id") for r in stack.resources}
    begun = len(emulator.journal)
    stack.environment |= elsewhere.environment()

    for run in commands(stack):
        assert run.failed
        assert any(f"lives on {emulator.url}, your credentials are for {elsewhere.url}" in e for e in run.errors)
        assert {r["urn"]: r.get("id") for r in stack.resources} == resources
    assert elsewhere.journal == []
    assert len(emulator.journal) == begun


def test_another_tenant_of_the_same_service_is_told_as_well(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": CHAT})
    state = stack.stack.export_stack()
    for resource in (state.deployment or {})["resources"]:
        if resource.get("outputs", {}).get("tenant"):
            resource["outputs"]["tenant"] = "the-right-tenant"
    stack.stack.import_stack(state)
    begun = len(emulator.journal)

    for run in commands(stack):
        assert run.failed
        assert any("lives in tenant the-right-tenant, your credentials are for" in e for e in run.errors)
    assert {e.path for e in emulator.journal[begun:]} == {"/oauth/token"}


def test_a_resource_group_in_the_shell_does_not_move_what_exists(stack: EngineStack, emulator: Emulator) -> None:
    stack.program(
        "from aicore_provider import AIConfiguration, AIDeployment\n"
        "bindings = {'modelName': 'gpt-5-mini', 'modelVersion': '2025-08-07'}\n"
        "config = AIConfiguration('chat', executable_id='azure-openai', parameter_bindings=bindings)\n"
        "AIDeployment('chat', configuration=config)\n"
    )
    stack.configure({})
    assert stack.run_up().failed is False
    stack.environment["AICORE_RESOURCE_GROUP"] = "team-b"
    assert stack.up().steps == {}


def test_a_stack_that_pins_its_service_refuses_others(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": CHAT}, baseUrl="https://api.ai.example.com")
    failed = stack.up()
    assert failed.failed
    assert any("aicore:baseUrl is https://api.ai.example.com" in error for error in failed.errors)
    assert emulator.journal == []


def test_missing_credentials_are_one_clear_error(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": CHAT})
    for name in [n for n in stack.environment if n.startswith("AICORE_")]:
        del stack.environment[name]
    failed = stack.preview()
    assert failed.errors[0].startswith("No SAP AI Core credentials found.")
    assert "Traceback" not in failed.output


def test_a_service_key_in_the_stack_must_be_encrypted(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": CHAT}, serviceKey='{"clientsecret": "in plain text"}')
    failed = stack.preview()
    assert failed.failed
    assert any("pulumi config set --secret aicore:serviceKey" in error for error in failed.errors)
    assert emulator.journal == []
