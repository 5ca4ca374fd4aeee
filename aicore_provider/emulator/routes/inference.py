"""`/inference/deployments/{id}/...`: the stub of the models behind the deployments."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from aicore_provider.emulator import inference
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.gateway import EVENT_STREAM, GROUP_HEADER
from aicore_provider.emulator.rules import JSON, any_json
from aicore_provider.emulator.service import AICore


def routes(service: AICore) -> Blueprint:
    """Inference."""
    blueprint = Blueprint("inference", __name__, url_prefix="/v2/inference/deployments")

    @blueprint.post("/<deployment_id>/<path:operation>")
    def infer(deployment_id: str, operation: str) -> Response:
        sent = any_json(request.get_data())
        if request.mimetype != JSON or not isinstance(sent, dict):
            raise invalid("the body should be a JSON object")
        group = request.headers.get(GROUP_HEADER)
        said = inference.answer(service, group, deployment_id, operation, request.args, sent)
        if isinstance(said, list):
            return Response(_events(said), content_type=EVENT_STREAM)
        return jsonify(said)

    return blueprint


def _events(documents: list[dict[str, Any]]) -> str:
    """Server-sent events, ended as OpenAI ends them."""
    return "".join(f"data: {text}\n\n" for text in (*map(json.dumps, documents), "[DONE]"))
