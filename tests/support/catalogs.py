"""Catalogs to judge by: a small one, and other ones than the emulator ships, as faults."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from typing import Any

from aicore_provider.api.scenarios import OfferedModel
from aicore_provider.catalog.catalog import Catalog
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


TODAY = dt.date(2026, 11, 24)
BOTH = ({"scenarioId": "foundation-models", "executableId": "x"}, {"scenarioId": "orchestration"})


def in_days(days: int) -> str:
    return f"{TODAY + dt.timedelta(days=days)}T00:00:00Z"


def model(name: str, *versions: dict[str, Any], executable: str = "azure-openai", **more: Any) -> OfferedModel:
    document = {"model": name, "executableId": executable, "allowedScenarios": BOTH, "versions": versions, **more}
    return OfferedModel.model_validate(document)


def catalog(*models: OfferedModel, scenarios: tuple[str, ...] = ("foundation-models", "orchestration")) -> Catalog:
    return Catalog("default", frozenset(scenarios), models)


CHAT = model("gpt-5-mini", version("2025-08-07", isLatest=True), version("2025-05-01"))
OFFERED = catalog(
    CHAT,
    model("gpt-5", version("2025-08-07", isLatest=True)),
    model("claude", version("1"), version("2", isLatest=True), executable="aws-bedrock"),
    model("claude", version("1"), executable="gcp-vertexai"),
    model("abap", version("1", isLatest=True), allowedScenarios=[{"scenarioId": "orchestration"}]),
    model(
        "old",
        version("dead", retirementDate=in_days(-1), suggestedReplacements=["gpt-5", "gpt-5-mini"]),
        version("today", retirementDate=in_days(0)),
        version("tomorrow", retirementDate=in_days(1)),
        version("soon", retirementDate=in_days(90), deprecated=True),
        version("later", retirementDate=in_days(91)),
        version("deprecated", deprecated=True, suggestedReplacements=["old"]),
        version("odd", retirementDate="not before 2026-11-25"),
        version("newest", isLatest=True),
    ),
    model("going", version("1", isLatest=True, deprecated=True, suggestedReplacements=["gpt-5"])),
)
