"""What the stack and project files say, beyond what Pulumi hands to a program."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

import pulumi
import yaml


def config_keys(project: str) -> set[str]:
    """The keys that the stack file sets in a project's namespace, without the namespace. Never raises.

    `pulumi.Config` cannot list them; the language host hands the whole configuration to the program in the variable
    `PULUMI_CONFIG`, as JSON. Fallback: no keys, so that a mistyped one goes unnoticed.
    """
    try:
        keys = dict(json.loads(os.environ["PULUMI_CONFIG"]))
    except (KeyError, TypeError, ValueError):
        return set()
    return {key.partition(":")[2] for key in keys if key.partition(":")[0] == project}


@functools.cache
def hint_at_refresh() -> None:
    """Tell the user, once for each program, when the project does not look at the service before it decides."""
    folder = Path.cwd()
    file = next((f for d in (folder, *folder.parents) if (f := d / "Pulumi.yaml").is_file()), None)
    try:
        project = yaml.safe_load(file.read_text(encoding="utf-8")) if file else {}
        refreshes = dict(project.get("options") or {}).get("refresh") == "always"
    except (OSError, yaml.YAMLError, AttributeError, TypeError, ValueError):
        return
    if file and not refreshes:
        pulumi.log.info(
            "what somebody changed by hand is not seen: add `options: {refresh: always}` to Pulumi.yaml,"
            " or run `pulumi up --refresh`"
        )
