"""Other catalogues than the emulator ships, as faults."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from aicore_provider.emulator.catalog import shipped

MODELS = "/v2/lm/scenarios/foundation-models/models"
DOWN = {"path": MODELS, "effect": {"status": 403, "body": "RBAC: access denied"}}
NO_SCENARIOS = {"path": "/v2/lm/scenarios", "effect": {"status": 200, "body": {"count": 0, "resources": []}}}


def offering(changes: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    """The shipped catalogue with some models changed; None takes one away."""
    models = []
    for model in copy.deepcopy(list(shipped().models.values())):
        change = changes.get(model["model"], {})
        if change is not None:
            models.append(model | dict(change))
    return {"path": MODELS, "effect": {"status": 200, "body": {"count": len(models), "resources": models}}}


def version(name: str, **more: Any) -> dict[str, Any]:
    """A version as the service tells it."""
    return {"name": name, "isLatest": False, "deprecated": False, "retirementDate": "", **more}
