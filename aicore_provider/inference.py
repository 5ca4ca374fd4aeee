"""How to call the model behind a deployment: method, URL and headers, without a token.

Paths and API versions are those that SAP's documentation shows for each executable (help.sap.com, "Consume Generative
AI Models", and its pages for each provider of models). Where it shows none, the path is left empty.
"""

from __future__ import annotations

from collections.abc import Mapping
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
class _Operation:
    """A request that deployments of an executable answer, at a path below their URL.

    `{model}` stands for the model's name. Azure's API alone has versions.
    """

    path: str
    api_version: str = ""


_NOT_DOCUMENTED = _Operation("")
_CHAT = _Operation("/chat/completions")
# By executable: patterns of model names, of which the first that matches counts. "*" matches the empty name too, "?*"
# not.
_OPERATIONS: Mapping[str, Mapping[str, _Operation]] = {
    "azure-openai": {
        "*embedding*": _Operation("/embeddings", "2023-05-15"),
        # Azure has other paths for these; SAP's documentation shows none.
        "*realtime*": _NOT_DOCUMENTED,
        "*codex*": _NOT_DOCUMENTED,
        "o1": _Operation("/chat/completions", "2024-12-01-preview"),
        "o3-mini": _Operation("/chat/completions", "2024-12-01-preview"),
        "?*": _Operation("/chat/completions", "2023-05-15"),
    },
    "aws-bedrock": {"*embed*": _Operation("/invoke"), "?*": _Operation("/converse")},
    "gcp-vertexai": {
        "*embedding*": _Operation("/models/{model}:predict"),
        "?*": _Operation("/models/{model}:generateContent"),
    },
    "aicore-mistralai": {"*": _CHAT},
    "aicore-cohere": {"*rerank*": _Operation("/rerank"), "*command*": _Operation("/v2/chat")},
    "aicore-nvidia": {"*embed*": _Operation("/embeddings")},
    "aicore-sap": {"sap-rpt-*": _Operation("/predict")},
    "perplexity-ai": {"*": _CHAT},
    "orchestration": {"*": _Operation("/v2/completion")},
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
    operation = _operation(executable_id, model) if scenario_id in _SCENARIOS else _NOT_DOCUMENTED
    path = operation.path.format(model=quote(model, safe=""))
    query = f"?api-version={operation.api_version}" if operation.api_version else ""
    return {
        "method": "POST",
        "url": f"{deployment_url(service_url, deployment_id)}{path}{query}" if path else "",
        "apiVersion": operation.api_version,
        "headers": {"AI-Resource-Group": resource_group, "Content-Type": "application/json"},
        "authorization": AUTHORIZATION,
    }


def _operation(executable_id: str, model: str) -> _Operation:
    patterns = _OPERATIONS.get(executable_id, {})
    return next((each for pattern, each in patterns.items() if fnmatchcase(model, pattern)), _NOT_DOCUMENTED)
