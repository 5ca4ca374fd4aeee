"""One program with a component of each kind."""

from __future__ import annotations

from sandbox.engine_stack import EngineStack
from tests.support.native import of_plugin

COMPONENTS = """
import pulumi
from aicore_provider import (
    ExecutableDeployment,
    ModelDeployment,
    ModelFilter,
    OrchestrationDeployment,
)

chat = ModelDeployment("chat", model="gpt-5-mini", version="2025-08-07", executable_id="azure-openai", ttl="10h")
ModelDeployment("latest", model="gpt-5", version="latest")
OrchestrationDeployment(
    "router", model_filter_list=[ModelFilter("gpt-5", ["2025-08-07"])], model_filter_list_type="allow"
)
ExecutableDeployment(
    "own",
    scenario_id="foundation-models",
    executable_id="azure-openai",
    parameters={"modelName": "gpt-5-mini", "modelVersion": "latest", "plan": pulumi.Output.secret("s3cr3t-plan")},
)
pulumi.export("url", chat.deployment_url)
"""
_FILTER = """

def ModelFilter(name, versions):
    return {"modelName": name, "modelVersions": versions}

"""


def native_components(stack: EngineStack, before: str = "") -> str:
    """The same of the provider plugin, which the stack's project finds from now on; after another such program."""
    native = of_plugin(stack, before + COMPONENTS).replace("    ModelFilter,\n", "")
    return native.replace("\nchat =", f"{_FILTER}\nchat =")
