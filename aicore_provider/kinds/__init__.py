"""One module for each kind of AI Core object: its properties, and its check, diff, create, read, update and delete.

Nothing here knows Pulumi. A front end, such as `aicore_provider.dynamic`, translates its protocol into these calls. It
passes a `Session` and a `Call`, and gets a value back that says what happened.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aicore_provider.kinds.kind import Kind

KINDS = {
    "AIConfiguration": "aicore_provider.kinds.configuration",
    "AIDeployment": "aicore_provider.kinds.deployment",
    "AIResourceGroup": "aicore_provider.kinds.resource_group",
    "AIGenericSecret": "aicore_provider.kinds.generic_secret",
    "AIObjectStoreSecret": "aicore_provider.kinds.object_store_secret",
    "AIDockerRegistrySecret": "aicore_provider.kinds.docker_registry_secret",
    "AIGitRepository": "aicore_provider.kinds.git_repository",
    "AIApplication": "aicore_provider.kinds.application",
    "AIArtifact": "aicore_provider.kinds.artifact",
    "AIExecutionSchedule": "aicore_provider.kinds.execution_schedule",
    "AIExecution": "aicore_provider.kinds.execution",
}
"""The name of each kind, and the module that holds its `KIND`."""


def load(name: str) -> Kind:
    """Return the kind of this name, such as `AIDeployment`. Raises a KeyError when there is none.

    Its module is imported now and not before, since it needs an HTTP client, which a program that only declares
    resources does not.
    """
    kind: Kind = importlib.import_module(KINDS[name]).KIND
    return kind
