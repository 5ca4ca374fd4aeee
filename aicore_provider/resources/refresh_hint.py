"""A hint for projects without `options: {refresh: always}`, in which Pulumi does not ask the service first."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import pulumi

from aicore_provider.stack.project import find_project_file, read_project_file


@functools.cache
def hint_at_refresh() -> None:
    """Show a line, once for each program, when Pulumi.yaml does not say `options: {refresh: always}`."""
    try:
        file = find_project_file(Path.cwd())
    except OSError:
        # The current folder is gone or may not be read.
        return
    project = read_project_file(file) if file else None
    if project is None:
        return
    options = project.get("options")
    if not isinstance(options, Mapping) or options.get("refresh") != "always":
        pulumi.log.info(
            "what somebody changed by hand is not seen: add `options: {refresh: always}` to Pulumi.yaml,"
            " or run `pulumi up --refresh`"
        )
