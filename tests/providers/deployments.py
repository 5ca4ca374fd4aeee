"""A deployment in the plugin process: what is declared of it, what goes wrong with it, what the service has of it."""

from __future__ import annotations

from typing import Any

from aicore_provider.emulator import Emulator
from tests.support.client import Api
from tests.support.plugin import Plugin, Resource
from tests.support.world import DETAILS, OLD

DEAD = {"outcome": "DEAD", "statusDetails": DETAILS}
STUCK = {"outcome": "PENDING", "statusDetails": DETAILS}


def status(emulator: Emulator, deployment_id: str) -> str:
    """Status of a deployment as the service has it; "gone" when there is none."""
    answer = Api(emulator).call("GET", f"/lm/deployments/{deployment_id}")
    return str(answer.json()["status"]) if answer.ok else "gone"


def inputs(plugin: Plugin, chat: Resource, model: str = OLD) -> dict[str, Any]:
    return chat.check({"configuration_id": plugin.configured(model)})


def writes(emulator: Emulator) -> list[str]:
    return [e.method for e in emulator.journal if e.method != "GET" and "/lm/deployments" in e.path]
