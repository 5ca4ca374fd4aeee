"""The components of the provider plugin on the real engine."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.native import of_plugin

HEAD = """
import pulumi
from aicore_provider import (
    AIConfiguration,
    ExecutableDeployment,
    ModelDeployment,
    OrchestrationDeployment,
)
"""
CHAT = """
chat = ModelDeployment("chat", model="gpt-5-mini", version="VERSION")
for name in ("deployment_id", "deployment_url", "url", "call", "summary", "version", "served_version"):
    pulumi.export(name, getattr(chat, name))
"""


def declare(stack: EngineStack, program: str) -> None:
    stack.program(of_plugin(stack, HEAD + program))


def test_a_model_is_made_switched_in_place_and_removed(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({})
    declare(stack, CHAT.replace("VERSION", "2025-05-01"))
    before = stack.preview()
    assert before.steps == {
        "Stack aicore-test": "create",
        "ModelDeployment chat": "create",
        "AIConfiguration chat": "create",
        "AIDeployment chat": "create",
    }, before.output
    made = stack.up()
    assert (made.failed, made.steps) == (False, before.steps), made.output
    told = stack.exports
    (id_,) = Api(emulator).ids()
    url = f"{emulator.url}/v2/inference/deployments/{id_}"
    assert told["call"]["url"].startswith(f"{url}/chat/completions?")
    assert told["summary"] == {
        "id": id_,
        "url": url,
        "model": "gpt-5-mini",
        "version": "2025-05-01",
        "executable": "azure-openai",
        "configurationId": stack.resource("AIConfiguration")["id"],
        "resource_group": "default",  # as Python's SDK has it
        "status": "RUNNING",
        "call": told["call"],
    }
    assert {key: value for key, value in told.items() if key not in ("call", "summary")} == {
        "deployment_id": id_,
        "deployment_url": url,
        "url": url,
        "version": "2025-05-01",
        "served_version": "2025-05-01",
    }

    declare(stack, CHAT.replace("VERSION", "2025-08-07"))
    planned = stack.preview()
    steps = {"AIConfiguration chat": "create-replacement", "AIDeployment chat": "update"}
    assert planned.steps.items() >= steps.items(), planned.output
    known = {"deployment_id", "deployment_url", "url", "call"}
    assert known.isdisjoint(planned.values["Stack aicore-test"]), "what stays is known"
    switched = stack.up()
    assert switched.steps == steps, switched.output
    assert {key: stack.exports[key] for key in known} == {key: told[key] for key in known}
    assert (stack.exports["version"], stack.exports["served_version"]) == ("2025-08-07", "2025-08-07")
    assert Api(emulator).answering(id_) == "2025-08-07"

    gone = stack.destroy()
    assert gone.failed is False, gone.output
    assert (stack.resources, Api(emulator).ids()) == ([], [])


SEVERAL = """
key = pulumi.Output.secret("s3cr3t-plan")
own = ExecutableDeployment(
    "own",
    scenario_id="foundation-models",
    executable_id="azure-openai",
    parameters={"modelName": "gpt-5-mini", "modelVersion": "latest", "plan": key},
)
router = OrchestrationDeployment(
    "router",
    model_filter_list=[{"modelName": "gpt-5-mini", "modelVersions": ["2025-08-07"]}, {"modelName": "gpt-5"}],
    model_filter_list_type="deny",
)
models = [ModelDeployment(f"model-{n}", model="gpt-5", version="2025-08-07") for n in range(4)]
after = ModelDeployment("after", model="gpt-5-mini", version="latest", opts=pulumi.ResourceOptions(depends_on=[own]))
pulumi.export("model", own.summary.apply(lambda told: told["model"]))
pulumi.export("router", router.url)
pulumi.export("models", [each.deployment_id for each in models])
pulumi.export("after", after.served_version)
"""


def test_several_at_once_with_secrets_and_one_after_another(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({})
    declare(stack, SEVERAL)
    made = stack.up()
    assert made.failed is False, made.output
    api = Api(emulator)
    assert len({*stack.exports["models"]}) == 4
    assert len(api.ids()) == 7
    assert stack.exports["after"] == "2025-08-07"
    assert stack.exports["model"] == "gpt-5-mini", "a secret parameter makes no other one secret"
    assert "ciphertext" in stack.resource("AIConfiguration", "own")["inputs"]["parameterBindings"]["plan"]
    state = (stack.folder / "state" / ".pulumi" / "stacks" / "aicore" / "test.json").read_text()
    assert "s3cr3t-plan" not in state
    assert "s3cr3t-plan" not in made.output

    posted = [e.body for e in emulator.journal if e.method == "POST" and e.path == "/v2/lm/configurations"]
    (filtered,) = (body for body in posted if body["scenarioId"] == "orchestration")
    bindings = {each["key"]: each["value"] for each in filtered["parameterBindings"]}
    assert bindings == {
        "modelFilterList": '[{"modelName":"gpt-5-mini","modelVersions":["2025-08-07"]},{"modelName":"gpt-5"}]',
        "modelFilterListType": "deny",
    }
    own, after = (stack.resource("AIDeployment", name)["id"] for name in ("own", "after"))
    configured = [each["name"] for each in posted]
    assert configured.index("own") < configured.index("after")

    emulator.clear_journal()
    gone = stack.destroy()
    assert gone.failed is False, gone.output
    assert api.ids() == []
    stopped = [e.path.rpartition("/")[2] for e in emulator.journal if e.method == "PATCH"]
    deleted = [e.path.rpartition("/")[2] for e in emulator.journal if e.method == "DELETE"]
    assert (len(stopped), len(deleted)) == (7, 7)
    told = [(e.method, e.path.rpartition("/")[2]) for e in emulator.journal]
    assert told.index(("DELETE", after)) < told.index(("PATCH", own)), "what depends on it goes first"


WITH_PROVIDER = """
explicit = pulumi.ProviderResource("aicore", "explicit", {})
chat = ModelDeployment(
    "NAME",
    model="gpt-5-mini",
    version="2025-08-07",
    opts=pulumi.ResourceOptions(providers=[explicit], protect=PROTECT, aliases=[pulumi.Alias(name="old")]),
)
"""


def test_the_parts_have_the_provider_and_the_aliases_of_the_component(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({})
    declare(stack, WITH_PROVIDER.replace("NAME", "old").replace("PROTECT", "True"))
    made = stack.up()
    assert made.failed is False, made.output
    parts = [stack.resource(kind, "old") for kind in ("AIConfiguration", "AIDeployment")]
    assert {part["provider"].rpartition("::")[0].rpartition("::")[2] for part in parts} == {"explicit"}
    assert [part.get("protect", False) for part in parts] == [False, True]
    (id_,) = Api(emulator).ids()

    declare(stack, WITH_PROVIDER.replace("NAME", "new").replace("PROTECT", "False"))
    renamed = stack.up()
    assert renamed.failed is False, renamed.output
    assert stack.resource("AIDeployment", "new")["id"] == id_
    assert Api(emulator).ids() == [id_]
    assert stack.destroy().failed is False


def test_what_a_part_refuses_is_told_at_the_part_and_nothing_is_made(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({})
    declare(stack, 'ModelDeployment("chat", model="gpt-6-mini", version="1")')
    refused = stack.preview()
    assert "chat: model gpt-6-mini is not offered in resource group default; did you mean gpt-5-mini" in refused.output
    declare(stack, 'OrchestrationDeployment("chat", model_filter_list=[{"modelName": "gpt-5"}])')
    wrong = stack.preview()
    assert (
        "aicore:index:OrchestrationDeployment resource 'chat' has a problem:"
        ' modelFilterList and modelFilterListType ("allow" or "deny") go together.'
    ) in wrong.output
    assert [e for e in emulator.journal if e.method == "POST" and "/lm/" in e.path] == []
