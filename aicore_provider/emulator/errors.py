"""The refusals of the emulated service: error bodies of the service, and plain texts of the gateway in front of it.

Codes and shapes are those that users reported. No public list of codes exists. Codes that begin with `0199` are
invented here; the service uses none of them.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

DEPLOYMENT_NOT_FOUND = "01010016"
"""[live test]"""
EXECUTION_NOT_FOUND = "01010020"
"""[live test]"""
STATUS_FORBIDS = "01010076"
"""The status of the deployment or execution does not allow the change [docs]."""
INVALID_CONFIGURATION = "01510003"
"""The synchronous check at POST deployments refuses the configuration [issue report]."""

METRICS_NOT_FOUND = "02010055"
"""[docs]"""
PAYLOAD_TOO_LARGE = "02000005"
"""More metrics than the service stores for an execution [docs]."""

INVALID_REQUEST = "01990400"
"""[guess] A request that breaks a rule of the contract."""
NOT_FOUND = "01990404"
"""[guess] An object that does not exist, other than a deployment or an execution."""
CONFLICT = "01990409"
"""[guess] The resource group exists, or an operation on it is under way."""
NOT_IN_CONTRACT = "01990405"
"""[guess] A path or method that the contract does not have."""
QUOTA_EXCEEDED = "01990429"
"""[guess] Neither status nor code of an exceeded quota is published."""
GONE = "01990410"
"""[guess]"""
UNRESOLVED_PLACEHOLDER = "01990412"
"""[guess] A required parameter is missing in the configuration; the text is documented, the code is not."""
NOT_SERVING = "01990503"
"""[guess] Inference while nothing serves."""
INTERNAL = "01990500"
"""A bug of the emulator."""


class Refusal(Exception):
    """A request that the service refuses."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class ServiceRefusal(Refusal):
    """A refusal in the service's own error shape."""

    def __init__(self, status: HTTPStatus, code: str, text: str) -> None:
        super().__init__(status, text)
        self.code = code


class GatewayRefusal(Refusal):
    """A refusal of the gateway in front of the service: plain text."""


class DocumentRefusal(Refusal):
    """A refusal in the shape of what runs in a deployment, such as orchestration.

    Attributes:
        document: the whole body.
    """

    def __init__(self, status: HTTPStatus, text: str, document: dict[str, Any]) -> None:
        super().__init__(status, text)
        self.document = document


def invalid(text: str) -> ServiceRefusal:
    """400: the request breaks a rule of the contract."""
    return ServiceRefusal(HTTPStatus.BAD_REQUEST, INVALID_REQUEST, f"Invalid Request, {text}")


def not_found(text: str) -> ServiceRefusal:
    """404 for everything but deployments and executions, which have codes of their own."""
    return ServiceRefusal(HTTPStatus.NOT_FOUND, NOT_FOUND, text)


def conflict(text: str) -> ServiceRefusal:
    """409: the object exists, or is not in a state for this operation."""
    return ServiceRefusal(HTTPStatus.CONFLICT, CONFLICT, text)


def quota_exceeded(limit: int, objects: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> ServiceRefusal:
    """One object more than a quota. The documentation only says that it is not created, so the answer is a guess."""
    return ServiceRefusal(status, QUOTA_EXCEEDED, f"Quota of {limit} {objects} exceeded")


def status_forbids(status: str, target_status: str, operation: str) -> ServiceRefusal:
    """The status of a deployment or an execution does not allow an operation: 400 for PATCH in UNKNOWN, otherwise 412.

    One refusal is documented: that of PATCH in UNKNOWN. Its text begins with "Invalid Request", so it is taken for a
    400 [guess]. All others are 412 [spec].
    """
    is_being_deleted = target_status == "DELETED"
    in_unknown = status == "UNKNOWN" and operation.startswith("PATCH") and not is_being_deleted
    going = " while it is being deleted" if is_being_deleted else ""
    return ServiceRefusal(
        HTTPStatus.BAD_REQUEST if in_unknown else HTTPStatus.PRECONDITION_FAILED,
        STATUS_FORBIDS,
        f"Invalid Request, Current status {status} cannot be changed{going} ({operation})",
    )


def deployment_not_found(deployment_id: str) -> ServiceRefusal:
    """404 with the code that the live service uses."""
    return ServiceRefusal(HTTPStatus.NOT_FOUND, DEPLOYMENT_NOT_FOUND, f"Deployment {deployment_id} not found")


def execution_not_found(execution_id: str) -> ServiceRefusal:
    """404 with the code that the live service uses."""
    return ServiceRefusal(HTTPStatus.NOT_FOUND, EXECUTION_NOT_FOUND, f"Execution {execution_id} not found")


def access_denied() -> GatewayRefusal:
    """403 for a resource group that is unknown, not provisioned yet, or deleted."""
    return GatewayRefusal(HTTPStatus.FORBIDDEN, "RBAC: access denied")


def error_target(path: str) -> str:
    """The `target` of an error: `/api/v2/deployments` for `/v2/lm/deployments`."""
    return re.sub(r"^/v2/(lm|admin)/", "/api/v2/", path)
