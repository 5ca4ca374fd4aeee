"""One page for each kind of AI Core object: its properties, and what its check, diff, create, read, update, delete do.

Nothing here knows Pulumi. A front end translates its protocol into these calls: it hands a `Session` and a `Call` in,
and gets what happened back.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicore_provider.kinds.kind import Kind

KINDS = {
    "AIConfiguration": "aicore_provider.kinds.configuration",
    "AIDeployment": "aicore_provider.kinds.deployment",
}
"""The module of each kind, by its name."""


def load(name: str) -> Kind:
    """The kind of this name. Its module is imported late: a program that declares resources needs none, and no HTTP.

    Raises:
        KeyError: there is none.
    """
    kind: Kind = importlib.import_module(KINDS[name]).KIND
    return kind
