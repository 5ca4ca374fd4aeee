"""`pulumi --debug` shows what the SDK writes about each resource."""

from __future__ import annotations

from sandbox.engine_stack import EngineStack
from tests.support.models import CHAT

TYPES = {
    "aicore:index:ModelDeployment",
    "pulumi-python:dynamic/aicore:AIConfiguration",
    "pulumi-python:dynamic/aicore:AIDeployment",
}


def test_debug_shows_every_message_of_the_sdk(stack: EngineStack) -> None:
    names = ("chat", "other")
    stack.deploy(dict.fromkeys(names, CHAT))
    shown = stack.pulumi("preview", "--debug", "--stack", "test", "--color", "never", "--non-interactive")
    for name in names:
        for type_ in TYPES:
            assert f"resource registration prepared: ty={type_}, name={name}" in shown
            assert f"resource registration successful: ty={type_}, urn=" in shown
    assert "run_pulumi_func completed" in shown
