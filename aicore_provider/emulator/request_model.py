"""Finds the model that a request is about, for faults that apply to one model."""

from __future__ import annotations

import re
from typing import Any

from aicore_provider.emulator.errors import Refusal
from aicore_provider.emulator.records import Configuration
from aicore_provider.emulator.service import Service

_DEPLOYMENT = re.compile(r"/v2/(?:lm|inference)/deployments/([^/$]+)(?:/.*)?")
_CONFIGURATION = re.compile(r"/v2/lm/configurations/([^/$]+)")


def model_of(service: Service, group: str | None, path: str, body: Any) -> str | None:
    """The model of the configuration that a request sends, or that its body or its path names.

    For a PATCH that is the new configuration. None for requests without a model, such as lists.
    """
    sent = body if isinstance(body, dict) else {}
    if path == "/v2/lm/configurations" and sent:
        bindings = sent.get("parameterBindings")
        values = [
            each.get("value")
            for each in (bindings if isinstance(bindings, list) else [])
            if isinstance(each, dict) and each.get("key") == "modelName"
        ]
        return str(values[-1]) if values else None
    if group is None:
        return None
    try:
        found = _configuration(service, group, path, sent)
    except Refusal:
        return None
    return None if found is None else service.wanted_model(found)[0] or None


def _configuration(service: Service, group: str, path: str, sent: dict[str, Any]) -> Configuration | None:
    if "configurationId" in sent:
        return service.configuration(group, str(sent["configurationId"]))
    if match := _DEPLOYMENT.fullmatch(path):
        return service.configuration(group, service.deployment(group, match[1]).configuration_id)
    if match := _CONFIGURATION.fullmatch(path):
        return service.configuration(group, match[1])
    return None
