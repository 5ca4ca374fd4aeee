"""What the stack and project files say, beyond what Pulumi hands to a program."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import yaml

from aicore_provider.json_document import read_json
from aicore_provider.stack.written import find
from aicore_provider.yaml_document import read_yaml


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
    given = _document(project)
    # The older form of the key `stackConfigDir` is a text under `config`.
    old = given.get("config")
    folder = project.parent / str(given.get("stackConfigDir") or (old if isinstance(old, str) else ""))
    return folder / f"Pulumi.{stack.rpartition('/')[2]}{project.suffix}"


def project_name(project: Path) -> str:
    """The name of a project, by its file; "" where that does not tell."""
    return str(_document(project).get("name") or "")


def _document(project: Path) -> Mapping[str, Any]:
    try:
        document = read_yaml(project.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        document = None
    return document if isinstance(document, Mapping) else {}


def written_config(stack: str, key: str) -> yaml.Node | None:
    """A key of the stack's configuration as it stands in the stack's file; None where there is no such file or key.

    Args:
        stack: its name.
        key: with its namespace.
    """
    project = _project_file()
    try:
        text = stack_file(project, stack).read_text(encoding="utf-8") if project else ""
    except (OSError, ValueError):
        return None
    return find(text, key)


def _project_file() -> Path | None:
    try:
        folder = Path.cwd()
        return next((file for above in (folder, *folder.parents) if (file := above / "Pulumi.yaml").is_file()), None)
    except OSError:
        # A folder that was deleted or may not be read: there is no file that anybody could read.
        return None


@functools.cache
def hint_at_refresh() -> None:
    """Tell the user, once for each program, when the project does not look at the service before it decides."""
    file = _project_file()
    try:
        project = read_yaml(file.read_text(encoding="utf-8")) if file else {}
        refreshes = dict(project.get("options") or {}).get("refresh") == "always"
    except (OSError, yaml.YAMLError, AttributeError, TypeError, ValueError):
        return
    if file and not refreshes:
        pulumi.log.info(
            "what somebody changed by hand is not seen: add `options: {refresh: always}` to Pulumi.yaml,"
            " or run `pulumi up --refresh`"
        )
