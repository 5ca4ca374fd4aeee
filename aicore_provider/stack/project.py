"""The Pulumi project in whose folder a program or a command runs: its file, its name, the files of its stacks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from aicore_provider.stack.yaml_text import read_yaml

PROJECT = "aicore"
"""Name of the project of a stack file, and so the namespace of its keys."""
PLAIN_CREDENTIALS = (
    "credentials in plain text; take them out and run `pulumi config set --secret aicore:serviceKey`,"
    " or use the environment variable AICORE_SERVICE_KEY. Whoever could read the file has them: renew the key"
)
"""What is said of an `aicore:serviceKey` that is not encrypted."""
_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def find_project_file(folder: Path) -> Path | None:
    """The project file of a folder or of the nearest folder above it, as Pulumi looks for it."""
    for above in (folder, *folder.parents):
        for name in _FILES:
            if (above / name).is_file():
                return above / name
    return None


def stack_file(project: Path, given: Mapping[str, Any], stack: str) -> Path:
    """Where Pulumi keeps the configuration of a stack, unless a command names another file.

    Args:
        project: the project's file.
        given: what that says.
        stack: name of the stack, with or without organisation and project.
    """
    # The older form of the key `stackConfigDir` is a text under `config`.
    old = given.get("config")
    folder = project.parent / str(given.get("stackConfigDir") or (old if isinstance(old, str) else ""))
    return folder / f"Pulumi.{stack.rpartition('/')[2]}{project.suffix}"


def read_project_file(project: Path) -> Mapping[str, Any] | None:
    """What a project file says; None where it cannot be read or understood."""
    try:
        document = read_yaml(project.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None
    return document if isinstance(document, Mapping) else None
