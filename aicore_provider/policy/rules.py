"""The rules as pure functions. Each returns a complaint of one line, or None when the rule is kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.catalog.catalog import LATEST, Catalog
from aicore_provider.catalog.findings import examine
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.kinds.wanted import wanted_model

# Names of stacks, alone or as a word in a longer one, such as `eu-prod` and `pr-12`.
_PRODUCTION = re.compile(r"(?:^|[-_.])(?:prod|prd|production|live)(?:$|[-_.\d])", re.IGNORECASE)
_PREVIEW = re.compile(r"(?:^|[-_.])(?:preview|review|pr|feature|ephemeral|tmp)(?:$|[-_.\d])", re.IGNORECASE)


def wanted_of(name: str, configuration: Mapping[str, Any]) -> Wanted | None:
    """Return the model that the inputs of an `AIConfiguration` are for; None for none, or one not known yet."""
    if configuration.get("scenario_id") != FOUNDATION_MODELS:
        return None
    wanted = wanted_model(name, configuration)
    return wanted if wanted and wanted.model else None


def latest_in_production(stack: str, wanted: Wanted) -> str | None:
    """Complain about a model that follows `latest` in a stack named like production. Correct only after `resolved`."""
    if not (_PRODUCTION.search(stack) and wanted.follows_latest):
        return None
    return f"{wanted.name}: model {wanted.model} has version {LATEST} in stack {stack}; pin a version"


def retiring(wanted: Wanted, catalog: Catalog, days: int, today: dt.date) -> str | None:
    """Complain about a model that is retired, or will be in so many days."""
    found = examine(wanted, catalog, ModelPolicy(days, days), today, unchanged=True)
    return next((each.line for each in found if each.kind == "retirement" and each.level == "error"), None)


def endless_preview(stack: str, name: str, deployment: Mapping[str, Any]) -> str | None:
    """Complain about the inputs of an `AIDeployment` without a ttl in a stack named like a preview environment."""
    if not _PREVIEW.search(stack) or deployment.get("ttl"):
        return None
    return f"{name}: has no ttl in the preview environment {stack}; set one, such as ttl: 24h"
