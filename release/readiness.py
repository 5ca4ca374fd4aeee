"""`python -m release.readiness TAG`: check that everything in this checkout speaks of the version that a tag names."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from aicore_provider.own_version import semantic
from release.notes import section

ROOT = Path(__file__).parents[1]
_VERSION = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Facts:
    """What the files of a checkout say of versions.

    Attributes:
        project: `version` in pyproject.toml.
        changelog: the text of CHANGELOG.md.
        schema: the version of tests/plugin/released_schema.json, as one of SemVer.
        names: the version of tests/program/released_names.json.
        states: the versions whose states are in tests/engine/states.
    """

    project: str
    changelog: str
    schema: str
    names: str
    states: frozenset[str]


def facts(root: Path = ROOT) -> Facts:
    """Read them."""
    (project,) = _VERSION.findall((root / "pyproject.toml").read_text(encoding="utf-8"))
    states = root / "tests" / "engine" / "states"
    return Facts(
        project=project,
        changelog=(root / "CHANGELOG.md").read_text(encoding="utf-8"),
        schema=_version(root / "tests" / "plugin" / "released_schema.json"),
        names=_version(root / "tests" / "program" / "released_names.json"),
        states=frozenset(path.name.removesuffix(".json") for path in states.iterdir()),
    )


def missing(tag: str, found: Facts) -> list[str]:
    """Say what is to be done before this tag is a release; nothing where it is one."""
    version = tag.removeprefix("v")
    wrong = {
        f'set version = "{version}" in pyproject.toml, which has {found.project}': found.project != version,
        f"give CHANGELOG.md a section {version}": not section(found.changelog, version),
        "write the fixtures of this version: make release-fixtures": (
            (found.schema, found.names) != (semantic(version), version) or version not in found.states
        ),
    }
    return [f"call the tag v{version}"] * (tag == version) + [text for text, is_wrong in wrong.items() if is_wrong]


def _version(path: Path) -> str:
    return str(json.loads(path.read_text(encoding="utf-8"))["version"])


if __name__ == "__main__":
    if found := missing(sys.argv[1], facts()):
        sys.exit(f"{sys.argv[1]} is no release yet:\n" + "\n".join(f"- {each}" for each in found))
