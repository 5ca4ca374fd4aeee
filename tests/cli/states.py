"""States as `pulumi stack export` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SERVICE = "https://api.ai.example.com"
TENANT = "our-tenant"
_URN = "urn:pulumi:dev::aicore::aicore:index:ModelDeployment$pulumi-python:dynamic/aicore:"


def urn(kind: str, name: str) -> str:
    """The URN of one of our resources, by the end of its type."""
    return f"{_URN}{kind}::{name}"


def entry(
    kind: str,
    id_: str,
    *,
    name: str = "chat",
    service: str = SERVICE,
    tenant: str = TENANT,
    group: str = "default",
    **more: Any,
) -> dict[str, Any]:
    """An entry of a state."""
    home = {"service_url": service, "resource_group": group}
    return {
        "urn": urn(kind, name),
        "custom": True,
        "type": f"pulumi-python:dynamic/aicore:{kind}",
        "id": id_,
        "inputs": home,
        "outputs": {**home, "tenant": tenant},
        **more,
    }


def creating(
    configuration: object,
    *,
    kind: str = "AIDeployment",
    name: str = "chat",
    service: str = SERVICE,
    comes_from: Sequence[str] = (urn("AIConfiguration", "chat"),),
    **inputs: Any,
) -> dict[str, Any]:
    """A pending operation: it has inputs alone, and `configuration_id` comes from a resource or from nowhere."""
    return {
        "type": "creating",
        "resource": {
            "urn": urn(kind, name),
            "custom": True,
            "type": f"pulumi-python:dynamic/aicore:{kind}",
            "inputs": {
                "service_url": service,
                "resource_group": "default",
                "configuration_id": configuration,
                **inputs,
            },
            "propertyDependencies": {"configuration_id": list(comes_from)},
        },
    }


def exported(*resources: dict[str, Any], pending: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The whole document."""
    return {"version": 3, "deployment": {"resources": list(resources), "pending_operations": list(pending)}}
