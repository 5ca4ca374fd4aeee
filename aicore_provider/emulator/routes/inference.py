"""`/inference/deployments/{id}/...`: the stub of inference."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from aicore_provider.emulator import inference, orchestration
from aicore_provider.emulator.catalog import ORCHESTRATION
from aicore_provider.emulator.errors import deployment_not_found, invalid
from aicore_provider.emulator.gateway import EVENT_STREAM, GROUP_HEADER, REQUEST_ID
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import JSON, any_json


def routes(service: Service) -> Blueprint:
    """Inference."""
    blueprint = Blueprint("inference", __name__, url_prefix="/v2/inference/deployments")

    @blueprint.post("/<deployment_id>/<path:operation>")
    def infer(deployment_id: str, operation: str) -> Response:
        sent = any_json(request.get_data())
        if request.mimetype != JSON or not isinstance(sent, dict):
            raise invalid("the body should be a JSON object")
        group = request.headers.get(GROUP_HEADER)
        if group is None:
            raise deployment_not_found(deployment_id)
        serving = inference.find_serving(service, group, deployment_id)
        if serving.executable_id == ORCHESTRATION:
            request_id = request.environ[REQUEST_ID]
            said = orchestration.answer(service, group, serving, operation, sent, request_id)
        else:
            said = inference.answer(service, serving, operation, request.args, sent)
        events = said if isinstance(said, list) else [said]
        marked = [{**event, "emulator": serving.mark()} for event in events]
        if isinstance(said, list):
            return Response(_events(marked), content_type=EVENT_STREAM)
        return jsonify(*marked)

    @blueprint.get("/<deployment_id>/<path:operation>")
    def get(deployment_id: str, operation: str) -> Response:
        # [guess] What a GET answers is up to the server that runs there; here it is asked for its health.
        group = request.headers.get(GROUP_HEADER)
        if group is None:
            raise deployment_not_found(deployment_id)
        serving = inference.find_serving(service, group, deployment_id)
        return jsonify(path=f"/{operation}", emulator=serving.mark())

    return blueprint


def _events(documents: list[dict[str, Any]]) -> str:
    """Server-sent events, ended as OpenAI ends them."""
    return "".join(f"data: {text}\n\n" for text in (*map(json.dumps, documents), "[DONE]"))
