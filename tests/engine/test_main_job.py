"""The main job on the real engine: models come to run, and a changed model is switched in place."""

from __future__ import annotations

from aicore_provider.emulator import Emulator
from aicore_provider.inference import AUTHORIZATION
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS, OLDER
from tests.support.world import DETAILS


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
        "call": {
            "method": "POST",
            "url": f"{chat['url']}/chat/completions?api-version=2023-05-15",
            "apiVersion": "2023-05-15",
            "headers": {"AI-Resource-Group": "default", "Content-Type": "application/json"},
            "authorization": AUTHORIZATION,
        },
    }
    assert sorted(writes(emulator)) == ["POST configurations"] * 2 + ["POST deployments"] * 2
    again = stack.up()
    assert again.steps == {}
    assert len(writes(emulator)) == 4

    gone = stack.destroy()
    assert gone.failed is False
    assert stack.resources == []


def test_a_changed_model_is_patched_in_and_keeps_id_and_url(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": OLDER})
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


def test_another_executable_or_ttl_is_a_new_deployment_that_runs_before_the_old_one_goes(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": CHAT})
    for change, key in ((CLAUDE, "executable_id"), (CLAUDE | {"ttl": "10h"}, "ttl")):
        old = stack.outputs["chat"]["id"]
        begun = len(emulator.journal)
        stack.configure({"chat": change})

        replaced = stack.up()

        assert replaced.steps["AIDeployment chat"] == "create-replacement"
        assert key in replaced.diffs["AIDeployment chat"]
        new = stack.outputs["chat"]["id"]
        assert new != old
        calls = [e for e in emulator.journal[begun:] if "/lm/deployments" in e.path and e.method != "GET"]
        assert [(e.method, e.path.rsplit("/", 1)[-1]) for e in calls] == [
            ("POST", "deployments"),
            ("PATCH", old),
            ("DELETE", old),
        ]
        assert calls[1].body == {"targetStatus": "STOPPED"}
        created, stopped = calls[0].time, calls[1].time
        assert any(created < e.time < stopped for e in emulator.journal[begun:] if e.method == "GET"), (
            "it was waited for"
        )


def test_what_the_service_refuses_is_told_in_three_lines_at_most(stack: EngineStack, emulator: Emulator) -> None:
    for wrong, said, do in (
        (CHAT | {"version": "1999-01-01"}, "01510003", "Check model name, model version and executable"),
        (CHAT | {"executable": "azure-opanai"}, "executable azure-opanai", "Check executable azure-opanai"),
    ):
        stack.configure({"chat": wrong}, checks="off")
        failed = stack.up()
        assert failed.failed
        (error,) = failed.errors
        lines = error.splitlines()
        assert len(lines) <= 3
        assert said in lines[0]
        assert "request id" in lines[0]
        assert do in lines[-1]
        assert "Traceback" not in failed.output
    stack.configure({"chat": CHAT})
    assert stack.up().failed is False


def test_a_switch_that_ends_dead_is_rolled_back_and_tried_again_by_the_next_up(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": OLDER})
    before = stack.outputs["chat"]
    emulator.faults = [{"version": "2025-08-07", "outcome": "DEAD", "after": "switch", "statusDetails": DETAILS}]
    stack.configure({"chat": CHAT})

    failed = stack.up()
    emulator.faults = []

    assert failed.failed
    (error,) = failed.errors
    assert "no capacity left" in error
    assert f"configuration {before['configurationId']} serves again" in error
    live = Api(emulator).deployment(before["id"])
    assert (live["status"], live["configurationId"]) == ("RUNNING", before["configurationId"])
    again = stack.up()
    assert again.failed is False
    assert again.steps["AIDeployment chat"] == "update", "the state still held the old configuration"
    assert stack.outputs["chat"]["id"] == before["id"]


def test_a_create_that_ends_dead_keeps_its_id_and_is_replaced_by_the_next_up(
    stack: EngineStack, emulator: Emulator
) -> None:
    emulator.faults = [{"model": "gpt-5-mini", "outcome": "DEAD", "after": "create"}]
    stack.configure({"chat": CHAT})
    assert stack.up().failed
    emulator.faults = []
    dead = stack.resource("AIDeployment")["id"]
    assert Api(emulator).ids() == [dead]

    again = stack.up()
    assert (again.failed, again.steps["AIDeployment chat"]) == (False, "create-replacement")
    assert Api(emulator).ids() == [stack.outputs["chat"]["id"]] != [dead]


def test_a_stack_file_that_is_wrong_is_told_by_key_and_nothing_is_asked_of_the_service(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.configure(
        "config:\n  aicore:deployments:\n    chat: {model: gpt-5-mini, version: 2025-08-07, executable: azure-openai}\n"
    )
    failed = stack.up()
    assert failed.failed
    told = failed.errors[0].splitlines()
    assert told[1].strip().startswith("aicore:deployments.chat.version: ")
    assert "quotes" in told[1]
    assert "00:00:00" not in failed.output
    assert "Traceback" not in failed.output
    assert emulator.journal == []
