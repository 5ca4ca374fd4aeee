"""A program goes from the dynamic provider to the plugin and back, and every object stays as it is."""

from __future__ import annotations

import os

import yaml

from aicore_provider.emulator import Emulator
from sandbox import pulumi_cli
from sandbox.engine_stack import EngineStack, Run
from sandbox.environment import path_with
from sandbox.languages import HOSTS, ensure
from tests.engine.component_program import COMPONENTS, native_components
from tests.engine.tenant_program import DECLARED, PROGRAM, SECRETS, changing
from tests.support.native import PLUGINS, of_plugin

BACK = """
import pulumi


def known_as_native(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    of_python, _, kind = args.type_.partition("dynamic/aicore:")
    if not kind:
        return None
    opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=f"aicore:index:{kind}")])
    return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, opts))


pulumi.runtime.register_stack_transformation(known_as_native)
"""


def ids(stack: EngineStack) -> dict[str, str]:
    """Ids by kind and logical name."""
    named = {f"{each['type'].rsplit(':', 1)[-1]} {each['urn'].rsplit('::', 1)[-1]}": each for each in stack.resources}
    return {key: named[key]["id"] for key in DECLARED}


def moved(run: Run) -> bool:
    """Whether each object was written to the state anew, and nothing else happened."""
    return not run.failed and {k: v for k, v in run.steps.items() if k in DECLARED} == dict.fromkeys(DECLARED, "update")


PYTHON = """
from aicore_provider import AIConfiguration, AIDeployment, AIResourceGroup

team = AIResourceGroup("team", resource_group_id="team-new")
chat = AIConfiguration(
    "chat",
    scenario_id="foundation-models",
    executable_id="azure-openai",
    parameter_bindings={"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"},
    resource_group=team.id,
)
AIDeployment("chat-deployment", configuration=chat)
"""
YAML = yaml.safe_load("""
team:
  type: aicore:AIResourceGroup
  properties: {resourceGroupId: team-new}
chat:
  type: aicore:AIConfiguration
  properties:
    scenarioId: foundation-models
    executableId: azure-openai
    parameterBindings: {modelName: gpt-5-mini, modelVersion: "2025-08-07"}
    resourceGroup: ${team.id}
chat-deployment:
  type: aicore:AIDeployment
  properties:
    configurationId: ${chat.id}
    executableId: ${chat.executableId}
    scenarioId: ${chat.scenarioId}
    resourceGroup: ${chat.resourceGroup}
""")


def test_from_python_to_yaml_without_a_word_of_it_in_the_program(stack: EngineStack, emulator: Emulator) -> None:
    stack.project(config=None)
    stack.program(PYTHON)
    stack.configure({})
    made = stack.up()
    assert not made.failed, made.output

    emulator.clear_journal()
    host = ensure(HOSTS["yaml"], pulumi_cli.ensure()).parent
    stack.environment["PATH"] = path_with([host], os.environ["PATH"])
    stack.project(runtime="yaml", main=None, resources=YAML, plugins=PLUGINS)
    there = stack.up()
    assert (there.failed, set(there.steps.values())) == (False, {"update"}), there.output
    assert len(there.steps) == len(YAML)
    assert changing(emulator) == []


def test_from_dynamic_to_native_and_back(stack: EngineStack, emulator: Emulator) -> None:
    stack.environment |= SECRETS
    stack.program(PROGRAM)
    stack.configure({})
    made = stack.up()
    assert not made.failed, made.output
    before = ids(stack)

    emulator.clear_journal()
    stack.program(of_plugin(stack, PROGRAM))
    there = stack.up()
    assert moved(there), there.output
    assert {each["type"] for each in stack.resources} >= {"aicore:index:AIResourceGroup"}
    assert (ids(stack), changing(emulator)) == (before, [])

    stack.program(BACK + PROGRAM)
    back = stack.up()
    assert moved(back), back.output
    assert (ids(stack), changing(emulator)) == (before, [])

    gone = stack.destroy()
    assert not gone.failed, gone.output


def parts(stack: EngineStack) -> dict[str, str]:
    """Ids of configurations and deployments by kind and logical name."""
    named = {f"{each['type'].rsplit(':', 1)[-1]} {each['urn'].rsplit('::', 1)[-1]}": each for each in stack.resources}
    return {key: each["id"] for key, each in named.items() if key.startswith(("AIConfiguration", "AIDeployment"))}


def test_components_go_there_and_back(stack: EngineStack, emulator: Emulator) -> None:
    stack.program(COMPONENTS)
    stack.configure({})
    made = stack.up()
    assert not made.failed, made.output
    before, url = parts(stack), stack.exports["url"]
    assert len(before) == 8
    every_part = dict.fromkeys(before, "update")

    emulator.clear_journal()
    stack.program(native_components(stack))
    there = stack.up()
    assert not there.failed, there.output
    assert {key: step for key, step in there.steps.items() if key in every_part} == every_part
    assert {each["type"] for each in stack.resources if each["custom"]} >= {"aicore:index:AIDeployment"}
    assert (parts(stack), stack.exports["url"], changing(emulator)) == (before, url, [])

    stack.program(BACK + COMPONENTS)
    back = stack.up()
    assert not back.failed, back.output
    assert {key: step for key, step in back.steps.items() if key in every_part} == every_part
    assert (parts(stack), stack.exports["url"], changing(emulator)) == (before, url, [])

    gone = stack.destroy()
    assert not gone.failed, gone.output
