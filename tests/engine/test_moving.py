"""A program goes from the dynamic provider to the plugin and back, and every object stays as it is."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack, Run
from tests.engine.tenant_program import DECLARED, PROGRAM, SECRETS, changing
from tests.support.native import of_plugin

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
