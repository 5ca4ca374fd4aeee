"""Every command does its work without Pulumi's library, whose import takes longer than most of what they do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from tests.cli.project import Project
from tests.cli.states import entry, exported
from tests.support.client import Api

ROOT = Path(__file__).parents[2]
PROGRAM = """
import atexit, sys
from aicore_provider.cli import main

atexit.register(lambda: print("imported:", *{"pulumi", "grpc"}.intersection(sys.modules), file=sys.stderr))
main()
"""
TIMEOUT_S = 120.0


@pytest.fixture
def managed(project: Project, emulator: Emulator, api: Api) -> Project:
    """A project whose stack dev lists a model and has a state."""
    project.pulumi("stack", "init", "dev")
    project.configure("deployments", {"chat": {"model": "gpt-5-mini", "version": "2025-08-07"}})
    bindings = {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"}
    configuration = {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "parameter_bindings": bindings,
    }
    held = entry("AIConfiguration", "c-1", service=emulator.url)
    project.remember(exported(held | {"inputs": held["inputs"] | configuration}))
    return project


def ran(project: Project, emulator: Emulator, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {**project.environment, **emulator.environment(), "PYTHONPATH": str(ROOT), "AICORE_HOME": "/nowhere"}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=project.folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["schema"], '"title": "Pulumi stack file with SAP AI Core deployments"'),
        (["upgrade", "--check"], "gpt-5-mini"),
        (["models", "gpt-5-mini"], "2025-08-07"),
        (["deployments"], "chat"),
        (["take-over"], "takeOver: "),
    ],
)
def test_the_command_works_without_pulumi(
    managed: Project, emulator: Emulator, api: Api, arguments: list[str], said: str
) -> None:
    id_ = api.create(api.configuration())
    own = [id_] if arguments == ["take-over"] else []
    stack = [] if arguments == ["schema"] else ["--stack", "dev"]

    ended = ran(managed, emulator, *arguments, *own, *stack)

    assert said in ended.stdout + ended.stderr
    assert ended.stderr.splitlines()[-1] == "imported:"
