"""`make test-live`, with an emulator in the place of a real tenant: what it leaves behind, and what it touches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from tests.support.client import Api
from tests.support.tenant import GROUP_PREFIX

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    without = [argument for name in ("cacheprovider", "hypothesispytest", "xdist") for argument in ("-p", f"no:{name}")]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *without, "--live", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("fault", [None, {"outcome": "DEAD"}], ids=["all is well", "deployments die"])
def test_it_leaves_nothing_behind_and_touches_nothing_else(fault: dict[str, str] | None) -> None:
    # Deployments move on by reads, so that a busy machine cannot miss their first status.
    pace = {"transitions": {"submitted": {"reads": 1}, "starting": "atOnce"}}
    with Emulator.running(transition_seconds=0.02, pace=pace) as emulator:
        api = Api(emulator)
        theirs = api.create(api.configuration())
        before = len(emulator.journal)
        emulator.faults = [] if fault is None else [fault]

        # Real waiting is five seconds long, so only tests are run that see what they wait for at once.
        ended = run(
            "tests/live",
            "-k",
            "TestConfigurations or TestArtifacts or TestExecutions or readable_at_once or TestResourceGroups",
            **emulator.environment(),
        )

        assert ended.returncode == (0 if fault is None else 1), ended.stdout
        assert [each["resourceGroupId"] for each in api.get("/admin/resourceGroups")["resources"]] == ["default"]
        assert api.ids() == [theirs]
        writes = [
            entry for entry in emulator.journal[before:] if entry.method != "GET" and entry.path != "/oauth/token"
        ]
        assert len(writes) > 10
        for entry in writes:
            assert GROUP_PREFIX in (entry.resource_group or "") + entry.path + str(entry.body), entry
        api.session.close()


def test_without_credentials_it_says_what_to_set() -> None:
    ended = run("tests/live")

    assert ended.returncode == 2
    assert "AICORE_SERVICE_KEY" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_with_wrong_credentials_it_says_so() -> None:
    with Emulator.running() as emulator:
        wrong = {**emulator.environment(), "AICORE_CLIENT_SECRET": "hush-hush"}
        ended = run("tests/live", **wrong)

        assert ended.returncode == 2
        assert "the token endpoint answers 401" in ended.stdout
        assert "hush-hush" not in ended.stdout + ended.stderr
        assert {entry.path for entry in emulator.journal} == {"/oauth/token"}


def test_no_other_test_sees_a_tenant() -> None:
    ended = run("tests/api", "--collect-only")

    assert ended.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
