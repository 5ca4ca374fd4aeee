"""How to call the model behind a deployment: method, URL and headers, without a token; and the smallest request to it.

Paths and API versions are those that SAP's documentation shows for each executable (help.sap.com, "Consume Generative
AI Models", and its pages for each provider of models). Where it shows none, the path is left empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from aicore_provider.api.naming import deployment_url

AUTHORIZATION = (
    "Bearer <access_token>, from POST <url of the service key>/oauth/token with grant_type=client_credentials and the"
    " key's clientid and clientsecret"
)
"""How to get a token, in words, since a token is a secret."""


@dataclass(frozen=True)
class Probe:
    """A request that shows whether a deployment answers.

    The path is below the deployment's URL, with a query or without. The body is sent as JSON; None for none.
    """

    method: str
    path: str
    body: object = None


@dataclass(frozen=True)
class _Operation:
    """A request that deployments of an executable answer, at a path below their URL.

    `{model}` stands for the model's name. Azure's API alone has versions. `smallest` returns the smallest body for a
    model of this name and this version.
    """

    path: str
    api_version: str = ""
    smallest: Callable[[str, str], object] = lambda _model, _version: None

    def address(self, model: str) -> str:
        """Return the path for a model, with the query."""
        query = f"?api-version={self.api_version}" if self.api_version else ""
        return f"{self.path.format(model=quote(model, safe=''))}{query}"


_TEXT = "Hi"
_ASKED = [{"role": "user", "content": _TEXT}]
_REASONING = ("o[0-9]*", "gpt-[5-9]*")
"""OpenAI's models that think before they answer. They refuse a request whose limit leaves no token for the answer; and
what limits them, `max_completion_tokens`, is not known to the API versions that SAP documents for most of them."""


def is_reasoning(model: str) -> bool:
    """Whether a model takes no limit of one token, so that a request to it costs more."""
    return any(fnmatchcase(model, each) for each in _REASONING)


def _limited(model: str) -> dict[str, int]:
    return {} if is_reasoning(model) else {"max_tokens": 1}


def _azure_chat(model: str, _version: str) -> object:
    return {"messages": _ASKED, **_limited(model)}


def _named_chat(model: str, _version: str) -> object:
    return {"model": model, "messages": _ASKED, "max_tokens": 1}


def _converse(_model: str, _version: str) -> object:
    return {"messages": [{"role": "user", "content": [{"text": _TEXT}]}], "inferenceConfig": {"maxTokens": 1}}


def _generate(_model: str, _version: str) -> object:
    return {"contents": [{"role": "user", "parts": [{"text": _TEXT}]}], "generationConfig": {"maxOutputTokens": 1}}


def _rerank(model: str, _version: str) -> object:
    return {"model": model, "query": _TEXT, "documents": [_TEXT]}


def _predict_row(_model: str, _version: str) -> object:
    # The form of SAP's example, with a row to learn from for each of two values.
    target = {"name": "SIZE", "prediction_placeholder": "[PREDICT]", "task_type": "classification"}
    rows = [{"ID": "1", "WEIGHT": 1, "SIZE": "small"}, {"ID": "2", "WEIGHT": 9, "SIZE": "large"}]
    asked = {"ID": "3", "WEIGHT": 2, "SIZE": "[PREDICT]"}
    return {"prediction_config": {"target_columns": [target]}, "index_column": "ID", "rows": [*rows, asked]}


def _completion(model: str, version: str) -> object:
    named = {"name": model, "version": version, "params": _limited(model)}
    return {"config": {"modules": {"prompt_templating": {"prompt": {"template": _ASKED}, "model": named}}}}


_NOT_DOCUMENTED = _Operation("")
_CHAT = _Operation("/chat/completions", smallest=_named_chat)
# By executable: patterns of model names, of which the first that matches counts. "*" matches the empty name too, "?*"
# not.
_OPERATIONS: Mapping[str, Mapping[str, _Operation]] = {
    "azure-openai": {
        "*embedding*": _Operation("/embeddings", "2023-05-15", lambda *_: {"input": [_TEXT]}),
        # Azure has other paths for these; SAP's documentation shows none.
        "*realtime*": _NOT_DOCUMENTED,
        "*codex*": _NOT_DOCUMENTED,
        "o1": _Operation("/chat/completions", "2024-12-01-preview", _azure_chat),
        "o3-mini": _Operation("/chat/completions", "2024-12-01-preview", _azure_chat),
        "?*": _Operation("/chat/completions", "2023-05-15", _azure_chat),
    },
    "aws-bedrock": {
        "*embed*": _Operation("/invoke", smallest=lambda *_: {"inputText": _TEXT}),
        "?*": _Operation("/converse", smallest=_converse),
    },
    "gcp-vertexai": {
        "*embedding*": _Operation("/models/{model}:predict", smallest=lambda *_: {"instances": [{"content": _TEXT}]}),
        "?*": _Operation("/models/{model}:generateContent", smallest=_generate),
    },
    "aicore-mistralai": {"*": _CHAT},
    "aicore-cohere": {
        "*rerank*": _Operation("/rerank", smallest=_rerank),
        "*command*": _Operation("/v2/chat", smallest=_named_chat),
    },
    "aicore-nvidia": {
        "*embed*": _Operation(
            "/embeddings", smallest=lambda model, _: {"model": model, "input": [_TEXT], "input_type": "query"}
        )
    },
    "aicore-sap": {"sap-rpt-*": _Operation("/predict", smallest=_predict_row)},
    "perplexity-ai": {"*": _CHAT},
    "orchestration": {"*": _Operation("/v2/completion", smallest=_completion)},
}
_SCENARIOS = ("foundation-models", "orchestration")


def call_of(
    *, service_url: str, deployment_id: str, resource_group: str, scenario_id: str, executable_id: str, model: str
) -> dict[str, Any]:
    """Return what a caller needs: `{method, url, apiVersion, headers, authorization}`.

    All values are texts, and `headers` is a map of texts.

    A call with another resource group is answered as if there were no deployment. Paths are known for SAP's own
    scenarios only. `url` holds path and `api-version`, and is "" where no path is documented; so is `apiVersion`. The
    name of the model is "" where it is not known, or the body of a request names it.
    """
    operation = _operation(scenario_id, executable_id, model)
    return {
        "method": "POST",
        "url": f"{deployment_url(service_url, deployment_id)}{operation.address(model)}" if operation.path else "",
        "apiVersion": operation.api_version,
        "headers": {"AI-Resource-Group": resource_group, "Content-Type": "application/json"},
        "authorization": AUTHORIZATION,
    }


def smallest_request(scenario_id: str, executable_id: str, model: str, version: str) -> Probe | None:
    """Return the smallest request to a model, for one token or of one text; None where no path is known.

    For orchestration, model and version are those that the request names. Whether a model is for chat or for embeddings
    is told by its name, as in `call_of`.
    """
    operation = _operation(scenario_id, executable_id, model)
    if not operation.path:
        return None
    return Probe("POST", operation.address(model), operation.smallest(model, version))


def is_known(scenario_id: str, executable_id: str) -> bool:
    """Whether paths of this executable are known, for some of its models at least."""
    return scenario_id in _SCENARIOS and executable_id in _OPERATIONS


def _operation(scenario_id: str, executable_id: str, model: str) -> _Operation:
    patterns = _OPERATIONS.get(executable_id, {}) if scenario_id in _SCENARIOS else {}
    return next((each for pattern, each in patterns.items() if fnmatchcase(model, pattern)), _NOT_DOCUMENTED)
