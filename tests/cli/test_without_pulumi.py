"""Every command does its work without Pulumi's library, whose import takes longer than most of what they do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from aicore_provider.emulator.server import TENANT_ID
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
TIMEOUT_S = 60.0


@pytest.mark.engine
def test_no_command_imports_pulumi(project: Project, emulator: Emulator, api: Api) -> None:
    project.pulumi("stack", "init", "dev")
    project.configure("deployments", {"chat": {"model": "gpt-5-mini", "version": "2025-08-07"}})
    own = api.configuration()
    bindings = {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"}
    inputs = {"scenario_id": "foundation-models", "executable_id": "azure-openai", "parameter_bindings": bindings}
    held = entry("AIConfiguration", own, service=emulator.url, tenant=TENANT_ID)
    project.remember(exported(held | {"inputs": held["inputs"] | inputs}))
    by_hand = api.create(own)
    variables = {**project.environment, **emulator.environment(), "PYTHONPATH": str(ROOT), "AICORE_HOME": "/nowhere"}
    for arguments, said in (
        (["schema"], "Pulumi stack file with SAP AI Core deployments"),
        (["doctor", "--stack", "dev"], "the service offers all that stack dev wants (1 deployment)"),
        (["upgrade", "--check", "--stack", "dev"], "gpt-5-mini"),
        (["models", "gpt-5-mini", "--stack", "dev"], "2025-08-07"),
        (["deployments", "--stack", "dev"], by_hand),
        (["take-over", by_hand, "--stack", "dev"], f"takeOver: {by_hand}"),
        (["orphans", "--stack", "dev"], by_hand),
    ):
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=project.folder,
            env=variables,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert said in ended.stdout, ended.stderr
        assert ended.stderr.splitlines()[-1] == "imported:", arguments
