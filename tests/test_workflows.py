"""The example workflows: what they are trusted with is no more than they need, and what they run is what was read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicore_provider.cli.upgrade import upgrade

FILES = sorted((Path(__file__).parents[1] / "docs" / "workflows").glob("*.yml"))
SECRET = "${{ secrets."
USED = re.compile(r"^\s*- uses: (\S+)(.*)$", re.MULTILINE)


def jobs(workflow: Any) -> list[Any]:
    return list(workflow["jobs"].values())


def steps(workflow: Any) -> Iterator[Any]:
    for job in jobs(workflow):
        yield from job["steps"]


@pytest.fixture(params=FILES, ids=lambda file: file.name)
def file(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def workflow(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def test_there_are_some() -> None:
    assert FILES


def test_actions_are_pinned_by_commit_with_their_version_beside(file: Path, workflow: Any) -> None:
    used = USED.findall(file.read_text())
    assert [action for action, _ in used] == [step["uses"] for step in steps(workflow) if "uses" in step]
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)
    assert len(set(used)) == len({action.partition("@")[0] for action, _ in used}), "one version of each"


def test_a_secret_is_given_to_the_one_step_that_runs_the_command(workflow: Any) -> None:
    elsewhere = {**workflow, "jobs": [{**job, "steps": []} for job in jobs(workflow)]}
    assert "secrets." not in str(elsewhere)
    for step in steps(workflow):
        is_ours = step.get("run", "").startswith("aicore-provider ")
        assert ("AICORE_SERVICE_KEY" in step.get("env", {})) is is_ours
        assert "secrets." not in str({**step, "env": {}})
        assert str(step.get("env", {})).count("secrets.") == is_ours


def test_no_credentials_are_left_on_the_disk(workflow: Any) -> None:
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_each_job_has_rights_of_its_own(workflow: Any) -> None:
    assert workflow["permissions"] == {}
    for job in jobs(workflow):
        pushes = any("git push" in step.get("run", "") for step in job["steps"])
        wanted = {"contents": "write", "pull-requests": "write"} if pushes else {"contents": "read"}
        assert job["permissions"] == wanted


def test_what_is_installed_is_fixed_by_hashes(file: Path, workflow: Any) -> None:
    installs = [step["run"] for step in steps(workflow) if "pip install" in step.get("run", "")]
    assert len(installs) == len(jobs(workflow))
    for install in installs:
        assert re.fullmatch(r"pip install --require-hashes --only-binary :all: -r \S+\.txt", install)
        assert install.rpartition(" ")[2] in file.read_text().partition("name:")[0], "the head says how to make it"
    assert re.search(r"'aicore-provider\[cli\]==\d+\.\d+\.\d+' \| uv pip compile .*--generate-hashes", file.read_text())


def test_nothing_is_put_into_a_script_by_expression(workflow: Any) -> None:
    assert not any("${{" in step.get("run", "") for step in steps(workflow))


def test_the_command_takes_what_it_is_called_with(workflow: Any) -> None:
    for step in steps(workflow):
        called, _, _ = step.get("run", "").partition(" | ")
        if called.startswith("aicore-provider "):
            name, *arguments = shlex.split(called)[1:]
            assert name == "upgrade"
            assert upgrade.make_context(name, arguments).params["stack"] == "$STACK"
