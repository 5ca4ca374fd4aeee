"""A deployment in the plugin process: what is declared of it, what goes wrong with it, what the service has of it."""

from __future__ import annotations

from typing import Any

import requests

from aicore_provider.emulator import Emulator
from tests.support.plugin import Plugin, Resource

OLD, NEW = "gpt-5-mini", "gpt-5-nano"
DETAILS = {"aiApiDetails": {"reconciler": {"message": [{"code": "05010002", "message": "no capacity left"}]}}}
DEAD = {"outcome": "DEAD", "statusDetails": DETAILS}
STUCK = {"outcome": "PENDING", "statusDetails": DETAILS}


def status(emulator: Emulator, deployment_id: str) -> str:
    """Status of a deployment as the service has it; "gone" when there is none."""
    form = {"grant_type": "client_credentials", "client_id": "emulator", "client_secret": "emulator"}
    token = requests.post(f"{emulator.url}/oauth/token", data=form, timeout=10).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "AI-Resource-Group": "default"}
    answer = requests.get(f"{emulator.url}/v2/lm/deployments/{deployment_id}", headers=headers, timeout=10)
    return str(answer.json()["status"]) if answer.ok else "gone"


def inputs(plugin: Plugin, chat: Resource, model: str = OLD) -> dict[str, Any]:
    return chat.check({"configuration_id": plugin.configured(model)})


def writes(emulator: Emulator) -> list[str]:
    return [e.method for e in emulator.journal if e.method != "GET" and "/lm/deployments" in e.path]
