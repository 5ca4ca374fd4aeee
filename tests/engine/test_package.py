"""The package in somebody's own program, as a wheel; and with the oldest SDK that it supports."""

from __future__ import annotations

import subprocess
import venv
import zipfile
from importlib import metadata
from pathlib import Path

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import ROOT, EngineStack
from tests.support.client import Api
from tests.support.models import CHAT, OLDER

PACKAGE = ROOT / "aicore_provider"
DATA = (
    "py.typed",
    *(f"emulator/{each}" for each in ("catalog.json", "page/index.html", "page/page.css", "page/page.js")),
    *(path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / "cli/init/templates").rglob("*") if path.is_file()),
)

OWN_PROGRAM = """
import pulumi
from aicore_provider import AIConfiguration, AIDeployment, ModelDeployment

chat = ModelDeployment("chat", model="gpt-5-mini", version=VERSION, executable_id="azure-openai")
config = AIConfiguration("router", scenario_id="orchestration", executable_id="orchestration")
router = AIDeployment("router", configuration=config)
pulumi.export("deployments", {"chat": chat.deployment_url, "router": router.deployment_url})
"""


def test_the_wheel_holds_what_it_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"aicore_provider/{name}" for name in DATA} <= set(names)
    assert not [n for n in names if n.startswith(("tests/", "sandbox/", "stacks/"))]


def test_installed_into_an_empty_environment_it_serves_a_program_of_somebodys_own(
    wheel: Path, tmp_path: Path, pulumi_root: Path, emulator: Emulator
) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(wheel), f"pulumi=={metadata.version('pulumi')}"], check=True)
    stack = EngineStack(tmp_path / "project", pulumi_root, emulator.environment(), environment)
    stack.configure({})
    ids = set()
    for version in ("2025-05-01", "2025-08-07"):
        stack.program(OWN_PROGRAM.replace("VERSION", repr(version)))
        done = stack.up()
        assert done.failed is False, done.output
        ids.add(stack.resource("AIDeployment")["id"])
    assert len(ids) == 1
    assert Api(emulator).answering(ids.pop()) == "2025-08-07"
    assert stack.destroy().failed is False


def test_the_oldest_supported_sdk_does_the_main_job(
    oldest_environment: Path, tmp_path: Path, pulumi_root: Path, emulator: Emulator
) -> None:
    stack = EngineStack(tmp_path / "project", pulumi_root, emulator.environment(), oldest_environment)
    stack.configure({"chat": OLDER})
    assert stack.up().failed is False
    before = stack.outputs["chat"]["id"]
    stack.configure({"chat": CHAT})
    switched = stack.up()
    assert switched.steps["AIDeployment chat"] == "update"
    assert stack.outputs["chat"]["id"] == before
    assert any("switching" in line or "PENDING" in line for line in switched.live)
    stack.configure({"chat": CHAT | {"version": "1999-01-01"}})
    failed = stack.up()
    assert "version 1999-01-01 of model gpt-5-mini is not offered" in failed.errors[0]
    assert "Traceback" not in failed.output
