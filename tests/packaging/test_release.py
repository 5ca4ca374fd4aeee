"""What makes a release: its notes, the checks before it, and the workflow that publishes it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicore_provider.cli.supported import OLDEST_PULUMI, TOO_NEW_PULUMI, number
from aicore_provider.own_version import own_version, semantic
from aicore_provider.plugin.schema import package_schema, plugin_version
from release.notes import section, versions
from release.readiness import Facts, facts, missing
from tests.packaging.environments import ROOT, VERSIONS

WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
CHANGELOG = """# Changelog

## Unreleased

## [0.3.0] - 2027-01-02

### Added

- A thing.

## 0.2.0

- Another.
"""
READY = Facts("0.3.0", CHANGELOG, "0.3.0", "0.3.0", frozenset({"0.1.0", "0.3.0"}))
RIGHTS = {
    "check": {"contents": "read"},
    "build": {"contents": "read"},
    "attest": {"id-token": "write", "attestations": "write"},
    "publish": {"id-token": "write"},
    "announce": {"contents": "write"},
}


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    return dict(yaml.safe_load(WORKFLOW.read_text())["jobs"])


def linted(*command: str) -> subprocess.CompletedProcess[str]:
    beside = str(Path(sys.executable).parent / command[0])
    return subprocess.run([beside, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


def test_notes_are_the_section_of_a_version() -> None:
    assert versions(CHANGELOG) == ["0.3.0", "0.2.0"]
    assert section(CHANGELOG, "0.3.0") == "### Added\n\n- A thing."
    assert section(CHANGELOG, "0.2.0") == "- Another."
    assert section(CHANGELOG, "Unreleased") == ""
    assert section(CHANGELOG, "0.1.0") is None


@pytest.mark.parametrize(
    ("tag", "found", "said"),
    [
        ("v0.3.0", READY, []),
        ("0.3.0", READY, ["call the tag v0.3.0"]),
        (
            "v0.3.0",
            replace(READY, project="0.3.0.dev0"),
            ['set version = "0.3.0" in pyproject.toml, which has 0.3.0.dev0'],
        ),
        ("v0.3.0", replace(READY, changelog="## Unreleased\n"), ["give CHANGELOG.md a section 0.3.0"]),
        ("v0.3.0", replace(READY, schema="0.3.0-dev.0"), ["make release-fixtures"]),
        ("v0.3.0", replace(READY, names="0.2.0"), ["make release-fixtures"]),
        ("v0.3.0", replace(READY, states=frozenset({"0.1.0"})), ["make release-fixtures"]),
    ],
)
def test_a_tag_is_a_release_when_everything_speaks_of_it(tag: str, found: Facts, said: list[str]) -> None:
    told = missing(tag, found)
    assert len(told) == len(said)
    assert all(part in text for part, text in zip(said, told, strict=True))


def test_the_version_has_one_place_and_everything_takes_it_from_there() -> None:
    found = facts()
    assert found.project == own_version()
    assert semantic(own_version()) == plugin_version() == package_schema()["version"]
    # Pulumi takes the version from the schema; a second one here could differ.
    assert set(yaml.safe_load((ROOT / "plugin" / "PulumiPlugin.yaml").read_text())) == {"runtime"}
    released = versions(found.changelog)
    assert found.states >= set(released)
    assert section(found.changelog, "Unreleased") is not None or released[0] == found.project


def test_the_page_of_versions_says_what_is_supported() -> None:
    page = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
    assert f"| {VERSIONS[0]} to {VERSIONS[-1]} |" in page
    range_ = f"{number(OLDEST_PULUMI)} or newer, before {TOO_NEW_PULUMI[0]}"
    assert page.count(f"| {range_} |") == 2, "the CLI and the SDK"
    (wanted,) = (each for each in metadata.requires("aicore-provider") or () if each.startswith("pulumi<"))
    assert wanted == f"pulumi<{TOO_NEW_PULUMI[0]},>={number(OLDEST_PULUMI)}"
    for release in facts().states:
        assert f"\n| {release} | " in page, "what is tried with its states"


@pytest.mark.parametrize(
    "command",
    [
        ("zizmor", "--offline", "--quiet", "--persona", "pedantic"),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
    ],
    ids=lambda command: command[0],
)
def test_linters_find_nothing_in_the_workflow(command: tuple[str, ...]) -> None:
    done = linted(*command, str(WORKFLOW))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_linter_finds_nothing_in_the_container_file() -> None:
    done = linted("hadolint", "Containerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_actions_of_the_release_are_pinned_by_commit_with_their_version_beside() -> None:
    used = re.findall(r"^\s*- uses: (\S+)(.*)$", WORKFLOW.read_text(), re.MULTILINE)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_each_job_of_the_release_has_the_rights_that_it_needs(jobs: dict[str, Any]) -> None:
    assert yaml.safe_load(WORKFLOW.read_text())["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs.items()} == RIGHTS
    # What runs the project's own code and its tools can write nothing.
    runs_code = {
        name for name, job in jobs.items() if any("checkout@" in step.get("uses", "") for step in job["steps"])
    }
    assert all(set(RIGHTS[name].values()) == {"read"} for name in runs_code)
    assert jobs["publish"]["environment"] == "pypi"
    assert "secrets." not in WORKFLOW.read_text()


def test_nothing_is_published_that_was_not_checked(jobs: dict[str, Any]) -> None:
    def before(name: str) -> set[str]:
        needed = set(jobs[name].get("needs", []))
        return needed | {each for need in needed for each in before(need)}

    assert before("publish") == {"check", "build", "attest"}
    assert before("announce") == {"check", "build", "attest", "publish"}
    commands = [step.get("run", "") for step in jobs["build"]["steps"]]
    assert any("make package" in each for each in commands)
    assert any("release.readiness" in each for each in commands)
