"""A stub of inference. Its answers name the model that answers, so that a client can see the effect of a switch.

Each answer has the shape of its provider's API, names model and version in its text, with an added object `emulator`
with `model`, `version`, `configurationId` and `deploymentId`, as has every event of a stream. The paths of each
executable follow SAP's documentation and SDKs; those for streams and for Amazon's own models are guesses. Refusals that
are guesses are marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

from aicore_provider.emulator.errors import NOT_SERVING, ServiceRefusal, invalid, not_found
from aicore_provider.emulator.service import Service

Document = dict[str, Any]


@dataclass(frozen=True)
class Serving:
    """What answers at a deployment: the configuration that serves now, with `latest` resolved to a version."""

    deployment_id: str
    executable_id: str
    configuration_id: str
    model: str
    version: str

    def text(self) -> str:
        """The text of the answer."""
        return f"{self.release(' ')} answers from deployment {self.deployment_id}"

    def release(self, joint: str = "-") -> str:
        """Model and version in one text; the model alone where it has no version."""
        return joint.join(filter(None, (self.model, self.version)))

    def words(self) -> list[str]:
        """The text in pieces, for a stream."""
        return re.findall(r"\S+\s*", self.text())

    def mark(self) -> Document:
        """The object `emulator` of an answer."""
        return {
            "model": self.model,
            "version": self.version,
            "configurationId": self.configuration_id,
            "deploymentId": self.deployment_id,
        }


def answer(
    service: Service, serving: Serving, operation: str, query: Mapping[str, str], sent: Document
) -> Document | list[Document]:
    """Answer a request to a model's own API.

    Args:
        service: the emulated service.
        serving: the deployment.
        operation: the rest of the path.
        query: query parameters.
        sent: the body.

    Returns:
        The answer, or the events of a stream.

    Raises:
        Refusal: the model has no such path.
    """
    operations = OPERATIONS.get(serving.executable_id, OPENAI)
    found = next((each for pattern, each in operations.items() if fnmatchcase(operation, pattern)), None)
    if found is None:
        # [guess] The answer of a provider to an unknown path.
        raise not_found(f"{serving.executable_id} has no {operation}; the emulator answers {', '.join(operations)}")
    if serving.executable_id == "azure-openai" and "api-version" not in query:
        raise invalid("api-version: missing")  # [guess]
    return found(serving, sent, int(service.now()))


def find_serving(service: Service, group: str, deployment_id: str) -> Serving:
    """What serves a deployment. During a switch, the old configuration serves until the new one runs or fails.

    Raises:
        Refusal: the resource group or the deployment is not there, or the deployment does not serve.
    """
    service.check_group(group)
    record = service.deployment(group, deployment_id)
    if record.serving_configuration_id is None:
        # [guess] No source describes this answer.
        raise ServiceRefusal(
            HTTPStatus.NOT_FOUND, NOT_SERVING, f"Deployment {deployment_id} does not serve in status {record.status}"
        )
    configuration = service.configuration(group, record.serving_configuration_id)
    model, version = service.wanted_model(configuration)
    concrete = service.catalog.resolve(record.executable_id, model, version) or version
    return Serving(record.id, record.executable_id, configuration.id, model or record.executable_id, concrete)


def chat(serving: Serving, sent: Document, now: int) -> Document | list[Document]:
    """A completion in OpenAI's form, or its chunks when `sent` has `"stream": true`."""
    same = {"id": f"chatcmpl-{serving.deployment_id}", "created": now, "model": serving.release()}
    if sent.get("stream") is True:
        deltas = [{"role": "assistant", "content": ""}, *({"content": word} for word in serving.words()), {}]
        return [
            {
                **same,
                "object": "chat.completion.chunk",
                "choices": [{"index": 0, "delta": delta, "finish_reason": None if delta else "stop"}],
            }
            for delta in deltas
        ]
    message = {"role": "assistant", "content": serving.text()}
    return {
        **same,
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _embeddings(serving: Serving, sent: Document, _now: int) -> Document:
    texts = sent.get("input")
    return {
        "object": "list",
        "model": serving.release(),
        "data": [
            {"object": "embedding", "index": index, "embedding": _VECTOR}
            for index in range(len(texts) if isinstance(texts, list) else 1)
        ],
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }


def _invoke(serving: Serving, sent: Document, now: int) -> Document:
    """The answer of `invoke`, in the form of the model's maker: Anthropic or Amazon."""
    if "embed" in serving.model:
        return {"embedding": _VECTOR, "inputTextTokenCount": 1}
    if serving.model.startswith("amazon--"):
        return _converse(serving, sent, now)
    return {
        **_message(serving),
        "content": [{"type": "text", "text": serving.text()}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def _invoke_stream(serving: Serving, sent: Document, now: int) -> list[Document]:
    if serving.model.startswith("amazon--"):
        return _converse_stream(serving, sent, now)
    return [
        {"type": "message_start", "message": {**_message(serving), "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
            for word in serving.words()
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]


def _message(serving: Serving) -> Document:
    return {"id": f"msg-{serving.deployment_id}", "type": "message", "role": "assistant", "model": serving.model}


def _converse(serving: Serving, _sent: Document, _now: int) -> Document:
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": serving.text()}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
    }


def _converse_stream(serving: Serving, _sent: Document, _now: int) -> list[Document]:
    return [
        {"messageStart": {"role": "assistant"}},
        *({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": word}}} for word in serving.words()),
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}}},
    ]


def _generate(serving: Serving, _sent: Document, _now: int) -> Document:
    return _candidate(serving, serving.text(), "STOP")


def _generate_stream(serving: Serving, _sent: Document, _now: int) -> list[Document]:
    return [*(_candidate(serving, word, None) for word in serving.words()), _candidate(serving, "", "STOP")]


def _predict_embedding(serving: Serving, sent: Document, _now: int) -> Document:
    instances = sent.get("instances")
    count = len(instances) if isinstance(instances, list) else 1
    return {"predictions": [{"embeddings": {"values": _VECTOR, "statistics": {"token_count": 1}}}] * count}


def _candidate(serving: Serving, text: str, end: str | None) -> Document:
    candidate: Document = {"index": 0, "content": {"role": "model", "parts": [{"text": text}]}}
    return {
        "candidates": [candidate if end is None else {**candidate, "finishReason": end}],
        "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
        "modelVersion": serving.release(),
    }


def _cohere_chat(serving: Serving, _sent: Document, _now: int) -> Document:
    return {
        "id": serving.deployment_id,
        "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "content": [{"type": "text", "text": serving.text()}]},
        "usage": {"tokens": {"input_tokens": 1, "output_tokens": 1}},
    }


def _rerank(serving: Serving, sent: Document, _now: int) -> Document:
    documents = sent.get("documents")
    count = len(documents) if isinstance(documents, list) else 0
    return {
        "id": serving.deployment_id,
        "results": [{"index": index, "relevance_score": 1 / (index + 1)} for index in range(count)],
    }


def _predict_rows(serving: Serving, sent: Document, _now: int) -> Document:
    rows = sent.get("rows")
    return {"id": serving.deployment_id, "predictions": [{} for _ in rows] if isinstance(rows, list) else []}


_VECTOR = [0.0, 0.6, 0.8]

_Operations = Mapping[str, Callable[[Serving, Document, int], Document | list[Document]]]
OPENAI: _Operations = {"chat/completions": chat, "embeddings": _embeddings}
OPERATIONS: Mapping[str, _Operations] = {
    "aws-bedrock": {
        "invoke": _invoke,
        "invoke-with-response-stream": _invoke_stream,
        "converse": _converse,
        "converse-stream": _converse_stream,
    },
    "gcp-vertexai": {
        "models/*:generateContent": _generate,
        "models/*:streamGenerateContent": _generate_stream,
        "models/*:predict": _predict_embedding,
    },
    "aicore-cohere": {"v2/chat": _cohere_chat, "rerank": _rerank},
    "aicore-sap": {"predict": _predict_rows},
}
"""Patterns of paths by executable. Executables that are not named here have the paths of OpenAI; for orchestration see
`orchestration.py`."""
