"""Resource options of a component on the real engine: they have an effect on its parts."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api

CHAT = """
import pulumi
from aicore_provider import ModelDeployment
chat = ModelDeployment(
    "chat", model="gpt-5-mini", version=VERSION, executable_id="azure-openai", opts=pulumi.ResourceOptions(OPTIONS)
)
pulumi.export("deployments", {"chat": chat.summary})
"""


def chat(version: str, options: str = "") -> str:
    return CHAT.replace("VERSION", repr(version)).replace("OPTIONS", options)


def test_a_change_that_is_ignored_changes_nothing_and_outputs_tell_what_runs(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.configure({})
    stack.program(chat("2025-05-01"))
    assert stack.run_up().failed is False
    before = stack.outputs["chat"]

    stack.program(chat("2025-08-07", "ignore_changes=['version']"))
    assert stack.up().steps == {}
    assert stack.outputs["chat"] == before
    assert (before["version"], Api(emulator).answering(before["id"])) == ("2025-05-01", "2025-05-01")

    stack.program(chat("2025-08-07", "ignore_changes=['resource_group'], replace_on_changes=['version']"))
    replaced = stack.up()
    assert replaced.steps["AIDeployment chat"] == "create-replacement"
    assert replaced.diffs["AIDeployment chat"] == ["configuration_id"]
    assert stack.outputs["chat"]["id"] != before["id"]

    stack.program(chat("2025-08-07", "ignore_changes=['versions']"))
    error = stack.preview().errors[0]
    assert "ModelDeployment 'chat': ignore_changes names 'versions'; known are model, version, " in error
    assert "Traceback" not in error


TWO = """
import pulumi
from aicore_provider import ModelDeployment
def model(name, **options):
    return ModelDeployment(
        name, model=name, version="2025-08-07", executable_id="azure-openai", opts=pulumi.ResourceOptions(**options)
    )
first = model("gpt-5-mini")
second = model(
    "gpt-5",
    depends_on=[first],
    deleted_with=first,
    aliases=[pulumi.Alias(name="chat")],
    retain_on_delete=True,
    additional_secret_outputs=["parameter_bindings", "status"],
)
pulumi.export("deployments", {"second": second.summary})
"""


def test_other_options_reach_the_parts(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({})
    stack.program(TWO)
    assert stack.up().failed is False

    posts = [e.body["name"] for e in emulator.journal if e.path == "/v2/lm/configurations"]
    assert posts == ["gpt-5-mini", "gpt-5"]
    made = [n for n, e in enumerate(emulator.journal) if e.method == "POST" and "/lm/" in e.path]
    between = [e.path for e in emulator.journal[made[1] + 1 : made[2]]]
    assert any("/lm/deployments" in path for path in between), "the first was waited for"

    deployment = stack.resource("AIDeployment", "gpt-5")
    assert deployment["deletedWith"].endswith("ModelDeployment::gpt-5-mini")
    assert deployment["retainOnDelete"] is True
    assert "ciphertext" in deployment["outputs"]["status"]
    assert "ciphertext" in stack.resource("AIConfiguration", "gpt-5")["outputs"]["parameter_bindings"]

    assert stack.destroy().failed is False
    assert stack.resources == []
    assert len(Api(emulator).ids()) == 1, "the second is kept"
