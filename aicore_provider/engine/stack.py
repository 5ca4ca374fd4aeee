"""The names of the configuration keys that the stack file sets, which `pulumi.Config` cannot list.

The language host hands the whole configuration to the program in the variable `PULUMI_CONFIG`, as JSON.
Fallback: no names, so that a mistyped key goes unnoticed.
"""

from __future__ import annotations

import json
import os


def config_keys(project: str) -> set[str]:
    """Keys of one project's namespace, without the namespace. Never raises."""
    try:
        keys = dict(json.loads(os.environ["PULUMI_CONFIG"]))
    except (KeyError, TypeError, ValueError):
        return set()
    return {key.partition(":")[2] for key in keys if key.partition(":")[0] == project}
