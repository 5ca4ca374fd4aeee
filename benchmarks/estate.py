"""Deployments as they are in life: over several resource groups and several models.

Their number of resource groups is the square root of their number; of tenants, each has a group with all the models.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MODELS = (
    ("azure-openai", "gpt-5-mini", "2025-05-01", "2025-08-07"),
    ("aws-bedrock", "anthropic--claude-4.5-sonnet", "1", "2"),
    ("gcp-vertexai", "gemini-2.5-flash", "001", "002"),
    ("aicore-nvidia", "nvidia--llama-3.2-nv-embedqa-1b", "1", "2"),
)
"""Executables, models, and two versions of each, which the emulator offers in every resource group."""
EXECUTABLES = {model: executable for executable, model, *_ in MODELS}


def groups(deployments: int) -> list[str]:
    """Return the ids of the resource groups of so many deployments."""
    return [f"team-{number}" for number in range(max(1, round(math.sqrt(deployments))))]


def entries(deployments: int, *, switched: bool = False) -> dict[str, Mapping[str, str]]:
    """Return the entries of a stack file. `switched` ones have the newer version of their model."""
    homes = groups(deployments)
    listed: dict[str, Mapping[str, str]] = {}
    for number in range(deployments):
        # Neighbours in one resource group have different models.
        _, model, older, newer = MODELS[(number // len(homes)) % len(MODELS)]
        version = newer if switched else older
        listed[f"model-{number}"] = {"model": model, "version": version, "resourceGroup": homes[number % len(homes)]}
    return listed


def tenants(deployments: int) -> int:
    """Return the number of tenants with so many deployments, each of which has all the models."""
    return max(1, deployments // len(MODELS))


def for_each_tenant(deployments: int, *, one_more: bool = False) -> dict[str, Any]:
    """Return the keys of a stack file that declares a resource group for each tenant, with all the models in it."""
    number = tenants(deployments) + one_more
    return {
        "resourceGroups": {f"tenant-{each}": {} for each in range(number)},
        "deployments": {
            model: {"model": model, "version": version, "resourceGroups": "all"} for _, model, version, _ in MODELS
        },
    }
