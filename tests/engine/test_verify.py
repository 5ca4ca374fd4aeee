"""`verify`: what runs must answer as well, before a command says that it is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.api.request_limits import RequestTimeouts
from aicore_provider.emulator import Emulator
from aicore_provider.lifecycle.limits import Timeouts
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.limits import SHORT, as_environment
from tests.support.models import CHAT, CLAUDE, EMBEDDINGS

VERIFIED = CHAT | {"verify": True}
NEWER: dict[str, Any] = {**VERIFIED, "model": "gpt-5-nano", "version": "latest"}
INFERENCE = "/v2/inference/*"
REFUSED = {"status": 400, "body": {"error": {"code": "unavailable", "message": "The model is not available."}}}
REFUSES = {"path": INFERENCE, "model": "gpt-5-nano", "effect": REFUSED}
CLOSED = {"path": INFERENCE, "effect": {"status": 503, "body": "no healthy upstream"}}
EACH = {
    "chat": VERIFIED,
    "claude": CLAUDE | {"verify": True},
    "embeddings": EMBEDDINGS | {"verify": True},
    "gemini": {"model": "gemini-2.5-flash", "version": "latest", "executable": "gcp-vertexai", "verify": True},
    "router": {"scenario": "orchestration", "verify": True},
    "own": {
        "scenario": "foundation-models",
        "executable": "aicore-mistralai",
        "parameters": {"modelName": "mistralai--mistral-small", "modelVersion": "latest"},
        "verify": "/v1/health?deep=no",
    },
    "unasked": CHAT,
}
"""Kinds of entries, and one that is not to be verified."""


def asked(emulator: Emulator) -> list[tuple[str, int | None]]:
    """The requests to deployments since the journal was cleared: the path below their URL, and the status."""
    found = [each for each in emulator.journal if each.path.startswith("/v2/inference/")]
    return [("/" + each.path.split("/", 5)[5], each.status) for each in found]


@pytest.fixture
def patient(tmp_path: Path, pulumi_root: Path, emulator: Emulator) -> EngineStack:
    """A stack whose provider waits for an answer until it is interrupted."""
    limits = replace(SHORT, timeouts=Timeouts(), requests=RequestTimeouts(), unanswered_for_s=3600.0)
    return EngineStack(tmp_path / "patient", pulumi_root, emulator.environment() | as_environment(limits))


def test_each_kind_is_asked_once_after_it_was_made_and_never_by_a_preview(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.configure(EACH)
    assert stack.preview().failed is False
    assert asked(emulator) == []
    assert stack.up().failed is False, "with an empty preview after it"
    assert sorted(asked(emulator)) == [
        ("/chat/completions", 200),
        ("/converse", 200),
        ("/embeddings", 200),
        ("/models/gemini-2.5-flash:generateContent", 200),
        ("/v1/health", 200),
        ("/v2/completion", 200),
    ]
    emulator.clear_journal()
    assert stack.refresh().steps == {}
    assert stack.up().steps == {}
    assert asked(emulator) == []


def test_a_switch_that_runs_and_does_not_answer_is_rolled_back_and_the_old_model_serves(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": VERIFIED})
    before = stack.outputs["chat"]
    emulator.faults = [REFUSES]
    emulator.clear_journal()
    stack.configure({"chat": NEWER})
    (error,) = stack.up().errors
    first, second, third = error.splitlines()
    assert "failed, it runs and does not answer: The model is not available. (HTTP 400, code unavailable)" in first
    assert f"configuration {before['configurationId']} serves again, with the same URL" in second
    assert third == "The next `pulumi up` tries the switch again."
    assert asked(emulator) == [("/chat/completions", 400)]
    assert Api(emulator).answering(before["id"]) == "2025-08-07"
    assert stack.resource("AIDeployment")["outputs"]["configuration_id"] == before["configurationId"]

    emulator.faults = []
    again = stack.up()
    assert (again.failed, again.steps["AIDeployment chat"]) == (False, "update")
    assert stack.outputs["chat"]["id"] == before["id"]
    assert stack.outputs["chat"]["model"] == "gpt-5-nano"


@pytest.mark.every_case
def test_a_way_that_opens_late_is_waited_for(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": VERIFIED})
    emulator.clear_journal()
    emulator.faults = [CLOSED | {"times": 3}]
    stack.configure({"chat": NEWER})
    assert stack.up().failed is False
    assert [status for _, status in asked(emulator)] == [503, 503, 503, 200]


def test_a_create_that_does_not_answer_keeps_its_id_and_the_next_up_asks_again(
    stack: EngineStack, emulator: Emulator
) -> None:
    emulator.faults = [CLOSED]
    stack.configure({"chat": VERIFIED})
    (error,) = stack.up().errors
    assert "runs and does not answer: no healthy upstream (HTTP 503)" in error
    id_ = stack.resource("AIDeployment")["id"]
    assert Api(emulator).deployment(id_)["status"] == "RUNNING"

    emulator.clear_journal()
    preview = stack.preview()
    assert preview.steps["AIDeployment chat"] == "update"
    assert [line for line in preview.told if "has not answered yet" in line]
    assert asked(emulator) == []
    assert stack.up().failed, "it still does not answer"

    emulator.faults = []
    assert stack.up().failed is False
    assert [stack.outputs["chat"]["id"]] == Api(emulator).ids() == [id_]


def test_ctrl_c_while_it_is_asked_leaves_the_switch_and_the_next_up_asks(
    patient: EngineStack, emulator: Emulator
) -> None:
    patient.deploy({"chat": VERIFIED})
    id_ = patient.outputs["chat"]["id"]
    emulator.faults = [CLOSED]
    patient.configure({"chat": NEWER})
    with patient.begin("up") as run:
        run.read_until("it does not answer yet: no healthy upstream")
        run.interrupt()
        assert run.end() != 0
    assert "it runs, and has not answered yet" in run.output
    assert "The next `pulumi up` goes on from here" in run.output
    assert patient.pending_operations == []

    emulator.faults = []
    emulator.clear_journal()
    assert patient.preview().steps["AIDeployment chat"] == "update"
    assert asked(emulator) == []
    assert patient.up().failed is False
    assert asked(emulator) == [("/chat/completions", 200)]
    assert patient.outputs["chat"]["id"] == id_
    assert [each.method for each in emulator.journal if each.method == "PATCH"] == []


def test_of_a_deployment_that_stays_it_is_no_change(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": CHAT})
    emulator.clear_journal()
    for key, value in (("verify", True), ("verify", "/v1/health"), ("verify", False), ("rollback", False)):
        stack.configure({"chat": CHAT | {key: value}})
        assert stack.preview().steps == {}
        assert stack.up().steps == {}, "with an empty preview after it"
    assert asked(emulator) == []


@pytest.mark.every_case
def test_a_replacement_that_does_not_answer_is_removed_and_the_one_before_stays(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": VERIFIED})
    before = stack.outputs["chat"]["id"]
    emulator.faults = [{"path": INFERENCE, "effect": REFUSED}]
    stack.configure({"chat": VERIFIED | {"ttl": "24h"}})
    (error,) = stack.up().errors
    assert "does not answer: The model is not available." in error
    assert f"The new deployment was removed again; the one before stays as it is ({before})" in error
    Api(emulator).settle()
    assert Api(emulator).ids() == [before]
