"""A stub of inference: it tells which model answers, which is what a switch is about.

Each answer has the shape of its provider's API, says model and version in its text, and adds an object `emulator` with
`model`, `version`, `configurationId` and `deploymentId`. Which path belongs to which executable follows SAP's SDKs; the
refusals are guesses where marked. Nothing is streamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aicore_provider.emulator.errors import NOT_SERVING, ServiceRefusal, deployment_not_found, invalid, not_found
from aicore_provider.emulator.service import AICore

Document = dict[str, Any]


@dataclass(frozen=True)
class Serving:
    """Who answers: the configuration that serves now, `latest` resolved to the version it means today."""

    deployment_id: str
    executable_id: str
    configuration_id: str
    model: str
    version: str

    def text(self) -> str:
        """What the model says."""
        return f"{self.model} {self.version} answers from deployment {self.deployment_id}"

    def mark(self) -> Document:
        """The part of an answer that only an emulator sends."""
        return {
            "model": self.model,
            "version": self.version,
            "configurationId": self.configuration_id,
            "deploymentId": self.deployment_id,
        }


def answer(
    service: AICore, group: str | None, deployment_id: str, operation: str, query: Mapping[str, str]
) -> Document:
    """Answer an inference request.

    Args:
        service: the emulated service.
        group: header AI-Resource-Group; without it the answer is 404.
        deployment_id: from the path.
        operation: the rest of the path.
        query: query parameters.
    """
    if group is None:
        raise deployment_not_found(deployment_id)
    service.check_group(group)
    serving = _serving(service, group, deployment_id)
    operations = _OPERATIONS.get(serving.executable_id, _OPENAI)
    if operation not in operations:
        # [guess] What a provider behind a deployment says to a path that it does not know.
        raise not_found(f"{serving.executable_id} has no {operation}; the emulator answers {', '.join(operations)}")
    if serving.executable_id == "azure-openai" and "api-version" not in query:
        raise invalid("api-version: missing")  # [guess]
    return {**operations[operation](serving, service.now()), "emulator": serving.mark()}


def _serving(service: AICore, group: str, deployment_id: str) -> Serving:
    """Who serves. During a switch that is the old configuration, until the new one runs or fails."""
    record = service.deployment(group, deployment_id)
    if record.serving_configuration_id is None:
        # [guess] No source tells what a deployment that does not serve answers.
        raise ServiceRefusal(
            HTTPStatus.NOT_FOUND, NOT_SERVING, f"Deployment {deployment_id} does not serve in status {record.status}"
        )
    configuration = service.configuration(group, record.serving_configuration_id)
    model, version = service.wanted_model(configuration)
    concrete = service.catalogue.resolve(record.executable_id, model, version) or version
    return Serving(record.id, record.executable_id, configuration.id, model or record.executable_id, concrete)


def _chat(serving: Serving, now: float) -> Document:
    message = {"role": "assistant", "content": serving.text()}
    return {
        "id": f"chatcmpl-{serving.deployment_id}",
        "object": "chat.completion",
        "created": int(now),
        "model": f"{serving.model}-{serving.version}",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _embeddings(serving: Serving, _now: float) -> Document:
    return {
        "object": "list",
        "model": f"{serving.model}-{serving.version}",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.0, 0.6, 0.8]}],
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }


def _invoke(serving: Serving, _now: float) -> Document:
    return {
        "id": f"msg-{serving.deployment_id}",
        "type": "message",
        "role": "assistant",
        "model": serving.model,
        "content": [{"type": "text", "text": serving.text()}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def _converse(serving: Serving, _now: float) -> Document:
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": serving.text()}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
    }


def _completion(serving: Serving, now: float) -> Document:
    result = _chat(serving, now)
    return {
        "request_id": serving.deployment_id,
        "module_results": {"llm": result},
        "orchestration_result": result,
    }


_Operations = Mapping[str, Callable[[Serving, float], Document]]
_OPENAI: _Operations = {"chat/completions": _chat, "embeddings": _embeddings}
_OPERATIONS: Mapping[str, _Operations] = {
    "aws-bedrock": {"invoke": _invoke, "converse": _converse},
    "orchestration": {"completion": _completion, "v2/completion": _completion},
}
"""Executables that are not named here get the paths of OpenAI."""
