"""Which lines of code the state names at a resource: those of the program, on every machine the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack

PROGRAM = """
from estate import declare

declare()
"""
ESTATE = """
import pulumi
from aicore_provider import AIConfiguration, ModelDeployment


class Team(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("own:index:Team", name)
        self.chat = ModelDeployment(
            "chat", model="gpt-5-mini", version="2025-08-07", opts=pulumi.ResourceOptions(parent=self)
        )


def declare():
    team = Team("team")
    AIConfiguration.get("watched", team.chat.configuration.id)
"""
CHAT = [f"project:///estate.py#{line}" for line in (9, 15)]
WATCHED = ["project:///estate.py#16"]
DECLARED = "project:///__main__.py#4"


@pytest.mark.parametrize("sdk", ["newest", "oldest"])
def test_the_state_names_the_lines_of_the_program_alone(
    sdk: str, oldest_environment: Path, tmp_path: Path, pulumi_root: Path, emulator: Emulator
) -> None:
    virtualenv = {"virtualenv": oldest_environment} if sdk == "oldest" else {}
    stack = EngineStack(tmp_path / "project", pulumi_root, emulator.environment(), **virtualenv)
    stack.program(PROGRAM)
    (stack.folder / "estate.py").write_text(ESTATE)
    assert not stack.up().failed

    told = {
        (each["type"].rpartition(":")[2], each["urn"].rpartition("::")[2]): (
            each["sourcePosition"],
            [frame.get("sourcePosition") for frame in each["stackTrace"]],
        )
        for each in stack.resources
        if "stackTrace" in each
    }
    for kind in ("ModelDeployment", "AIConfiguration", "AIDeployment"):
        assert told[kind, "chat"] == (CHAT[0], [*CHAT, DECLARED])
    assert told["AIConfiguration", "watched"] == (WATCHED[0], [*WATCHED, DECLARED])
    # What is not of this package has what the SDK notes.
    place, frames = told["Team", "team"]
    assert place == CHAT[1]
    assert frames[:2] == [CHAT[1], DECLARED]
    assert len(frames) > len(frames[:2])
    assert not stack.up().changes
