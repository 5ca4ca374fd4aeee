"""`/admin/services`: the services that a tenant offers to others ("AI content as a service")."""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator.errors import not_found
from aicore_provider.emulator.validation import check_pattern

NAME = re.compile(r"[a-zA-Z0-9_-]+")
LONGEST_NAME = 32


def routes() -> Blueprint:
    """Services. A tenant has none: the API does not create them, and nothing is fetched from its repositories."""
    blueprint = Blueprint("services", __name__, url_prefix="/v2/admin/services")

    @blueprint.get("")
    def every() -> Response:
        return jsonify({"count": 0, "resources": []})

    # The contract writes this parameter with a capital letter.
    @blueprint.get("/<ServiceName>")
    def one(ServiceName: str) -> Response:  # noqa: N803
        raise not_found(f"Service {check_pattern(ServiceName, 'ServiceName', NAME, longest=LONGEST_NAME)} not found")

    return blueprint
