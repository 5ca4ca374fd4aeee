"""The main job on the real engine: models come to run, and a changed model is switched in place."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from tests.engine.driver import EngineStack

CHAT = {"model": "gpt-5-mini", "version": "2025-08-07", "executable": "azure-openai"}
OLDER = CHAT | {"version": "2025-05-01"}
CLAUDE = {"model": "anthropic--claude-4.5-haiku", "version": "1", "executable": "aws-bedrock"}
EMBEDDINGS = {"model": "text-embedding-3-small", "version": "latest", "executable": "azure-openai"}


def writes(emulator: Emulator) -> list[str]:
    """What changed something at the service, as `METHOD collection`, in order."""
    return [
        f"{entry.method} {entry.path.removeprefix('/v2/lm/').partition('/')[0]}"
        for entry in emulator.journal
        if entry.method != "GET" and "/lm/" in entry.path
    ]


def test_models_come_to_run_and_nothing_is_done_twice(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": CHAT, "embeddings": EMBEDDINGS})

    assert stack.up().failed is False

    chat = stack.outputs["chat"]
    assert chat == {
        "id": chat["id"],
        "url": f"{emulator.url}/v2/inference/deployments/{chat['id']}",
        "model": "gpt-5-mini",
        "version": "2025-08-07",
        "executable": "azure-openai",
        "configurationId": stack.resource("AIConfiguration")["id"],
        "resourceGroup": "default",
        "status": "RUNNING",
    }
    assert sorted(writes(emulator)) == ["POST configurations"] * 2 + ["POST deployments"] * 2
    again = stack.up()
    assert again.steps == {}
    assert len(writes(emulator)) == 4

    gone = stack.destroy()
    assert gone.failed is False
    assert stack.resources == []


def test_a_changed_model_is_patched_in_and_keeps_id_and_url(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": OLDER})
    stack.up()
    before = stack.outputs["chat"]
    first_configuration = before["configurationId"]
    begun = len(emulator.journal)

    stack.configure({"chat": CHAT})
    preview = stack.preview()
    assert preview.steps == {"AIConfiguration chat": "create-replacement", "AIDeployment chat": "update"}
    assert preview.diffs["AIDeployment chat"] == ["configuration_id"]
    assert before["url"] in preview.output, "the URL is known in the preview"

    assert stack.up().failed is False
    after = stack.outputs["chat"]
    assert (after["id"], after["url"]) == (before["id"], before["url"])
    assert after["configurationId"] != first_configuration
    assert stack.resource("AIDeployment")["outputs"]["latest_running_configuration_id"] == after["configurationId"]
    assert stack.resource("AIDeployment")["outputs"]["model_version"] == "2025-08-07"

    changes = [e for e in emulator.journal[begun:] if "/lm/" in e.path]
    order = [e.method for e in changes if e.method != "GET"]
    assert order == ["POST", "PATCH"], "the old configuration is only forgotten"
    patched = next(n for n, e in enumerate(changes) if e.method == "PATCH")
    assert any(e.method == "GET" and "/deployments" in e.path for e in changes[patched:]), "polled after the PATCH"
