"""How the model behind a deployment is called: what a caller needs, apart from a token.

Paths and API versions are those that SAP's documentation shows for each executable (help.sap.com, "Consume Generative
AI Models", and its pages for each provider of models). What it does not show is left empty, not guessed.
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
"""How a caller signs in, in words, since a token is a secret."""


@dataclass(frozen=True)
class _Operation:
    """What a deployment answers.

    Attributes:
        path: below the deployment's URL; `{model}` stands for the model's name.
        api_version: of Azure's API; "" for others, which have none.
    """

    path: str
    api_version: str = ""


_NOT_DOCUMENTED = _Operation("")
_CHAT = _Operation("/chat/completions")
# By executable: patterns of model names, the first that fits counts; "?*" needs a name, "*" does not.
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
    """What a caller needs: `{method, url, apiVersion, headers, authorization}`; texts, `headers` a map of such.

    Args:
        service_url: without version.
        deployment_id: of the deployment.
        resource_group: where it is; a call without it, or with another one, is answered as if there were no deployment.
        scenario_id: one of SAP's; the paths of a serving template of one's own are its own.
        executable_id: such as `azure-openai`.
        model: name of the model; "" where it is not known, or the request names it.

    Returns:
        `url` with path and `api-version`, and `apiVersion` by itself, both "" where no path is documented.
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
