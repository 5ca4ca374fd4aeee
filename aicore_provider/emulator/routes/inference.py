"""`/inference/deployments/{id}/...`: the stub of the models behind the deployments."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from aicore_provider.emulator import inference
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.gateway import GROUP_HEADER
from aicore_provider.emulator.rules import JSON
from aicore_provider.emulator.service import AICore


def routes(service: AICore) -> Blueprint:
    """Inference."""
    blueprint = Blueprint("inference", __name__, url_prefix="/v2/inference/deployments")

    @blueprint.post("/<deployment_id>/<path:operation>")
    def infer(deployment_id: str, operation: str) -> Response:
        if request.mimetype != JSON or not isinstance(request.get_json(silent=True), dict):
            raise invalid("the body should be a JSON object")
        group = request.headers.get(GROUP_HEADER)
        return jsonify(inference.answer(service, group, deployment_id, operation, request.args))

    return blueprint
