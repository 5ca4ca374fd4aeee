"""The pytest plugin, in test sessions of somebody else's, from which Pulumi is kept away."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

WITHOUT_PULUMI = """
import sys
sys.modules["pulumi"] = None
"""


def run(folder: Path, test: str, **environment: str) -> str:
    """Run one test file in a folder of its own; what pytest says."""
    (folder / "conftest.py").write_text(WITHOUT_PULUMI)
    (folder / "test_theirs.py").write_text(test)
    # Other plugins that are at hand here are not theirs, and take a while to load.
    foreign = ("cacheprovider", "schemathesis", "hypothesispytest", "xdist", "xdist.looponfail")
    without = [argument for name in foreign for argument in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", *without]
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )
    return ended.stdout + ended.stderr


def test_the_example_of_the_docs_runs(tmp_path: Path) -> None:
    example = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8"), re.DOTALL
    )[0]
    assert len([line for line in example.splitlines() if line]) == 10

    assert "1 passed" in run(tmp_path, example)


def test_settings_by_a_marker(tmp_path: Path) -> None:
    test = """
import pytest, requests
from aicore_provider.emulator import SteppedClock

@pytest.mark.aicore_emulator(tenants=["team-b"], clock=SteppedClock(start=1000.0))
def test_it(aicore_emulator):
    assert aicore_emulator.environment("team-b")["AICORE_CLIENT_ID"] == "team-b"
    aicore_emulator.advance(5)
    assert requests.get(f"{aicore_emulator.url}/_emulator/clock").json()["seconds"] == 1005

def test_another_is_fresh(aicore_emulator):
    assert aicore_emulator.journal == []
"""
    assert "2 passed" in run(tmp_path, test)


def test_the_environment_leads_to_the_emulator_and_nowhere_else(tmp_path: Path) -> None:
    test = """
import os, sys

def test_before():
    assert not {"flask", "pydantic", "aicore_provider.emulator"} & set(sys.modules)

def test_it(aicore_emulator):
    found = {name: value for name, value in os.environ.items() if name.startswith(("AICORE_", "VCAP_"))}
    assert found == aicore_emulator.environment()

def test_afterwards():
    assert os.environ["AICORE_SERVICE_KEY"] == "a real one"
"""
    assert "3 passed" in run(tmp_path, test, AICORE_SERVICE_KEY="a real one", VCAP_SERVICES="{}")


def test_without_flask_it_says_what_to_install(tmp_path: Path) -> None:
    test = """
import sys
sys.modules["flask"] = None

def test_it(aicore_emulator):
    pass
"""
    said = run(tmp_path, test)

    assert "pip install 'aicore-provider[emulator]'" in said
    assert "Traceback" not in said


def test_no_proxy_is_asked_for_it(tmp_path: Path) -> None:
    test = """
import os, requests

def test_it(aicore_emulator):
    assert requests.get(f"{aicore_emulator.url}/_emulator/clock", timeout=5).ok
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "intranet,other,127.0.0.1,localhost"

def test_afterwards():
    assert (os.environ["NO_PROXY"], os.environ["no_proxy"]) == ("intranet", "other")
"""
    nobody = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), "http://127.0.0.1:9")
    assert "2 passed" in run(tmp_path, test, NO_PROXY="intranet", no_proxy="other", **nobody)
