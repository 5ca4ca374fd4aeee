"""No secret is ever written anywhere: state, logs at every level, errors, progress, the emulator's journal and log."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from sandbox import pulumi_cli
from sandbox.engine_stack import EngineStack, Run
from tests.engine.pace import COUNTED, QUICK
from tests.support.languages import program_of_the_page, stack_of
from tests.support.models import CHAT, OLDER

SECRET = "s3cret-of-this-test"
TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]+|Bearer \w+")


def service_key(emulator: Emulator) -> str:
    return json.dumps(
        {
            "clientid": SECRET,
            "clientsecret": SECRET,
            "url": emulator.url,
            "serviceurls": {"AI_API_URL": emulator.url},
        }
    )


@pytest.mark.parametrize("where", ["environment", "stack"])
def test_no_secret_is_written_anywhere(
    tmp_path: Path, pulumi_root: Path, capfd: pytest.CaptureFixture[str], where: str
) -> None:
    with Emulator.running(pace=COUNTED, tenants=[SECRET], verbose=True) as emulator:
        stack = EngineStack(tmp_path, pulumi_root, QUICK)
        if where == "environment":
            stack.environment["AICORE_SERVICE_KEY"] = service_key(emulator)

        def declare(entry: dict[str, Any]) -> None:
            stack.configure({"chat": entry})
            if where == "stack":
                _ = stack.stack  # makes it
                stack.pulumi("config", "set", "--secret", "aicore:serviceKey", service_key(emulator), "--stack", "test")

        declare(OLDER)
        runs = [stack.run_up(debug=True)]
        emulator.faults = [
            {"version": "2025-08-07", "outcome": "DEAD", "after": "switch"},
            {"path": "/v2/*", "after": 3, "times": 1, "effect": {"expireToken": True}},
            {"path": "/v2/*", "after": 5, "times": 2, "effect": {"drop": "afterCommit"}},
        ]
        declare(CHAT)
        runs.append(stack.run_up(debug=True))
        emulator.faults = [{"path": "/oauth/token", "effect": {"status": 401, "body": {"error": "unauthorized"}}}]
        runs.append(stack.preview(debug=True))
        emulator.faults = []
        runs += [stack.run_up(debug=True), stack.destroy(debug=True)]
        assert [run.failed for run in runs] == [False, True, True, False, False]
        journal = [entry.as_json() for entry in emulator.journal]

    written = [json.dumps(run.__dict__) for run in runs]
    written += [path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    written += [json.dumps(journal), *capfd.readouterr()]
    assert "was rolled back" in runs[1].output
    assert any("credentials from" in text for text in written), "the debug lines were looked at, too"
    assert [text[:200] for text in written if SECRET in text] == []
    assert [found[0][:20] for text in written if (found := TOKEN.search(text))] == []


# --- values that are secret ------------------------------------------------------------------------------------------


def everything_written(folder: Path, runs: list[Run]) -> list[str]:
    """Every text that a run has left anywhere."""
    kept = [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]
    return [json.dumps(run.__dict__) for run in runs] + kept


def test_what_is_encrypted_in_the_stack_file_is_nowhere_in_plain_text(stack: EngineStack, tmp_path: Path) -> None:
    stack.configure(
        {
            "chat": CHAT,
            "router": {
                "scenario": "orchestration",
                "modelFilterList": [{"modelName": "gpt-5"}],
                "modelFilterListType": "allow",
            },
        }
    )
    _ = stack.stack  # makes it
    for place, secret in {
        "chat.model": "gpt-5-mini",
        "chat.version": "2025-08-07",
        "chat.configurationName": "name-s3cret",
        "chat.versionId": "v-s3cret",
        "router.modelFilterList[0].modelName": "gpt-5-nano",
        "router.ttl": "777h",
    }.items():
        path = f"aicore:deployments.{place}"
        stack.pulumi("config", "set", "--secret", "--path", path, secret, "--stack", "test")
    runs = [stack.up(), stack.refresh()]
    written = everything_written(tmp_path, runs)
    hidden = ("gpt-5-mini", "2025-08-07", "s3cret", "gpt-5-nano", "777h")
    assert {secret: [text for text in written if secret in text] for secret in hidden} == {each: [] for each in hidden}

    state = stack.resource("AIConfiguration")["outputs"]
    assert (state["scenario_id"], state["executable_id"]) == ("foundation-models", "azure-openai"), (
        "and nothing else is"
    )
    assert stack.outputs["chat"]["status"] == "RUNNING"

    # What is refused is told without the secret, and of the rest of the file as well.
    for place, secret in {"chat.model": "gpt-5-minx", "router.modelFilterList[0].modelName": "s3cret-model"}.items():
        path = f"aicore:deployments.{place}"
        stack.pulumi("config", "set", "--secret", "--path", path, secret, "--stack", "test")
    refused = stack.preview()
    assert refused.failed
    told = "\n".join(refused.errors)
    assert "model [secret] is not offered" in told
    assert "model [secret] of the modelFilterList is not offered" in told
    written = everything_written(tmp_path, [refused])
    assert [text for text in written if "gpt-5-minx" in text or "s3cret" in text or "gpt-5-mini" in text] == []


OWN_SECRETS = """
import pulumi
from aicore_provider import AIConfiguration, AIDeployment

bindings = {"modelName": pulumi.Output.secret("gpt-5-mini").apply(str), "modelVersion": "2025-08-07", "key": "seen"}
chat = AIConfiguration("chat", executable_id="azure-openai", parameter_bindings=bindings)
deployment = AIDeployment("chat", configuration=chat)
other = AIDeployment("other", configuration_id=chat.id)
pulumi.export("model", deployment.model_name)
pulumi.export("version", deployment.model_version)
"""


def test_a_secret_of_ones_own_program_is_nowhere_in_plain_text(stack: EngineStack, tmp_path: Path) -> None:
    stack.configure({})
    stack.program(OWN_SECRETS.replace('"gpt-5-mini"', "''.join(['gpt-5', '-mini'])"))
    runs = [stack.up(), stack.refresh(), stack.up()]
    assert [run.failed for run in runs] == [False] * 3
    written = everything_written(tmp_path, runs)
    assert [text[:300] for text in written if "gpt-5-mini" in text] == []
    for name in ("chat", "other"):
        assert stack.resource("AIDeployment", name)["outputs"]["model_version"] == "2025-08-07"
    assert stack.exports["version"] == "2025-08-07"

    wrong = OWN_SECRETS.replace(
        "configuration=chat)", "configuration=chat, ttl=pulumi.Output.secret(str(99) + 'years'))"
    )
    stack.program(wrong.replace('"gpt-5-mini"', "''.join(['gpt-5', '-mini'])"))
    refused = stack.preview()
    assert "ttl: '[secret]' is no life time" in "\n".join(refused.errors)
    assert "99years" not in json.dumps(refused.__dict__)

    stack.program(OWN_SECRETS.replace('"gpt-5-mini"', "''.join(['gpt-5', '-minx'])"))
    refused = stack.preview()
    assert "model [secret] is not offered in resource group default" in "\n".join(refused.errors)
    assert "gpt-5-min" not in json.dumps(refused.__dict__)


@pytest.mark.parametrize("option", ["--secret", "--plaintext"])
def test_with_the_plugin_a_service_key_is_encrypted_in_the_state(tmp_path: Path, option: str) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(program_of_the_page())
    with Emulator.running(transition_seconds=0, tenants=[SECRET]) as emulator:
        stack = stack_of("yaml", folder, tmp_path / "stack", pulumi_cli.ensure(), QUICK)
        stack.configure("config: {}\n")
        _ = stack.stack  # makes it
        stack.pulumi("config", "set", option, "aicore:serviceKey", service_key(emulator), "--stack", "test")
        runs = [stack.up(), stack.up(), stack.preview()]
        assert [run.failed for run in runs] == [False, False, False], runs[0].output
        assert (runs[1].steps, runs[2].steps) == ({}, {})
    assert SECRET not in stack.pulumi("stack", "export", "--stack", "test")
    assert SECRET not in "".join(run.output for run in runs)
