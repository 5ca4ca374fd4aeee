"""Finds and reads the Pulumi project of the current folder: its file, its name, the files of its stacks."""

from __future__ import annotations

import os
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
"""The complaint about an `aicore:serviceKey` that is not encrypted."""
_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def is_file(path: Path) -> bool:
    """Whether there is such a file. `Path.is_file` raises a PermissionError before Python 3.14."""
    return os.path.isfile(path)  # noqa: PTH113


def find_project_file(folder: Path) -> Path | None:
    """Return the project file of a folder, or of the nearest folder above it that has one; None when there is none."""
    for above in (folder, *folder.parents):
        for name in _FILES:
            if is_file(above / name):
                return above / name
    return None


def stack_file(project: Path, given: Mapping[str, Any], stack: str) -> Path:
    """Return the path of a stack's file, unless a command names another one. `given` is what the project file says."""
    # The older form of the key `stackConfigDir` is a text under `config`.
    old = given.get("config")
    folder = project.parent / str(given.get("stackConfigDir") or (old if isinstance(old, str) else ""))
    return folder / f"Pulumi.{stack.rpartition('/')[2]}{project.suffix}"


def read_project_file(project: Path) -> Mapping[str, Any] | None:
    """Return the content of a project file; None when it cannot be read, or is no YAML mapping."""
    try:
        document = read_yaml(project.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None
    return document if isinstance(document, Mapping) else None
