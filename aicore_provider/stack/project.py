"""The Pulumi project in whose folder a program or a command runs: its file, its name, the files of its stacks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from aicore_provider.json_document import read_json
from aicore_provider.stack.yaml_text import read_yaml

PROJECT = "aicore"
"""Name of the project of a stack file, and so the namespace of its keys."""
_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def find_project_file(folder: Path) -> Path | None:
    """The project file of a folder or of the nearest folder above it, as Pulumi looks for it."""
    for above in (folder, *folder.parents):
        for name in _FILES:
            if (above / name).is_file():
                return above / name
    return None


def config_keys(project: str) -> set[str]:
    """The keys that the stack file sets in a project's namespace, without the namespace. Never raises.

    `pulumi.Config` cannot list them; the language host hands the whole configuration to the program in the variable
    `PULUMI_CONFIG`, as JSON. Fallback: no keys, so that a mistyped one goes unnoticed.
    """
    try:
        keys = dict(read_json(os.environ["PULUMI_CONFIG"]))
    except (KeyError, TypeError, ValueError):
        return set()
    return {key.partition(":")[2] for key in keys if key.partition(":")[0] == project}


def stack_file(project: Path, stack: str) -> Path:
    """Where Pulumi keeps the configuration of a stack, unless a command names another file.

    Args:
        project: the project's file.
        stack: its name, with or without organisation and project.
    """
    given = read_project_file(project) or {}
    # The older form of the key `stackConfigDir` is a text under `config`.
    old = given.get("config")
    folder = project.parent / str(given.get("stackConfigDir") or (old if isinstance(old, str) else ""))
    return folder / f"Pulumi.{stack.rpartition('/')[2]}{project.suffix}"


def project_name(project: Path) -> str:
    """The name of a project, by its file; "" where that does not tell."""
    return str((read_project_file(project) or {}).get("name") or "")


def read_project_file(project: Path) -> Mapping[str, Any] | None:
    """What a project file says; None where it cannot be read or understood."""
    try:
        document = read_yaml(project.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None
    return document if isinstance(document, Mapping) else None
