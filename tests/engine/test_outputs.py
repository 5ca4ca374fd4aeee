"""An unchanged stack looks unchanged, whatever is made of the outputs of its resources."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api

TAKERS = '''
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

from aicore_provider import (
    AIConfiguration,
    AIDeployment,
    ExecutableDeployment,
    ModelDeployment,
    ModelFilter,
    OrchestrationDeployment,
)


class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("taken", props)


class Taker(Resource):
    """Takes one output of another resource as its input."""

    def __init__(self, name, value):
        super().__init__(Provider(), name, {"value": value})


mini = {"modelName": "gpt-5-mini", "modelVersion": "latest"}
config = AIConfiguration("config", executable_id="azure-openai", parameter_bindings=mini)
for name, resource in {
    "config": config,
    "parts": AIDeployment("parts", configuration=config),
    "bare": AIDeployment("bare", configuration_id=config.id),
    "pinned": ModelDeployment("pinned", model="gpt-5-mini", version="2025-08-07"),
    "latest": ModelDeployment("latest", model="gpt-5", version="latest", ttl="10h"),
    "router": OrchestrationDeployment("router"),
    "filtering": OrchestrationDeployment(
        "filtering", model_filter_list=[ModelFilter("gpt-5")], model_filter_list_type="deny"
    ),
    "own": ExecutableDeployment("own", scenario_id="foundation-models", executable_id="azure-openai", parameters=mini),
    "there": AIDeployment.get("there", DEPLOYMENT),
    "known": AIConfiguration.get("known", CONFIGURATION),
}.items():
    outputs = {key: getattr(resource, key) for key in vars(resource) if not key.startswith("_")}
    outputs = {key: value for key, value in outputs.items() if isinstance(value, pulumi.Output)}
    outputs |= {f"summary.{key}": value for key, value in getattr(resource, "summary", {}).items()}
    for key, value in outputs.items():
        Taker(f"{name}.{key}", value)
    pulumi.export(name, outputs)
'''


def test_whoever_takes_an_output_as_an_input_is_not_changed_by_a_second_run(
    stack: EngineStack, emulator: Emulator
) -> None:
    api = Api(emulator)
    configuration = api.configuration()
    deployment = api.create(configuration)
    api.settle()
    stack.configure({})
    stack.program(TAKERS.replace("DEPLOYMENT", repr(deployment)).replace("CONFIGURATION", repr(configuration)))

    assert stack.up().failed is False

    assert None not in {
        value
        for outputs in stack.exports.values()
        for value in outputs.values()
        if isinstance(value, (str, type(None)))
    }
    assert stack.exports["pinned"]["served_version"] == "2025-08-07"
    assert stack.exports["router"]["summary.model"] == ""
